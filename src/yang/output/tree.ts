/**
 * Tree diagrams (RFC 8340). Conditions of features are left out: a compiled schema has none. Lines are
 * not folded.
 */
import type {
  ExtensionInstance,
  LeafListNode,
  LeafNode,
  ModuleInfo,
  RootNode,
  SchemaContext,
  SchemaNode,
} from '../schema.ts';
import type { LeafrefType } from '../types/index.ts';

type InnerNode = Exclude<SchemaNode, RootNode>;

/** The diagram of one module: its data nodes, augments of other modules, operations and notifications. */
export function printTree(context: SchemaContext, moduleName: string): string {
  const module = context.modules.get(moduleName);
  if (!module) throw new Error(`the schema has no module "${moduleName}"`);
  const printer = new TreePrinter(context, module);
  const own = context.root.children.filter((node): node is InnerNode => isOf(node, module));
  printer.line(`module: ${moduleName}`);
  printer.nodes(
    own.filter(({ kind }) => kind !== 'rpc' && kind !== 'notification'),
    '  ',
    '',
  );
  for (const [target, nodes] of findAugments(context, module)) {
    printer.section(`augment ${pathOf(target)}:`);
    printer.nodes(nodes, '    ', flagOf(target));
  }
  const rpcs = own.filter(({ kind }) => kind === 'rpc');
  if (rpcs.length > 0) printer.section('rpcs:');
  printer.nodes(rpcs, '    ', '');
  const notifications = own.filter(({ kind }) => kind === 'notification');
  if (notifications.length > 0) printer.section('notifications:');
  printer.nodes(notifications, '    ', '');
  return printer.text;
}

/** Flags of what is inside an operation or notification; empty where config decides. */
type MessageFlag = '' | '-w' | 'ro';

class TreePrinter {
  readonly #context: SchemaContext;
  readonly #module: ModuleInfo;
  readonly #lines: string[] = [];

  constructor(context: SchemaContext, module: ModuleInfo) {
    this.#context = context;
    this.#module = module;
  }

  get text(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  line(text: string): void {
    this.#lines.push(text);
  }

  section(title: string): void {
    this.#lines.push('', `  ${title}`);
  }

  nodes(nodes: readonly InnerNode[], indent: string, flag: MessageFlag): void {
    const shown = nodes.filter((node) => !isEmptyMessage(node));
    const width =
      Math.max(0, ...shown.filter(hasType).map((node) => this.#name(node).length + 1)) + 3;
    shown.forEach((node, index) => {
      this.line(`${indent}${this.#describe(node, flag, width)}`);
      const inner = index === shown.length - 1 ? '   ' : '|  ';
      this.nodes(childrenOf(node), `${indent}${inner}`, innerFlag(node, flag));
    });
  }

  #describe(node: InnerNode, flag: MessageFlag, width: number): string {
    const status = { current: '+', deprecated: 'x', obsolete: 'o' }[node.status];
    if (node.kind === 'case') return `${status}--:(${this.#name(node)})`;
    const head = `${status}--${flagsOf(node, flag)} `;
    if (node.kind === 'choice') return `${head}(${this.#name(node)})${node.mandatory ? '' : '?'}`;
    const name = `${this.#name(node)}${markOf(node)}`;
    return hasType(node) ? `${head}${name.padEnd(width)}${this.#typeOf(node)}` : `${head}${name}`;
  }

  /** With a prefix when another module has put the node here. */
  #name(node: InnerNode): string {
    return node.module === this.#module ? node.name : `${node.module.prefix}:${node.name}`;
  }

  #typeOf(node: InnerNode): string {
    if (node.kind !== 'leaf' && node.kind !== 'leaf-list') return node.kind;
    return typeName(node, this.#module, this.#context);
  }
}

function typeName(
  { type }: LeafNode | LeafListNode,
  module: ModuleInfo,
  context: SchemaContext,
): string {
  const { typedef } = type;
  if (!typedef)
    return type.base === 'leafref' ? `-> ${(type as LeafrefType).path.text}` : type.base;
  if (typedef.module === module.name) return typedef.name;
  const prefix = context.modules.get(typedef.module)?.prefix ?? typedef.module;
  return `${prefix}:${typedef.name}`;
}

function isOf(node: SchemaNode, module: ModuleInfo): boolean {
  return node.kind !== 'root' && node.module === module;
}

function hasType(node: InnerNode): boolean {
  return ['leaf', 'leaf-list', 'anydata', 'anyxml'].includes(node.kind);
}

/** An input or output without parameters is there only for augments. */
function isEmptyMessage(node: InnerNode): boolean {
  return (node.kind === 'input' || node.kind === 'output') && node.children.length === 0;
}

function childrenOf(node: InnerNode): readonly InnerNode[] {
  if (node.kind === 'rpc' || node.kind === 'action') return [node.input, node.output];
  return 'children' in node ? (node.children as readonly InnerNode[]) : [];
}

function innerFlag(node: InnerNode, flag: MessageFlag): MessageFlag {
  if (node.kind === 'input') return '-w';
  return node.kind === 'output' || node.kind === 'notification' ? 'ro' : flag;
}

function flagsOf(node: InnerNode, flag: MessageFlag): string {
  if (node.extensions.some(isMountPoint)) return 'mp';
  switch (node.kind) {
    case 'rpc':
    case 'action':
      return '-x';
    case 'notification':
      return '-n';
    case 'input':
      return '-w';
    case 'output':
      return 'ro';
    default:
      return flag || (node.config ? 'rw' : 'ro');
  }
}

/** Another schema is mounted below (RFC 8528). */
function isMountPoint({ module, name }: ExtensionInstance): boolean {
  return module === 'ietf-yang-schema-mount' && name === 'mount-point';
}

/** "?" optional, "!" presence, "*" list or leaf-list, with the keys of a list. */
function markOf(node: InnerNode): string {
  switch (node.kind) {
    case 'container':
      return node.presence ? '!' : '';
    case 'list': {
      const keys = node.keys.map(({ name }) => name).join(' ');
      return keys === '' ? '*' : `* [${keys}]`;
    }
    case 'leaf-list':
      return '*';
    case 'leaf':
      return node.mandatory || node.isKey ? '' : '?';
    case 'anydata':
    case 'anyxml':
      return node.mandatory ? '' : '?';
    default:
      return '';
  }
}

/** Nodes of a module in the trees of others, by the node they are added to. */
function findAugments(
  context: SchemaContext,
  module: ModuleInfo,
): ReadonlyMap<InnerNode, readonly InnerNode[]> {
  const found = new Map<InnerNode, readonly InnerNode[]>();
  const visit = (node: InnerNode): void => {
    const children = childrenOf(node);
    const added = node.module === module ? [] : children.filter((child) => child.module === module);
    if (added.length > 0) found.set(node, added);
    for (const child of children) if (!added.includes(child)) visit(child);
  };
  for (const node of context.root.children) {
    if (node.kind !== 'root' && node.module !== module) visit(node);
  }
  return found;
}

function pathOf(node: InnerNode): string {
  const parent = node.parent.kind === 'root' ? '' : pathOf(node.parent);
  return `${parent}/${node.module.prefix}:${node.name}`;
}

function flagOf(target: InnerNode): MessageFlag {
  for (let node: SchemaNode = target; node.kind !== 'root'; node = node.parent) {
    const flag = innerFlag(node, '');
    if (flag) return flag;
  }
  return '';
}
