/**
 * The compiled schema: what every later stage reads and none changes (RFC 7950, section 5.1).
 *
 * Choices and cases are schema nodes but not data nodes. Every node that can have data children also
 * lists them with choices flattened away; a child's `slot` is its index there, and data nodes keep
 * their values in arrays by that index.
 */
import type { CompiledXPath } from '../xpath/index.ts';
import type { Statement } from './syntax/statement.ts';
import type { YangType, LeafValue } from './types/type.ts';

/** A module, with what its submodules add (RFC 7950, sections 5.1 and 7.1). */
export interface ModuleInfo {
  readonly name: string;
  readonly namespace: string;
  readonly prefix: string;
  readonly revision: string | undefined;
  /** Every revision that the text states, newest first. */
  readonly revisions: readonly string[];
  readonly yangVersion: '1' | '1.1';
  readonly organization: string | undefined;
  readonly contact: string | undefined;
  readonly description: string | undefined;
  readonly reference: string | undefined;
  /** All submodules, those that only submodules include among them. */
  readonly submodules: readonly SubmoduleInfo[];
  /** The imports of the module and of its submodules. */
  readonly imports: readonly ImportInfo[];
  /** Features that are supported. */
  readonly features: ReadonlySet<string>;
  readonly deviatedBy: readonly string[];
  /** False when the module was loaded only because another imports it. */
  readonly implemented: boolean;
  /** Extensions used at the top level of the module and its submodules. */
  readonly extensions: readonly ExtensionInstance[];
}

/** A submodule that is part of a module (RFC 7950, section 7.2). */
export interface SubmoduleInfo {
  readonly name: string;
  readonly revision: string | undefined;
}

/** An `import` statement and the module that was found for it (RFC 7950, section 7.1.5). */
export interface ImportInfo {
  readonly prefix: string;
  readonly name: string;
  /** That of the module that was found, whether or not the statement asks for one. */
  readonly revision: string | undefined;
  /** True when the statement has a revision-date. */
  readonly byRevision: boolean;
  /** The submodule that has the statement; undefined when it is the module itself. */
  readonly submodule: string | undefined;
}

/** Use of an extension on a node. The extension's own module names it, not the prefix. */
export interface ExtensionInstance {
  readonly module: string;
  readonly name: string;
  readonly argument: string | undefined;
  /** What the use contains, as written; the extension alone says what it means. */
  readonly substatements: readonly Statement[];
}

/** A `must` statement (RFC 7950, section 7.5.3). */
export interface MustConstraint {
  readonly expression: CompiledXPath;
  readonly errorMessage: string | undefined;
  readonly errorAppTag: string | undefined;
}

/** `context` says where the expression is evaluated: at the node itself or at its data parent. */
export interface WhenConstraint {
  readonly expression: CompiledXPath;
  readonly context: 'self' | 'parent';
}

interface Common {
  readonly name: string;
  readonly module: ModuleInfo;
  readonly parent: SchemaNode;
  readonly config: boolean;
  readonly status: 'current' | 'deprecated' | 'obsolete';
  readonly description: string | undefined;
  readonly reference: string | undefined;
  readonly extensions: readonly ExtensionInstance[];
  readonly when: readonly WhenConstraint[];
  /** Arguments of the `if-feature` statements that made the node depend on features; all of them hold. */
  readonly ifFeatures: readonly string[];
}

/** What all nodes with data children share. */
export interface BranchCommon {
  /** Children as the schema tree has them, choices included, in schema order. */
  readonly children: readonly SchemaNode[];
  /** Data children with choices flattened, keys of a list first; index equals `slot`. */
  readonly dataChildren: readonly DataSchemaNode[];
  /** Data child by namespace and name. */
  dataChild(namespace: string, name: string): DataSchemaNode | undefined;
}

interface DataCommon extends Common {
  /** Nearest ancestor that exists in the data tree. */
  readonly dataParent: BranchSchemaNode;
  /** Index in `dataParent.dataChildren`. */
  readonly slot: number;
  readonly must: readonly MustConstraint[];
}

/** What the top-level nodes of all modules are in; its instance is a datastore, or the root of a document. */
export interface RootNode extends BranchCommon {
  readonly kind: 'root';
  readonly context: SchemaContext;
}

/** RFC 7950, section 7.5. */
export interface ContainerNode extends DataCommon, BranchCommon {
  readonly kind: 'container';
  readonly presence: boolean;
}

/** RFC 7950, section 7.8. */
export interface ListNode extends DataCommon, BranchCommon {
  readonly kind: 'list';
  /** In the order of the `key` statement; empty for a state list without keys. */
  readonly keys: readonly LeafNode[];
  readonly orderedBy: 'system' | 'user';
  readonly minElements: number;
  /** Infinity when unbounded. */
  readonly maxElements: number;
  /** For each `unique` statement, the chains of data nodes from the list to each leaf. */
  readonly unique: readonly (readonly (readonly DataSchemaNode[])[])[];
  /** True when all data children are leaves or leaf-lists. */
  readonly leafOnly: boolean;
}

/** RFC 7950, section 7.6. */
export interface LeafNode extends DataCommon {
  readonly kind: 'leaf';
  readonly type: YangType;
  readonly units: string | undefined;
  readonly mandatory: boolean;
  /** Canonical value, from the leaf or its type. */
  readonly defaultValue: LeafValue | undefined;
  readonly isKey: boolean;
}

/** RFC 7950, section 7.7. */
export interface LeafListNode extends DataCommon {
  readonly kind: 'leaf-list';
  readonly type: YangType;
  readonly units: string | undefined;
  readonly orderedBy: 'system' | 'user';
  readonly minElements: number;
  readonly maxElements: number;
  readonly defaultValues: readonly LeafValue[];
}

/** RFC 7950, sections 7.10 and 7.11. */
export interface AnyNode extends DataCommon {
  readonly kind: 'anydata' | 'anyxml';
  readonly mandatory: boolean;
}

/** RFC 7950, section 7.9. */
export interface ChoiceNode extends Common {
  readonly kind: 'choice';
  readonly mandatory: boolean;
  readonly defaultCase: CaseNode | undefined;
  readonly cases: readonly CaseNode[];
  readonly children: readonly SchemaNode[];
}

/** RFC 7950, section 7.9.2; a shorthand case has one too. */
export interface CaseNode extends Common {
  readonly kind: 'case';
  readonly children: readonly SchemaNode[];
}

/** An rpc or an action (RFC 7950, sections 7.14 and 7.15). */
export interface OperationNode extends Common {
  readonly kind: 'rpc' | 'action';
  readonly input: InputOutputNode;
  readonly output: InputOutputNode;
}

/** Input or output of an operation, there even when nothing is in it (RFC 7950, sections 7.14.2 and 7.14.3). */
export interface InputOutputNode extends Common, BranchCommon {
  readonly kind: 'input' | 'output';
  readonly must: readonly MustConstraint[];
}

/** A notification, at the top or in the data tree (RFC 7950, section 7.16). */
export interface NotificationNode extends Common, BranchCommon {
  readonly kind: 'notification';
  readonly must: readonly MustConstraint[];
}

/** Nodes that have instances in a data tree (RFC 7950, section 3). */
export type DataSchemaNode = ContainerNode | ListNode | LeafNode | LeafListNode | AnyNode;

/** Nodes whose instances have child instances. */
export type BranchSchemaNode =
  RootNode | ContainerNode | ListNode | InputOutputNode | NotificationNode;

/** Every kind of node of the schema tree, by `kind`. */
export type SchemaNode =
  | RootNode
  | DataSchemaNode
  | ChoiceNode
  | CaseNode
  | OperationNode
  | InputOutputNode
  | NotificationNode;

/**
 * An abstract data structure: `sx:structure` (RFC 8791) or `rc:yang-data` (RFC 8040, section 8). It is not part of
 * the schema tree. Config means nothing in it and is true throughout.
 */
export interface StructureNode extends BranchCommon {
  readonly kind: 'structure';
  readonly source: 'structure' | 'yang-data';
  readonly name: string;
  readonly module: ModuleInfo;
  readonly status: 'current' | 'deprecated' | 'obsolete';
  readonly description: string | undefined;
  readonly reference: string | undefined;
  readonly extensions: readonly ExtensionInstance[];
  /** Only a `structure` has any. */
  readonly must: readonly MustConstraint[];
  /**
   * Root of the documents that hold the structure, as XPath sees it. That of a `structure` has one child, a
   * presence container with the name of the structure, whose children and constraints are those listed here.
   * That of a `yang-data` has the children of the structure themselves: its name is nowhere in data.
   */
  readonly root: RootNode;
}

/** Annotation of data nodes, `md:annotation` (RFC 7952, section 3). */
export interface Annotation {
  readonly module: ModuleInfo;
  readonly name: string;
  readonly type: YangType;
  readonly units: string | undefined;
  readonly status: 'current' | 'deprecated' | 'obsolete';
  readonly description: string | undefined;
  readonly reference: string | undefined;
}

/** An `augment` of a module, or an `sx:augment-structure`, as far as its features are supported. */
export interface Augment {
  readonly module: ModuleInfo;
  readonly statement: Statement;
  readonly target: SchemaNode;
  /** The nodes it brought, in the order of the statement. */
  readonly nodes: readonly SchemaNode[];
}

export interface Identity {
  readonly module: ModuleInfo;
  readonly name: string;
  readonly bases: readonly Identity[];
  /** This identity and everything it is derived from. */
  readonly ancestors: ReadonlySet<Identity>;
}

/** The immutable result of a compilation. */
export interface SchemaContext {
  /**
   * Every module, imported-only ones included, by name. Of a module in several revisions it has the one
   * that is implemented, or else the newest.
   */
  readonly modules: ReadonlyMap<string, ModuleInfo>;
  /** Every revision of every module, in the order in which they were loaded. */
  readonly allModules: readonly ModuleInfo[];
  readonly moduleByNamespace: ReadonlyMap<string, ModuleInfo>;
  /** Top-level data nodes of all implemented modules. */
  readonly root: RootNode;
  /** By `{namespace}name` key, see {@link qnameKey}. */
  readonly rpcs: ReadonlyMap<string, OperationNode>;
  readonly notifications: ReadonlyMap<string, NotificationNode>;
  /** By `{namespace}name` key, those of modules that are only imported included. */
  readonly structures: ReadonlyMap<string, StructureNode>;
  /** By `{namespace}name` key. */
  readonly annotations: ReadonlyMap<string, Annotation>;
  /** In the order of the modules and of the text. Augments inside `uses` are not among them. */
  readonly augments: readonly Augment[];
  readonly identities: readonly Identity[];
  /** Identity by module name and name. */
  identity(module: string, name: string): Identity | undefined;
  /** Source text of a module or submodule, as get-schema returns it (RFC 6022). */
  sourceOf(name: string, revision: string | undefined): string | undefined;
}

/** Key of {@link SchemaContext.rpcs} and the tables beside it. */
export function qnameKey(namespace: string, name: string): string {
  return `{${namespace}}${name}`;
}
