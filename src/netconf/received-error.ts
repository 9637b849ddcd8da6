/**
 * Errors as a client receives them: a union by error-tag, each with the error-info that RFC 6241,
 * appendix A, and RFC 7950, section 15, give the tag.
 *
 * What the RFCs demand real servers leave out, so everything in `info` may be missing.
 */
import { RpcErrorException } from '../error/index.ts';
import type { ErrorInfo, ErrorTag, RpcError } from '../error/index.ts';
import type { XmlElement } from '../xml/index.ts';

/** A name in an error-path; `namespace` is undefined when its prefix is bound to none. */
export interface ReceivedName {
  readonly namespace: string | undefined;
  readonly name: string;
}

/** One step of an error-path, its prefixes resolved. */
export interface ReceivedStep extends ReceivedName {
  readonly keys: readonly (ReceivedName & { readonly value: string })[];
  /** Of a leaf-list entry: `[.='…']`. */
  readonly value?: string;
  /** Of an entry of a list without keys: `[3]`. */
  readonly position?: number;
}

interface Received<Tag extends ErrorTag, Info extends keyof ErrorInfo> extends RpcError {
  readonly tag: Tag;
  /** As received. */
  readonly path?: string;
  /** The same, understood; absent when it is no instance-identifier. */
  readonly steps?: readonly ReceivedStep[];
  readonly info?: Pick<ErrorInfo, Info | 'elements'>;
  /** The children of error-info that other RFCs and vendors define, as received. */
  readonly vendorInfo?: readonly XmlElement[];
}

/** Narrow it by `tag`. */
export type ReceivedRpcError =
  | Received<
      'missing-attribute' | 'bad-attribute' | 'unknown-attribute',
      'badAttribute' | 'badElement'
    >
  | Received<'missing-element' | 'bad-element' | 'unknown-element', 'badElement'>
  | Received<'unknown-namespace', 'badElement' | 'badNamespace'>
  | Received<'lock-denied', 'sessionId'>
  | Received<'data-missing', 'missingChoice'>
  | Received<'operation-failed', 'nonUnique'>
  | Received<
      | 'in-use'
      | 'invalid-value'
      | 'too-big'
      | 'access-denied'
      | 'resource-denied'
      | 'rollback-failed'
      | 'data-exists'
      | 'operation-not-supported'
      | 'partial-operation'
      | 'malformed-message',
      never
    >;

/** What a request fails with when the reply has errors: all of them, warnings included. */
export class RpcReplyError extends RpcErrorException {
  declare readonly errors: readonly ReceivedRpcError[];

  constructor(errors: readonly ReceivedRpcError[]) {
    super(errors);
    this.name = 'RpcReplyError';
  }
}
