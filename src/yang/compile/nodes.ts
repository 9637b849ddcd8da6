/**
 * The nodes of the compiled schema tree. Fields are set while the tree is built and never afterwards;
 * the rest of the code sees them through the read-only interfaces of `schema.ts`.
 *
 * Fields that the constructor sets are only declared: to define each of them first takes as long as all the rest.
 */
import type {
  AnyNode,
  BranchCommon,
  BranchSchemaNode,
  CaseNode,
  ChoiceNode,
  ContainerNode,
  DataSchemaNode,
  ExtensionInstance,
  InputOutputNode,
  LeafListNode,
  LeafNode,
  ListNode,
  ModuleInfo,
  MustConstraint,
  NotificationNode,
  OperationNode,
  RootNode,
  SchemaContext,
  SchemaNode,
  StructureNode,
  WhenConstraint,
} from '../schema.ts';
import type { LeafValue, YangType } from '../types/index.ts';

/** What every node has; worked out before the node is made. */
export interface NodeProperties {
  readonly name: string;
  readonly module: ModuleInfo;
  readonly parent: SchemaNode;
  readonly dataParent: BranchSchemaNode;
  readonly config: boolean;
  readonly status: 'current' | 'deprecated' | 'obsolete';
  readonly description: string | undefined;
  readonly reference: string | undefined;
  readonly extensions: readonly ExtensionInstance[];
  readonly when: readonly WhenConstraint[];
  readonly ifFeatures: readonly string[];
  readonly must: readonly MustConstraint[];
}

abstract class Node {
  declare readonly name: string;
  declare readonly module: ModuleInfo;
  declare readonly parent: SchemaNode;
  declare readonly config: boolean;
  declare readonly status: 'current' | 'deprecated' | 'obsolete';
  declare readonly description: string | undefined;
  declare readonly reference: string | undefined;
  declare readonly extensions: readonly ExtensionInstance[];
  declare readonly when: readonly WhenConstraint[];
  declare readonly ifFeatures: readonly string[];

  constructor(properties: NodeProperties) {
    this.name = properties.name;
    this.module = properties.module;
    this.parent = properties.parent;
    this.config = properties.config;
    this.status = properties.status;
    this.description = properties.description;
    this.reference = properties.reference;
    this.extensions = properties.extensions;
    this.when = properties.when;
    this.ifFeatures = properties.ifFeatures;
  }
}

abstract class DataNodeBase extends Node {
  declare readonly dataParent: BranchSchemaNode;
  declare readonly must: readonly MustConstraint[];
  slot = -1;

  constructor(properties: NodeProperties) {
    super(properties);
    this.dataParent = properties.dataParent;
    this.must = properties.must;
  }
}

/**
 * Data children by name. Nearly always a local name is there once, so the first node of each name is
 * found by one look-up and one comparison; the others have a second table.
 */
class ChildTable {
  readonly #first = new Map<string, DataSchemaNode>();
  readonly #others: DataSchemaNode[] = [];

  constructor(children: readonly DataSchemaNode[]) {
    for (const child of children) {
      if (this.#first.has(child.name)) this.#others.push(child);
      else this.#first.set(child.name, child);
    }
  }

  find(namespace: string, name: string): DataSchemaNode | undefined {
    const first = this.#first.get(name);
    if (first === undefined || first.module.namespace === namespace) return first;
    if (this.#others.length === 0) return undefined;
    return this.#others.find((node) => node.name === name && node.module.namespace === namespace);
  }
}

const NO_CHILDREN = new ChildTable([]);

/** The part of a branch that is filled in once its children are there. */
export interface Growing {
  children: readonly SchemaNode[];
  grow(children: readonly SchemaNode[], data: readonly DataSchemaNode[]): void;
}

export class Root implements RootNode, Growing {
  readonly kind = 'root';
  declare readonly context: SchemaContext;
  children: readonly SchemaNode[] = [];
  dataChildren: readonly DataSchemaNode[] = [];
  #table = NO_CHILDREN;

  constructor(context: SchemaContext) {
    this.context = context;
  }

  dataChild(namespace: string, name: string): DataSchemaNode | undefined {
    return this.#table.find(namespace, name);
  }

  grow(children: readonly SchemaNode[], data: readonly DataSchemaNode[]): void {
    this.children = children;
    this.dataChildren = data;
    this.#table = new ChildTable(data);
  }
}

abstract class DataBranch extends DataNodeBase implements Growing {
  children: readonly SchemaNode[] = [];
  dataChildren: readonly DataSchemaNode[] = [];
  #table = NO_CHILDREN;

  dataChild(namespace: string, name: string): DataSchemaNode | undefined {
    return this.#table.find(namespace, name);
  }

  grow(children: readonly SchemaNode[], data: readonly DataSchemaNode[]): void {
    this.children = children;
    this.dataChildren = data;
    this.#table = new ChildTable(data);
  }
}

export class Container extends DataBranch implements ContainerNode {
  readonly kind = 'container';
  declare readonly presence: boolean;

  constructor(properties: NodeProperties, presence: boolean) {
    super(properties);
    this.presence = presence;
  }
}

export interface ElementCount {
  readonly orderedBy: 'system' | 'user';
  readonly minElements: number;
  readonly maxElements: number;
}

export class List extends DataBranch implements ListNode {
  readonly kind = 'list';
  declare readonly orderedBy: 'system' | 'user';
  declare readonly minElements: number;
  declare readonly maxElements: number;
  keys: readonly LeafNode[] = [];
  unique: readonly (readonly (readonly DataSchemaNode[])[])[] = [];
  leafOnly = false;

  constructor(properties: NodeProperties, count: ElementCount) {
    super(properties);
    this.orderedBy = count.orderedBy;
    this.minElements = count.minElements;
    this.maxElements = count.maxElements;
  }
}

export class Leaf extends DataNodeBase implements LeafNode {
  readonly kind = 'leaf';
  declare readonly type: YangType;
  declare readonly units: string | undefined;
  declare readonly mandatory: boolean;
  declare defaultValue: LeafValue | undefined;
  isKey = false;

  constructor(
    properties: NodeProperties,
    leaf: { type: YangType; units: string | undefined; mandatory: boolean },
  ) {
    super(properties);
    this.type = leaf.type;
    this.units = leaf.units;
    this.mandatory = leaf.mandatory;
    this.defaultValue = undefined;
  }
}

export class LeafList extends DataNodeBase implements LeafListNode {
  readonly kind = 'leaf-list';
  declare readonly type: YangType;
  declare readonly units: string | undefined;
  declare readonly orderedBy: 'system' | 'user';
  declare readonly minElements: number;
  declare readonly maxElements: number;
  defaultValues: readonly LeafValue[] = [];

  constructor(
    properties: NodeProperties,
    leaf: { type: YangType; units: string | undefined },
    count: ElementCount,
  ) {
    super(properties);
    this.type = leaf.type;
    this.units = leaf.units;
    this.orderedBy = count.orderedBy;
    this.minElements = count.minElements;
    this.maxElements = count.maxElements;
  }
}

export class Any extends DataNodeBase implements AnyNode {
  declare readonly kind: 'anydata' | 'anyxml';
  declare readonly mandatory: boolean;

  constructor(properties: NodeProperties, kind: 'anydata' | 'anyxml', mandatory: boolean) {
    super(properties);
    this.kind = kind;
    this.mandatory = mandatory;
  }
}

export class Choice extends Node implements ChoiceNode {
  readonly kind = 'choice';
  declare readonly mandatory: boolean;
  cases: readonly CaseNode[] = [];
  declare defaultCase: CaseNode | undefined;

  constructor(properties: NodeProperties, mandatory: boolean) {
    super(properties);
    this.mandatory = mandatory;
    this.defaultCase = undefined;
  }

  get children(): readonly SchemaNode[] {
    return this.cases;
  }
}

export class Case extends Node implements CaseNode {
  readonly kind = 'case';
  children: readonly SchemaNode[] = [];
}

abstract class MessageBranch extends Node implements Growing {
  declare readonly must: readonly MustConstraint[];
  children: readonly SchemaNode[] = [];
  dataChildren: readonly DataSchemaNode[] = [];
  #table = NO_CHILDREN;

  constructor(properties: NodeProperties) {
    super(properties);
    this.must = properties.must;
  }

  dataChild(namespace: string, name: string): DataSchemaNode | undefined {
    return this.#table.find(namespace, name);
  }

  grow(children: readonly SchemaNode[], data: readonly DataSchemaNode[]): void {
    this.children = children;
    this.dataChildren = data;
    this.#table = new ChildTable(data);
  }
}

export class InputOutput extends MessageBranch implements InputOutputNode {
  declare readonly kind: 'input' | 'output';

  constructor(properties: NodeProperties, kind: 'input' | 'output') {
    super(properties);
    this.kind = kind;
  }
}

export class Notification extends MessageBranch implements NotificationNode {
  readonly kind = 'notification';
}

/** Its input and output are set as soon as they are built, before anybody can look. */
export class Operation extends Node implements OperationNode {
  declare readonly kind: 'rpc' | 'action';
  #input: InputOutputNode | undefined;
  #output: InputOutputNode | undefined;

  constructor(properties: NodeProperties, kind: 'rpc' | 'action') {
    super(properties);
    this.kind = kind;
  }

  get input(): InputOutputNode {
    if (!this.#input) throw new Error(`operation "${this.name}" has no input yet`);
    return this.#input;
  }

  get output(): InputOutputNode {
    if (!this.#output) throw new Error(`operation "${this.name}" has no output yet`);
    return this.#output;
  }

  complete(input: InputOutputNode, output: InputOutputNode): void {
    this.#input = input;
    this.#output = output;
  }
}

/** What is said of a structure as a whole. */
export type StructureDescription = Pick<
  StructureNode,
  'name' | 'module' | 'status' | 'description' | 'reference' | 'extensions' | 'must'
>;

/** What is below is that of its branch: the container of its name, or the root of its documents. */
export class Structure implements StructureNode {
  readonly kind = 'structure';
  declare readonly source: 'structure' | 'yang-data';
  declare readonly name: string;
  declare readonly module: ModuleInfo;
  declare readonly status: 'current' | 'deprecated' | 'obsolete';
  declare readonly description: string | undefined;
  declare readonly reference: string | undefined;
  declare readonly extensions: readonly ExtensionInstance[];
  declare readonly must: readonly MustConstraint[];
  declare readonly root: RootNode;
  readonly #branch: BranchCommon;

  constructor(
    root: RootNode,
    parts: {
      readonly source: 'structure' | 'yang-data';
      readonly branch: BranchCommon;
      readonly described: StructureDescription;
    },
  ) {
    const { described } = parts;
    this.source = parts.source;
    this.name = described.name;
    this.module = described.module;
    this.status = described.status;
    this.description = described.description;
    this.reference = described.reference;
    this.extensions = described.extensions;
    this.must = described.must;
    this.root = root;
    this.#branch = parts.branch;
  }

  get children(): readonly SchemaNode[] {
    return this.#branch.children;
  }

  get dataChildren(): readonly DataSchemaNode[] {
    return this.#branch.dataChildren;
  }

  dataChild(namespace: string, name: string): DataSchemaNode | undefined {
    return this.#branch.dataChild(namespace, name);
  }
}
