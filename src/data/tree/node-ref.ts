/** References to nodes of a tree with the way to them: the nodes that XPath sees (RFC 7950, section 6.4.1). */
import { VisitBudget } from '../../xpath/index.ts';
import type { NodeModel } from '../../xpath/index.ts';
import type {
  BranchSchemaNode,
  DataSchemaNode,
  InputOutputNode,
  LeafValue,
  NotificationNode,
} from '../../yang/index.ts';
import type { AnyValue, Branch } from '../node.ts';
import { layoutOf } from './layout.ts';
import type { BranchLayout } from './layout.ts';

/** Schema nodes of the content of operations and notifications. */
export type MessageSchemaNode = InputOutputNode | NotificationNode;

/** Nodes that expressions on one tree may visit by default: some seconds of work. */
export const MAX_VISITS = 100_000_000;

export interface TreeOptions {
  /** State data cannot be seen, as for expressions on configuration. Default false. */
  readonly configOnly?: boolean;
  /** What evaluations over the tree may visit in all. Default: {@link MAX_VISITS}. */
  readonly budget?: VisitBudget;
}

export interface TreeMask {
  /** The instance whose children are taken out. */
  readonly parent: NodeRef;
  readonly hidden: ReadonlySet<DataSchemaNode>;
  /** What stands in their place, without value and children. */
  dummy: NodeRef | undefined;
}

/** A tree that is looked at: what all references into it share. */
export class DataTree {
  readonly model: NodeModel<NodeRef>;
  readonly root: NodeRef;
  readonly configOnly: boolean;
  readonly budget: VisitBudget;
  /** The operation or notification that is one more child of its parent. */
  message: NodeRef | undefined;
  /** Conditions that are being evaluated: one may lead back to the node it is about. */
  readonly evaluating: { readonly ref: NodeRef; readonly child: DataSchemaNode }[] = [];
  /** Nodes that are taken out while their own condition is evaluated. */
  mask: TreeMask | undefined;
  /** The tree that this one is but for the mask. */
  base: DataTree | undefined;
  /** The same tree with and without state data. */
  #other: DataTree | undefined;

  constructor(model: NodeModel<NodeRef>, branch: Branch, options: TreeOptions = {}) {
    this.model = model;
    this.root = new NodeRef(branch.schema, branch, undefined, this);
    this.configOnly = options.configOnly === true;
    this.budget = options.budget ?? new VisitBudget(MAX_VISITS);
    this.message = undefined;
    this.mask = undefined;
    this.base = undefined;
  }

  /** The tree with nothing taken out. */
  get plain(): DataTree {
    return this.base ?? this;
  }

  /** The tree as expressions on configuration see it. */
  get config(): DataTree {
    return this.configOnly ? this : this.#opposite();
  }

  /** The tree with all that is in it. */
  get full(): DataTree {
    return this.configOnly ? this.#opposite() : this;
  }

  #opposite(): DataTree {
    if (!this.#other) {
      const { model, budget, configOnly } = this;
      const options = { configOnly: !configOnly, budget };
      this.#other = new DataTree(model, this.root.value as Branch, options);
      this.#other.#other = this;
    }
    return this.#other;
  }
}

/**
 * A node of a tree with the way to it; made anew whenever it is needed. An entry of a list or leaf-list
 * has a reference of its own. The text node of a leaf is a reference whose parent is the leaf.
 */
export class NodeRef {
  readonly schema: BranchSchemaNode | DataSchemaNode;
  readonly value: Branch | LeafValue | AnyValue;
  readonly parent: NodeRef | undefined;
  readonly tree: DataTree;
  /** Place of an entry in its leaf-list; state data may have equal entries (RFC 7950, section 7.7). */
  readonly index: number;
  #layout: BranchLayout | undefined;

  constructor(
    schema: BranchSchemaNode | DataSchemaNode,
    value: Branch | LeafValue | AnyValue,
    parent: NodeRef | undefined,
    tree = (parent as NodeRef).tree,
    index = 0,
  ) {
    this.schema = schema;
    this.value = value;
    this.parent = parent;
    this.tree = tree;
    this.index = index;
  }

  /** For a branch: an expression asks it for one child after the other. */
  get layout(): BranchLayout {
    return (this.#layout ??= layoutOf((this.value as Branch).schema));
  }

  /** Stands for a node whose condition is being evaluated, and has no value. */
  get isDummy(): boolean {
    return this.tree.mask?.dummy === this;
  }

  /** The text node of a leaf: it has the schema node of its parent. */
  get isText(): boolean {
    return this.parent?.schema === this.schema;
  }
}

/** The reference to the same node in another tree with the same content. */
export function refInTree(ref: NodeRef, tree: DataTree): NodeRef {
  if (ref.tree === tree) return ref;
  if (!ref.parent) return tree.root;
  return new NodeRef(ref.schema, ref.value, refInTree(ref.parent, tree), tree, ref.index);
}

/** The element name of a node; that of an operation's input and output is the operation's. */
export function elementNode(schema: Exclude<NodeRef['schema'], { kind: 'root' }>): {
  readonly name: string;
  readonly module: { readonly name: string; readonly namespace: string };
} {
  if (schema.kind !== 'input' && schema.kind !== 'output') return schema;
  const operation = schema.parent;
  return operation.kind === 'root' ? schema : operation;
}
