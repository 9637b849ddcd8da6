/** Instance data as it stands in files and messages, whatever the encoding (RFC 7950, section 3; RFC 7951). */
import type { RpcError } from '../../error/index.ts';
import type { XmlElement } from '../../xml/index.ts';
import type {
  NotificationNode,
  OperationNode,
  SchemaContext,
  StructureNode,
} from '../../yang/index.ts';
import type { Annotations } from '../codec/annotations.ts';
import type { DecodedTree } from '../edit/edit-tree.ts';
import type { EmptyContainer } from '../codec/build-options.ts';
import type { Branch } from '../node.ts';

/**
 * What a document holds:
 *
 * - `data`: a complete datastore, state included. `config`: configuration only, state is an error.
 * - `get`, `get-config`: what these operations return, which may be any part of a datastore: not validated as a whole.
 * - `edit`: what edit-config carries; with operations, not validated as a whole.
 * - `rpc`: invocation of an rpc, or of an action within the data nodes that lead to it.
 * - `reply`: its output, within the same elements as the invocation.
 * - `notification`: a notification, at the top or within the data nodes that lead to it.
 * - `nc-rpc`, `nc-reply`, `nc-notification`: the same in their messages of NETCONF (RFC 6241, section 4; RFC 7950,
 *   section 7.15.2; RFC 5277, section 4). The output in a reply stands without the element of its operation.
 * - `structure`: an instance of an `sx:structure` (RFC 8791) or of `rc:yang-data` (RFC 8040, section 8).
 */
export type DocumentType =
  | 'data'
  | 'config'
  | 'get'
  | 'get-config'
  | 'edit'
  | 'rpc'
  | 'reply'
  | 'notification'
  | 'nc-rpc'
  | 'nc-reply'
  | 'nc-notification'
  | 'structure';

/** Whether state data has no place in documents of a type. */
export function hasNoState({
  type = 'data',
}: {
  readonly type?: DocumentType | undefined;
}): boolean {
  return type === 'config' || type === 'get-config' || type === 'edit';
}

export type DocumentFormat = 'xml' | 'json';

/** Both from 1; columns in characters. */
export interface DocumentPosition {
  readonly line: number;
  readonly column: number;
}

/** An error with the place in the document that it is about, as far as there is one. */
export interface DocumentError extends RpcError {
  readonly position?: DocumentPosition;
}

/** The operation or notification that a document is about. */
export interface DocumentOperation {
  readonly node: OperationNode | NotificationNode;
  /** Input, output or content of the notification: its schema says which. */
  readonly content: Branch;
  /** The data nodes that an action or a nested notification is in, from the top; empty for others. */
  readonly ancestors: readonly Branch[];
}

/** What a message of NETCONF has around its content. */
export interface Envelope {
  /** `message-id` of an rpc or a reply. */
  readonly messageId: string | undefined;
  /** Of a notification, as written (RFC 5277, section 2.2.1). */
  readonly eventTime: string | undefined;
  /** A reply says that all went well. */
  readonly ok: boolean;
  /** The rpc-error elements of a reply. */
  readonly errors: readonly XmlElement[];
}

export interface DataDocument {
  readonly type: DocumentType;
  readonly context: SchemaContext;
  /**
   * Data from the root. For an operation it has what leads to the operation, for `edit` it is empty. The root of
   * a structure is that of {@link StructureNode}.
   */
  readonly root: Branch;
  /** For `edit`: the content with its operations. */
  readonly edit: DecodedTree | undefined;
  /** For operations and notifications. Missing from a reply that has no output. */
  readonly operation: DocumentOperation | undefined;
  readonly structure: StructureNode | undefined;
  readonly envelope: Envelope | undefined;
  /** Metadata of all instances (RFC 7952). */
  readonly annotations: Annotations;
  /** Containers with a `when` that the document has and the tree has not, since they are empty. */
  readonly emptyContainers: readonly EmptyContainer[];
  readonly source: DocumentSource;
}

/** The text that a document was read from: errors found later look up their place in it. */
export interface DocumentSource {
  readonly text: string;
  readonly format: DocumentFormat;
  readonly options: ParseDocumentOptions;
}

export interface ParseDocumentOptions {
  readonly format: DocumentFormat;
  /** Default `data`. */
  readonly type?: DocumentType | undefined;
  /**
   * True: skip elements and attributes that the schema does not know (`-n` of yanglint). Default false: they are
   * errors.
   */
  readonly allowUnknown?: boolean;
  /** For `nc-reply`, and for a `reply` without the element of its operation: what it answers. */
  readonly request?: DataDocument | OperationNode | undefined;
  /** For `structure`: which one, when the document may be one of several. */
  readonly structure?: StructureNode | undefined;
  /** Errors after which the rest is skipped. Default 20. */
  readonly maxErrors?: number;
}

export interface ParsedDocument {
  /** Undefined when the text is not well-formed or what it is about cannot be told. */
  readonly document: DataDocument | undefined;
  /** What is at fault is left out of the document. */
  readonly errors: readonly DocumentError[];
}
