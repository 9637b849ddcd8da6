/** What the codecs look up about a branch schema node again and again, worked out once. */
import type {
  BranchSchemaNode,
  CaseNode,
  ChoiceNode,
  DataSchemaNode,
  ModuleInfo,
  SchemaNode,
} from '../../yang/index.ts';
import { leafCodec } from '../codec/leaf-codec.ts';
import type { LeafCodec } from '../codec/leaf-codec.ts';
import { isNonPresence, schemaDefault } from './implied.ts';

/** A case that a data node lies in. Nested choices give several, the outermost first. */
export interface CaseMembership {
  readonly choice: ChoiceNode;
  /** For a shorthand case, which may have no case node, the data node itself (RFC 7950, section 7.9.2). */
  readonly case: CaseNode | DataSchemaNode;
}

export class BranchLayout {
  readonly children: readonly DataSchemaNode[];
  /** By slot; undefined for nodes outside choices. */
  readonly cases: readonly (readonly CaseMembership[] | undefined)[];
  /** By slot: the node may be there although the tree does not hold it. */
  readonly implied: readonly boolean[];
  /** By slot; undefined for what is no leaf or leaf-list. */
  readonly codecs: readonly (LeafCodec | undefined)[];
  /** The namespace that was last asked for with success, and its module. */
  #namespace: string | undefined;
  #module: ModuleInfo | undefined;
  readonly #byName = new Map<string, DataSchemaNode | DataSchemaNode[]>();

  constructor(schema: BranchSchemaNode) {
    this.children = schema.dataChildren;
    this.cases = this.children.map((child) => casesOf(child, schema));
    this.implied = this.children.map(
      (child) => isNonPresence(child) || schemaDefault(child) !== undefined,
    );
    this.codecs = this.children.map((child) =>
      child.kind === 'leaf' || child.kind === 'leaf-list' ? leafCodec(child) : undefined,
    );
    for (const child of this.children) {
      const other = this.#byName.get(child.name);
      if (other === undefined) this.#byName.set(child.name, child);
      else if (Array.isArray(other)) other.push(child);
      else this.#byName.set(child.name, [other, child]);
    }
  }

  /** Comparing with the same string object again takes no time, whatever its length. */
  #isOf(module: ModuleInfo, namespace: string): boolean {
    if (this.#module === module && this.#namespace === namespace) return true;
    if (module.namespace !== namespace) return false;
    this.#module = module;
    this.#namespace = namespace;
    return true;
  }

  find(namespace: string, name: string): DataSchemaNode | undefined {
    const found = this.#byName.get(name);
    if (found === undefined) return undefined;
    if (!Array.isArray(found)) return this.#isOf(found.module, namespace) ? found : undefined;
    return found.find((node) => node.module.namespace === namespace);
  }
}

const layouts = new WeakMap<BranchSchemaNode, BranchLayout>();

export function layoutOf(schema: BranchSchemaNode): BranchLayout {
  let layout = layouts.get(schema);
  if (!layout) layouts.set(schema, (layout = new BranchLayout(schema)));
  return layout;
}

function casesOf(
  child: DataSchemaNode,
  branch: BranchSchemaNode,
): readonly CaseMembership[] | undefined {
  const found: CaseMembership[] = [];
  let below: SchemaNode = child;
  let node: SchemaNode = child.parent;
  while (node !== branch && (node.kind === 'choice' || node.kind === 'case')) {
    if (node.kind === 'choice') {
      found.unshift({ choice: node, case: below as CaseNode | DataSchemaNode });
    }
    below = node;
    node = node.parent;
  }
  return found.length > 0 ? found : undefined;
}
