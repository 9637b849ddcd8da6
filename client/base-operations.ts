/** The operations of RFC 6241 as methods, with what RFC 5717, 6022, 6243 and 8526 add to them. */
import {
  PARTIAL_LOCK_NS,
  encodeCancelCommit,
  encodeCommit,
  encodeCopyConfig,
  encodeDeleteConfig,
  encodeDiscardChanges,
  encodeEditConfig,
  encodeGet,
  encodeGetConfig,
  encodeGetSchema,
  encodeKillSession,
  encodeLock,
  encodePartialLock,
  encodePartialUnlock,
  encodeUnlock,
  encodeValidate,
} from '../src/netconf/index.ts';
import type {
  CancelCommitRequest,
  CommitRequest,
  ConfigDatastore,
  CopyConfigRequest,
  EditConfigRequest,
  GetConfigRequest,
  GetRequest,
  GetSchemaRequest,
  LockTarget,
  ValidateSource,
  XPathSelection,
} from '../src/netconf/index.ts';
import { ContentSink, textContent } from '../src/xml/index.ts';
import type { XmlElement, XmlSink } from '../src/xml/index.ts';
import { SessionCalls } from './session-calls.ts';
import type { CallOptions, StreamOptions } from './session-calls.ts';

/** What partial-lock has locked (RFC 5717, section 2.4.1). */
export interface PartialLock {
  readonly lockId: number;
  /** The topmost nodes that are locked: instance-identifiers, and the prefixes in them. */
  readonly lockedNodes: readonly XPathSelection[];
}

export class BaseOperations extends SessionCalls {
  /** Running configuration and state; the element `<data>`. */
  get(request: GetRequest & CallOptions = {}): Promise<XmlElement> {
    return this.read(encodeGet(request), request);
  }

  getConfig(request: GetConfigRequest & CallOptions): Promise<XmlElement> {
    return this.read(encodeGetConfig(request), request);
  }

  /** The same as {@link get}, but the children of `<data>` go to `sink` as they arrive. */
  async getInto(sink: XmlSink, request: GetRequest & StreamOptions = {}): Promise<void> {
    await this.request(encodeGet(request), { ...request, reply: new ContentSink(sink) });
  }

  async getConfigInto(sink: XmlSink, request: GetConfigRequest & StreamOptions): Promise<void> {
    await this.request(encodeGetConfig(request), { ...request, reply: new ContentSink(sink) });
  }

  editConfig(request: EditConfigRequest & CallOptions): Promise<void> {
    return this.command(encodeEditConfig(request), request);
  }

  copyConfig(request: CopyConfigRequest & CallOptions): Promise<void> {
    return this.command(encodeCopyConfig(request), request);
  }

  deleteConfig(target: ConfigDatastore, options: CallOptions = {}): Promise<void> {
    return this.command(encodeDeleteConfig(target), options);
  }

  lock(target: LockTarget, options: CallOptions = {}): Promise<void> {
    return this.command(encodeLock(target), options);
  }

  unlock(target: LockTarget, options: CallOptions = {}): Promise<void> {
    return this.command(encodeUnlock(target), options);
  }

  /** Locks parts of running, all of what the expressions select or nothing (RFC 5717). */
  async partialLock(
    selections: readonly XPathSelection[],
    options: CallOptions = {},
  ): Promise<PartialLock> {
    const { output } = await this.request(encodePartialLock(selections), options);
    const texts = (local: string): readonly XmlElement[] =>
      output.filter((item) => item.local === local && item.namespace === PARTIAL_LOCK_NS);
    return {
      lockId: Number(texts('lock-id').map(textContent)[0] ?? NaN),
      lockedNodes: texts('locked-node').map((node) => ({
        select: textContent(node).trim(),
        prefixes: node.bindings,
      })),
    };
  }

  partialUnlock(lockId: number, options: CallOptions = {}): Promise<void> {
    return this.command(encodePartialUnlock(lockId), options);
  }

  validate(source: ValidateSource, options: CallOptions = {}): Promise<void> {
    return this.command(encodeValidate(source), options);
  }

  /** One commit. {@link NetconfClient.confirmedCommit} keeps track of one that has to be confirmed. */
  commit(request: CommitRequest & CallOptions = {}): Promise<void> {
    return this.command(encodeCommit(request), request);
  }

  cancelCommit(request: CancelCommitRequest & CallOptions = {}): Promise<void> {
    return this.command(encodeCancelCommit(request), request);
  }

  discardChanges(options: CallOptions = {}): Promise<void> {
    return this.command(encodeDiscardChanges(), options);
  }

  killSession(sessionId: number, options: CallOptions = {}): Promise<void> {
    return this.command(encodeKillSession(sessionId), options);
  }

  /** Text of a module or submodule (RFC 6022, section 3.1). */
  async getSchema(request: GetSchemaRequest & CallOptions): Promise<string> {
    return textContent(await this.read(encodeGetSchema(request), request));
  }
}
