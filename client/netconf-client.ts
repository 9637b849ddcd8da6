/**
 * A NETCONF client: protocol operations as methods (RFC 6241, section 7 and 8; RFC 6022; RFC 8639).
 *
 * ```ts
 * await using client = await connectNetconf({ host, port, username, password, hostKey });
 * const data = await client.get({ filter: { type: 'subtree', content: '<sami xmlns="…"/>' } });
 * ```
 *
 * Every operation rejects with RpcErrorException when the device answers with an error, with NetconfError
 * when the session ends first, and with the reason of its signal when that fires.
 */
import {
  ClientSession,
  NETCONF_BASE_NS,
  encodeCancelCommit,
  encodeCommit,
  encodeCopyConfig,
  encodeDeleteConfig,
  encodeDiscardChanges,
  encodeEditConfig,
  encodeEstablishSubscription,
  encodeGet,
  encodeGetConfig,
  encodeGetSchema,
  encodeKillSession,
  encodeLock,
  encodeUnlock,
  encodeValidate,
} from '../src/netconf/index.ts';
import type {
  CapabilitySet,
  ClientSessionOptions,
  CommitRequest,
  ConfigDatastore,
  ConfigSource,
  CopyConfigRequest,
  DatastoreSubscriptionRequest,
  EditConfigRequest,
  GetConfigRequest,
  GetRequest,
  GetSchemaRequest,
  Notification,
  NotificationFactory,
  RpcBody,
  RpcReply,
  StreamSubscriptionRequest,
  Transport,
} from '../src/netconf/index.ts';
import { textContent, ContentSink } from '../src/xml/index.ts';
import type { XmlElement, XmlSink } from '../src/xml/index.ts';
import { MeteredTransport } from './metered-transport.ts';
import { MODULE_SET_FILTER, decodeModuleSet } from './module-set.ts';
import type { ModuleEntry } from './module-set.ts';

export interface CallOptions {
  /** Gives up waiting. The device may carry out the request all the same. */
  readonly signal?: AbortSignal | undefined;
}

export interface StreamOptions extends CallOptions {
  /** Asked between pieces of the reply: reading goes on when what it returns has settled. */
  readonly pace?: () => Promise<void> | undefined;
}

const EMPTY_DATA: XmlElement = {
  namespace: NETCONF_BASE_NS,
  local: 'data',
  attributes: [],
  children: [],
  bindings: new Map(),
};

export class NetconfClient implements AsyncDisposable {
  readonly #session: ClientSession;
  readonly #transport: MeteredTransport;

  /** Begins a session over a transport that stands. */
  static async open(transport: Transport, options: ClientSessionOptions): Promise<NetconfClient> {
    const metered = new MeteredTransport(transport);
    return new NetconfClient(await ClientSession.open(metered, options), metered);
  }

  private constructor(session: ClientSession, transport: MeteredTransport) {
    this.#session = session;
    this.#transport = transport;
  }

  get sessionId(): number {
    return this.#session.sessionId;
  }

  get capabilities(): CapabilitySet {
    return this.#session.capabilities;
  }

  /** Settles, and never rejects, when the session is over. */
  get closed(): Promise<void> {
    return this.#session.closed;
  }

  get bytesSent(): number {
    return this.#transport.bytesSent;
  }

  get bytesReceived(): number {
    return this.#transport.bytesReceived;
  }

  /** Any operation: `body` is what goes between `<rpc>` and `</rpc>`. */
  request(
    body: RpcBody,
    options: StreamOptions & { readonly reply?: XmlSink } = {},
  ): Promise<RpcReply> {
    const { signal, pace, reply } = options;
    return this.#session.request(body, {
      ...(signal ? { signal } : {}),
      ...(pace ? { pace } : {}),
      ...(reply ? { reply } : {}),
    });
  }

  /** Running configuration and state; the element `<data>`. */
  async get(request: GetRequest & CallOptions = {}): Promise<XmlElement> {
    return (await this.request(encodeGet(request), request)).data ?? EMPTY_DATA;
  }

  async getConfig(request: GetConfigRequest & CallOptions): Promise<XmlElement> {
    return (await this.request(encodeGetConfig(request), request)).data ?? EMPTY_DATA;
  }

  /** The same as {@link get}, but the children of `<data>` go to `sink` as they arrive. */
  async getInto(sink: XmlSink, request: GetRequest & StreamOptions = {}): Promise<void> {
    await this.request(encodeGet(request), { ...request, reply: new ContentSink(sink) });
  }

  async getConfigInto(sink: XmlSink, request: GetConfigRequest & StreamOptions): Promise<void> {
    await this.request(encodeGetConfig(request), { ...request, reply: new ContentSink(sink) });
  }

  async editConfig(request: EditConfigRequest & CallOptions): Promise<void> {
    await this.request(encodeEditConfig(request), request);
  }

  async copyConfig(request: CopyConfigRequest & CallOptions): Promise<void> {
    await this.request(encodeCopyConfig(request), request);
  }

  async deleteConfig(target: ConfigDatastore, options: CallOptions = {}): Promise<void> {
    await this.request(encodeDeleteConfig(target), options);
  }

  async lock(target: ConfigDatastore, options: CallOptions = {}): Promise<void> {
    await this.request(encodeLock(target), options);
  }

  async unlock(target: ConfigDatastore, options: CallOptions = {}): Promise<void> {
    await this.request(encodeUnlock(target), options);
  }

  async validate(source: ConfigSource, options: CallOptions = {}): Promise<void> {
    await this.request(encodeValidate(source), options);
  }

  async commit(request: CommitRequest & CallOptions = {}): Promise<void> {
    await this.request(encodeCommit(request), request);
  }

  async cancelCommit(request: { readonly persistId?: string } & CallOptions = {}): Promise<void> {
    await this.request(encodeCancelCommit(request), request);
  }

  async discardChanges(options: CallOptions = {}): Promise<void> {
    await this.request(encodeDiscardChanges(), options);
  }

  async killSession(sessionId: number, options: CallOptions = {}): Promise<void> {
    await this.request(encodeKillSession(sessionId), options);
  }

  /** Text of a module or submodule (RFC 6022, section 3.1). */
  async getSchema(request: GetSchemaRequest & CallOptions): Promise<string> {
    const { data } = await this.request(encodeGetSchema(request), request);
    return data ? textContent(data) : '';
  }

  /** The modules that the device says it has. */
  async readModules(options: CallOptions = {}): Promise<readonly ModuleEntry[]> {
    const filter = { type: 'subtree', content: MODULE_SET_FILTER } as const;
    const modules = decodeModuleSet(await this.get({ filter, ...options }));
    if (modules.length > 0) return modules;
    return this.capabilities.modules.map((module) => ({
      ...module,
      revision: module.revision,
      implemented: true,
    }));
  }

  /** Returns the id of the subscription (RFC 8639, section 2.4.2). */
  async establishSubscription(
    request: (DatastoreSubscriptionRequest | StreamSubscriptionRequest) & CallOptions,
  ): Promise<number> {
    const { output } = await this.request(encodeEstablishSubscription(request), request);
    const id = output.find(({ local }) => local === 'id');
    return id ? Number(textContent(id)) : 0;
  }

  /** Notifications, in order. None is lost: when nobody takes them the session stops reading. */
  notifications(): AsyncIterable<Notification> {
    return this.#session.notifications();
  }

  /** Notifications as events, before anybody has made a tree of them; returns what ends it. */
  onNotification(factory: NotificationFactory): () => void {
    return this.#session.onNotification(factory);
  }

  /** Ends the session in order (close-session). */
  close(): Promise<void> {
    return this.#session.close();
  }

  /** Ends the session at once. */
  abort(): void {
    this.#session.abort();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
