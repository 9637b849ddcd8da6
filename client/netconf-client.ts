/**
 * A NETCONF client: protocol operations as methods (RFC 6241 and what extends it).
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
  SessionClosedError,
  encodeAction,
  encodeCompare,
  encodeCreateSubscription,
  encodeDeleteSubscription,
  encodeEditData,
  encodeEstablishSubscription,
  encodeGet,
  encodeGetConfig,
  encodeGetData,
  encodeKillSubscription,
  encodeModifySubscription,
  encodeOperation,
  encodeResyncSubscription,
} from '../src/netconf/index.ts';
import type {
  ClientSessionOptions,
  CompareRequest,
  CreateSubscriptionRequest,
  DatastoreSubscriptionRequest,
  EditDataRequest,
  GetConfigRequest,
  GetDataRequest,
  GetRequest,
  ModifyDatastoreSubscriptionRequest,
  ModifyStreamSubscriptionRequest,
  OperationRequest,
  RpcBody,
  RpcReply,
  StreamSubscriptionRequest,
  Transport,
  XmlContent,
} from '../src/netconf/index.ts';
import { ContentSink, textContent } from '../src/xml/index.ts';
import type { XmlElement, XmlSink } from '../src/xml/index.ts';
import { BaseOperations } from './base-operations.ts';
import { ConfirmedCommit } from './confirmed-commit.ts';
import type { ConfirmedCommitRequest, PendingCommitRequest } from './confirmed-commit.ts';
import { streamElements } from './element-stream.ts';
import type { RowOptions } from './element-stream.ts';
import { MeteredTransport } from './metered-transport.ts';
import { MODULE_SET_FILTER, decodeModuleSet } from './module-set.ts';
import type { ModuleEntry } from './module-set.ts';
import type { CallOptions, StreamOptions } from './session-calls.ts';
import { SubscriptionRouter } from './subscription-router.ts';
import type { Subscription, SubscriptionHome } from './subscription.ts';

/** How events are taken. */
export interface SubscribeOptions extends CallOptions {
  /** Events that wait to be taken before the session stops reading. Default 1000. */
  readonly capacity?: number | undefined;
}

const DEFAULT_CAPACITY = 1000;

/** A session with a device. Calls may overlap; replies come in the order of the requests. */
export class NetconfClient extends BaseOperations {
  readonly #router = new SubscriptionRouter(this.session);

  /** Begins a session over a transport that stands. */
  static async open(transport: Transport, options: ClientSessionOptions): Promise<NetconfClient> {
    const metered = new MeteredTransport(transport);
    return new NetconfClient(await ClientSession.open(metered, options), metered);
  }

  /** Content of any datastore (RFC 8526, section 3.1.1); the element `<data>` of that RFC's module. */
  getData(request: GetDataRequest & CallOptions): Promise<XmlElement> {
    return this.read(encodeGetData(request), request);
  }

  /** The same, but the children of `<data>` go to `sink` as they arrive. */
  async getDataInto(sink: XmlSink, request: GetDataRequest & StreamOptions): Promise<void> {
    await this.request(encodeGetData(request), { ...request, reply: new ContentSink(sink) });
  }

  editData(request: EditDataRequest & CallOptions): Promise<void> {
    return this.command(encodeEditData(request), request);
  }

  /** `undefined`: the filter matched nothing. Else `<differences>`, with a YANG patch (RFC 9144). */
  async compare(request: CompareRequest & CallOptions): Promise<XmlElement | undefined> {
    const result = await this.read(encodeCompare(request), request);
    return result.local === 'differences' ? result : undefined;
  }

  /** An rpc of any module; its output parameters. */
  async rpc(request: OperationRequest & CallOptions): Promise<readonly XmlElement[]> {
    const { signal, onWarning } = request;
    return (await this.request(encodeOperation(request), { signal, onWarning })).output;
  }

  /** An action (RFC 7950, section 7.15), on the node that `content` leads to; its output parameters. */
  async action(
    content: XmlContent | XmlElement,
    options: CallOptions = {},
  ): Promise<readonly XmlElement[]> {
    return (await this.request(encodeAction(content), options)).output;
  }

  /** Running configuration and state, element by element as the device sends it. */
  getRows(request: GetRequest & RowOptions & CallOptions = {}): AsyncIterable<XmlElement> {
    return this.#rows(encodeGet(request), request);
  }

  getConfigRows(request: GetConfigRequest & RowOptions & CallOptions): AsyncIterable<XmlElement> {
    return this.#rows(encodeGetConfig(request), request);
  }

  getDataRows(request: GetDataRequest & RowOptions & CallOptions): AsyncIterable<XmlElement> {
    return this.#rows(encodeGetData(request), request);
  }

  /** The output of any operation, element by element. */
  stream(body: RpcBody, options: RowOptions & CallOptions = {}): AsyncIterable<XmlElement> {
    return streamElements((more) => this.request(body, more), pick(options));
  }

  /** Commits what has to be confirmed in time; leaving the scope of the result cancels it. */
  confirmedCommit(request: ConfirmedCommitRequest & CallOptions = {}): Promise<ConfirmedCommit> {
    return ConfirmedCommit.begin(this, request);
  }

  /**
   * Takes up a persistent commit that is pending, after a reconnection for example. Nothing is sent: how
   * much of its time is left is not known, so extend or confirm it soon.
   */
  pendingCommit(request: PendingCommitRequest): ConfirmedCommit {
    return new ConfirmedCommit(this, request);
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

  /**
   * Subscribes to a stream or a datastore (RFC 8639, RFC 8641), with a loop of its own for the events:
   * `for await (const event of subscription)`. Leaving its scope deletes it.
   */
  async subscribe(
    request: (DatastoreSubscriptionRequest | StreamSubscriptionRequest) & SubscribeOptions,
  ): Promise<Subscription> {
    const { signal, onWarning, capacity = DEFAULT_CAPACITY } = request;
    let subscription: Subscription | undefined;
    // Events may follow the reply at once, so it is there before they are read.
    const onReply = ({ output }: RpcReply): void => {
      const text = (name: string): string | undefined =>
        output
          .filter(({ local }) => local === name)
          .map(textContent)[0]
          ?.trim();
      subscription = this.#router.add(this.#home, {
        id: Number(text('id') ?? NaN),
        isStream: 'stream' in request,
        replayStartTimeRevision: text('replay-start-time-revision'),
        capacity,
      });
    };
    const body = encodeEstablishSubscription(request);
    await this.request(body, { signal, onWarning, onReply });
    if (!subscription) throw new SessionClosedError('the subscription was given up');
    return subscription;
  }

  /** The same by create-subscription (RFC 5277), of which a session can have one. */
  async subscribeEvents(
    request: CreateSubscriptionRequest & SubscribeOptions = {},
  ): Promise<Subscription> {
    const { signal, onWarning, capacity = DEFAULT_CAPACITY } = request;
    let subscription: Subscription | undefined;
    const onReply = (): void => {
      const start = { id: undefined, isStream: true, capacity };
      subscription = this.#router.add(this.#home, start);
    };
    await this.request(encodeCreateSubscription(request), { signal, onWarning, onReply });
    if (!subscription) throw new SessionClosedError('the subscription was given up');
    return subscription;
  }

  get #home(): Omit<SubscriptionHome, 'forget'> {
    return {
      modify: (id, change, options) => this.modifySubscription({ ...change, id, ...options }),
      resync: (id, options) => this.resyncSubscription(id, options),
      delete: (id, options) => this.deleteSubscription(id, options),
    };
  }

  #rows(body: RpcBody, options: RowOptions & CallOptions): AsyncIterable<XmlElement> {
    return streamElements(({ reply, ...more }) => {
      if (!reply) throw new TypeError('rows need a sink');
      return this.request(body, { ...more, reply: new ContentSink(reply) });
    }, pick(options));
  }

  /** Starts the notifications of a stream (RFC 5277); they come from {@link notifications}. */
  createSubscription(request: CreateSubscriptionRequest & CallOptions = {}): Promise<void> {
    return this.command(encodeCreateSubscription(request), request);
  }

  /** Returns the id of the subscription (RFC 8639, section 2.4.2). */
  async establishSubscription(
    request: (DatastoreSubscriptionRequest | StreamSubscriptionRequest) & CallOptions,
  ): Promise<number> {
    const { signal, onWarning } = request;
    const body = encodeEstablishSubscription(request);
    const { output } = await this.request(body, { signal, onWarning });
    const id = output.find(({ local }) => local === 'id');
    return id ? Number(textContent(id)) : 0;
  }

  modifySubscription(
    request: (ModifyStreamSubscriptionRequest | ModifyDatastoreSubscriptionRequest) & CallOptions,
  ): Promise<void> {
    return this.command(encodeModifySubscription(request), request);
  }

  deleteSubscription(id: number, options: CallOptions = {}): Promise<void> {
    return this.command(encodeDeleteSubscription(id), options);
  }

  /** Ends a subscription of another session (RFC 8639, section 2.4.5). */
  killSubscription(id: number, options: CallOptions = {}): Promise<void> {
    return this.command(encodeKillSubscription(id), options);
  }

  /** Asks for everything once more, as at the start (RFC 8641, section 4.3.3). */
  resyncSubscription(id: number, options: CallOptions = {}): Promise<void> {
    return this.command(encodeResyncSubscription(id), options);
  }
}

/** Requests carry parameters beside the options of the call. */
function pick({ rows, signal, onWarning }: RowOptions & CallOptions): RowOptions & CallOptions {
  return { rows, signal, onWarning };
}
