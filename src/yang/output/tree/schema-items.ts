/** Nodes of the compiled schema as lines of a tree diagram (RFC 8340, section 2.6). */
import type {
  ExtensionInstance,
  LeafListNode,
  LeafNode,
  ModuleInfo,
  RootNode,
  SchemaContext,
  SchemaNode,
} from '../../schema.ts';
import type { LeafrefType } from '../../types/index.ts';
import { labelOf, statusMark, type TreeItem } from './item.ts';
import { shortenPath } from './leafref-path.ts';

export type InnerNode = Exclude<SchemaNode, RootNode>;

/** What decides on the flags of data nodes: their config, or the message or structure that they are in. */
export type FlagMode = 'config' | 'input' | 'output' | 'none';

export class SchemaItems {
  readonly #context: SchemaContext;
  readonly #module: ModuleInfo;

  /** Names of other modules than `module` get a prefix. */
  constructor(context: SchemaContext, module: ModuleInfo) {
    this.#context = context;
    this.#module = module;
  }

  of(nodes: readonly SchemaNode[], mode: FlagMode): readonly TreeItem[] {
    return nodes.filter(isShown).map((node) => this.#item(node, mode));
  }

  #item(node: InnerNode, mode: FlagMode): TreeItem {
    const { name, module } = node;
    return {
      status: statusMark(node.status),
      flags: flagsOf(node, mode),
      name,
      qualifiers: [module.name, module.prefix],
      label: labelOf(node.kind, this.#qualify(module, name)),
      mark: markOf(node),
      keys: node.kind === 'list' ? node.keys.map((key) => key.name) : [],
      type: this.#typeOf(node),
      features: node.ifFeatures,
      isTransparent: node.kind === 'choice' || node.kind === 'case',
      children: () => this.of(childrenOf(node), modeInside(node, mode)),
    };
  }

  #qualify(module: ModuleInfo, name: string): string {
    return module.name === this.#module.name ? name : `${module.prefix}:${name}`;
  }

  #typeOf(node: InnerNode): string {
    switch (node.kind) {
      case 'leaf':
      case 'leaf-list':
        return this.#typeName(node);
      case 'anydata':
      case 'anyxml':
        return node.kind;
      default:
        return '';
    }
  }

  #typeName({ type, module }: LeafNode | LeafListNode): string {
    const { typedef } = type;
    if (typedef) {
      const owner = this.#context.modules.get(typedef.module);
      return owner ? this.#qualify(owner, typedef.name) : `${typedef.module}:${typedef.name}`;
    }
    if (type.base !== 'leafref') return type.base;
    const { path } = type as LeafrefType;
    const prefixOf = (namespace: string): string =>
      this.#context.moduleByNamespace.get(namespace)?.prefix ?? namespace;
    return `-> ${shortenPath(path.ast, { namespace: module.namespace, prefixOf }) ?? path.text}`;
  }
}

/** An input or output without parameters is there only for augments. */
function isShown(node: SchemaNode): node is InnerNode {
  if (node.kind === 'input' || node.kind === 'output') return node.children.length > 0;
  return node.kind !== 'root';
}

function childrenOf(node: InnerNode): readonly SchemaNode[] {
  if (node.kind === 'rpc' || node.kind === 'action') return [node.input, node.output];
  return 'children' in node ? node.children : [];
}

/** The mode of what is inside of a node. */
export function modeInside(node: SchemaNode, mode: FlagMode): FlagMode {
  if (node.kind === 'input') return 'input';
  return node.kind === 'output' || node.kind === 'notification' ? 'output' : mode;
}

function flagsOf(node: InnerNode, mode: FlagMode): string {
  if (node.extensions.some(isMountPoint)) return 'mp';
  switch (node.kind) {
    case 'rpc':
    case 'action':
      return '-x';
    case 'notification':
      return '-n';
    case 'case':
      return '';
    default:
      return dataFlags(node, modeInside(node, mode));
  }
}

function dataFlags(node: InnerNode, mode: FlagMode): string {
  if (mode === 'none') return '';
  if (mode === 'input') return '-w';
  return mode === 'config' && node.config ? 'rw' : 'ro';
}

/** Another schema is mounted below (RFC 8528). */
function isMountPoint({ module, name }: ExtensionInstance): boolean {
  return module === 'ietf-yang-schema-mount' && name === 'mount-point';
}

function markOf(node: InnerNode): string {
  switch (node.kind) {
    case 'container':
      return node.presence ? '!' : '';
    case 'list':
    case 'leaf-list':
      return '*';
    case 'leaf':
      return node.mandatory || node.isKey ? '' : '?';
    case 'choice':
    case 'anydata':
    case 'anyxml':
      return node.mandatory ? '' : '?';
    default:
      return '';
  }
}
