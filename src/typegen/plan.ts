/**
 * Which declarations a file has, and their names. All names are given before anything is printed, those of
 * branches first, so that types can refer to each other in any order.
 */
import { contentOf, pascalCase } from '../data/index.ts';
import type { Content } from '../data/index.ts';
import type { BranchSchemaNode, ModuleInfo, SchemaContext, SchemaNode } from '../yang/index.ts';
import type { DescribedBranch } from './describe.ts';
import type { TypeNames } from './type-names.ts';

/** A branch that gets a declaration. */
export interface PlannedBranch {
  readonly schema: BranchSchemaNode;
  /** Those of the schema node; of the root, those of the modules of the file. */
  readonly children: readonly SchemaNode[];
  readonly about: DescribedBranch;
  /** As `src/data/typed/find-branch.ts` takes it. */
  readonly path: string;
  /** It is in the data tree, where a node is configuration or state. */
  readonly isData: boolean;
  /** Of the type of all content and of that of configuration; the same when there is no state. */
  readonly names: Readonly<Record<Content, string>>;
}

interface Place {
  readonly path: string;
  /** Name of the type of the parent. */
  readonly name: string;
  readonly module: ModuleInfo | undefined;
  readonly isData: boolean;
}

type Draft = Omit<PlannedBranch, 'names'> & { readonly name: string };

export class Plan {
  readonly #names: TypeNames;
  readonly #drafts: Draft[] = [];
  readonly #modules = new Set<ModuleInfo>();
  readonly #nodes = new Map<BranchSchemaNode, PlannedBranch>();

  /** Plans the data nodes, operations, notifications and structures of modules. */
  constructor(
    context: SchemaContext,
    {
      modules,
      rootName,
      names,
    }: {
      readonly modules: readonly ModuleInfo[];
      readonly rootName: string;
      readonly names: TypeNames;
    },
  ) {
    this.#names = names;
    const top = modules.flatMap((module) => context.root.children.filter(isOf(module)));
    this.#addRoot(context, top, rootName);
    const place = { path: '', name: '', module: undefined, isData: true };
    for (const node of top) this.#visit(node, place);
    for (const module of modules) this.#addStructures(context, module);
    for (const draft of this.#drafts) this.#complete(draft);
  }

  get branches(): Iterable<PlannedBranch> {
    return this.#nodes.values();
  }

  /** Modules that have nodes in the declarations, in the order of their names. */
  get modules(): readonly ModuleInfo[] {
    return [...this.#modules].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** What was planned for a container or list. */
  get(schema: BranchSchemaNode): PlannedBranch | undefined {
    return this.#nodes.get(schema);
  }

  #addRoot({ root }: SchemaContext, top: readonly SchemaNode[], rootName: string): void {
    const children = contentOf({ children: top }, 'all');
    if (children.length === 0) return;
    const about = { kind: 'root', description: undefined, status: 'current' } as const;
    const name = this.#names.allot(rootName);
    this.#drafts.push({ schema: root, children, about, path: '/', isData: true, name });
  }

  #addStructures({ structures }: SchemaContext, module: ModuleInfo): void {
    for (const structure of structures.values()) {
      if (structure.module !== module) continue;
      const { root, name, children } = structure;
      const [container] = root.children;
      const isNamed = structure.source === 'structure' && container?.kind === 'container';
      const path = `structure /${module.name}:${name}`;
      const place = { path, name: this.#nameOf(structure, ''), module, isData: false };
      const schema = isNamed ? container : root;
      this.#drafts.push({ schema, children, about: structure, ...place });
      this.#modules.add(module);
      for (const child of children) this.#visit(child, place);
    }
  }

  #visit(node: SchemaNode, place: Place): void {
    if (node.kind === 'root') return;
    this.#modules.add(node.module);
    switch (node.kind) {
      case 'choice':
      case 'case':
        for (const child of node.children) this.#visit(child, place);
        break;
      case 'container':
      case 'list':
      case 'notification':
        this.#addBranch(node, {
          ...this.#below(node, place),
          name: this.#nameOf(node, place.name),
          isData: place.isData && node.kind !== 'notification',
        });
        break;
      case 'rpc':
      case 'action':
        for (const part of [node.input, node.output]) this.#addMessage(part, node, place);
        break;
      default:
    }
  }

  /** An input or output without parameters has no type. */
  #addMessage(
    part: Extract<SchemaNode, { readonly kind: 'input' | 'output' }>,
    operation: Extract<SchemaNode, { readonly kind: 'rpc' | 'action' }>,
    place: Place,
  ): void {
    if (part.children.length === 0) return;
    const { path, module } = this.#below(operation, place);
    const name = this.#nameOf(operation, place.name, pascalCase(part.kind));
    const { description, status } = operation;
    const about = { kind: part.kind, description: part.description ?? description, status };
    const inner = { path: `${path}/${part.kind}`, name, module, isData: false };
    this.#addBranch(part, inner, about);
  }

  #addBranch(
    schema: Exclude<BranchSchemaNode, { readonly kind: 'root' }>,
    place: Place,
    about: DescribedBranch = schema,
  ): void {
    this.#drafts.push({ schema, children: schema.children, about, ...place });
    for (const child of schema.children) this.#visit(child, place);
  }

  #below({ name, module }: { readonly name: string; readonly module: ModuleInfo }, place: Place) {
    const step = module === place.module ? name : `${module.name}:${name}`;
    return { path: `${place.path}/${step}`, module };
  }

  #nameOf(
    { name, module }: { readonly name: string; readonly module: ModuleInfo },
    parent: string,
    suffix = '',
  ): string {
    const own = `${pascalCase(name)}${suffix}`;
    return this.#names.allot(`${parent}${own}`, `${parent}${pascalCase(module.name)}${own}`);
  }

  #complete({ name, ...draft }: Draft): void {
    const isSplit = isConfig(draft) && draft.children.some(hasState);
    const names = { all: name, config: isSplit ? this.#names.allot(`ConfigOf${name}`) : name };
    this.#nodes.set(draft.schema, { ...draft, names });
  }
}

/** Whether an instance can be configuration. */
export function isConfig({
  schema,
  children,
  isData,
}: Pick<PlannedBranch, 'schema' | 'children' | 'isData'>): boolean {
  if (schema.kind === 'root') return isData && contentOf({ children }, 'config').length > 0;
  return isData && schema.config;
}

/** State at or below a node of the data tree. */
function hasState(node: SchemaNode): boolean {
  switch (node.kind) {
    case 'choice':
    case 'case':
      return node.children.some(hasState);
    case 'container':
    case 'list':
      return !node.config || node.children.some(hasState);
    case 'leaf':
    case 'leaf-list':
    case 'anydata':
    case 'anyxml':
      return !node.config;
    default:
      return false;
  }
}

function isOf(module: ModuleInfo) {
  return (node: SchemaNode): boolean => node.kind !== 'root' && node.module === module;
}
