/** What every call of a client rests on: a session, requests on it, notifications from it. */
import type {
  CapabilitySet,
  ClientSession,
  Notification,
  NotificationFactory,
  ReceivedRpcError,
  RpcBody,
  RpcReply,
} from '../src/netconf/index.ts';
import { NETCONF_BASE_NS } from '../src/netconf/index.ts';
import type { Clock } from '../src/util/index.ts';
import type { XmlElement, XmlSink } from '../src/xml/index.ts';
import type { MeteredTransport } from './metered-transport.ts';

/** What every call takes. */
export interface CallOptions {
  /** Gives up waiting. The device may carry out the request all the same; the session goes on. */
  readonly signal?: AbortSignal | undefined;
  /** Gets the errors of severity `warning` of a reply that has no others (RFC 6241, section 4.3). */
  readonly onWarning?: ((warning: ReceivedRpcError) => void) | undefined;
}

/** For replies that are taken as they arrive. */
export interface StreamOptions extends CallOptions {
  /** Asked between pieces of the reply: reading goes on when what it returns has settled. */
  readonly pace?: (() => Promise<void> | undefined) | undefined;
}

/** For who takes the content of a reply instead of getting it as a value. */
export interface ReplyOptions extends StreamOptions {
  /** Gets the children of rpc-reply as they arrive, but ok and rpc-error. */
  readonly reply?: XmlSink | undefined;
  /** Called with a reply without errors before anything after it is read, notifications above all. */
  readonly onReply?: ((reply: RpcReply) => void) | undefined;
}

const EMPTY_DATA: XmlElement = {
  namespace: NETCONF_BASE_NS,
  local: 'data',
  attributes: [],
  children: [],
  bindings: new Map(),
};

export class SessionCalls implements AsyncDisposable {
  /** For calls that need more of the session than a request. */
  protected readonly session: ClientSession;
  readonly #transport: MeteredTransport;

  protected constructor(session: ClientSession, transport: MeteredTransport) {
    this.session = session;
    this.#transport = transport;
  }

  /** Time as the session sees it. */
  get clock(): Clock {
    return this.session.clock;
  }

  /** 0 when the device did not say. */
  get sessionId(): number {
    return this.session.sessionId;
  }

  get capabilities(): CapabilitySet {
    return this.session.capabilities;
  }

  /** Settles, and never rejects, when the session is over. */
  get closed(): Promise<void> {
    return this.session.closed;
  }

  get bytesSent(): number {
    return this.#transport.bytesSent;
  }

  get bytesReceived(): number {
    return this.#transport.bytesReceived;
  }

  /**
   * Any operation: `body` is what goes between `<rpc>` and `</rpc>`. It is sent at once: requests need not
   * wait for earlier replies, the device answers them in order, and one that fails does not harm the others.
   */
  async request(body: RpcBody, options: ReplyOptions = {}): Promise<RpcReply> {
    const { signal, pace, reply, onReply, onWarning } = options;
    const answer = await this.session.request(body, {
      ...(signal ? { signal } : {}),
      ...(pace ? { pace } : {}),
      ...(reply ? { reply } : {}),
      ...(onReply ? { onReply } : {}),
    });
    if (onWarning) for (const warning of answer.warnings) onWarning(warning);
    return answer;
  }

  /** Notifications that belong to no subscription made here, in order. None is lost: when nobody takes them the session stops reading. */
  notifications(): AsyncIterable<Notification> {
    return this.session.notifications();
  }

  /** Notifications as events, before anybody has made a tree of them; returns what ends it. */
  onNotification(factory: NotificationFactory): () => void {
    return this.session.onNotification(factory);
  }

  /** Ends the session in order (close-session). */
  close(): Promise<void> {
    return this.session.close();
  }

  /** Ends the session at once. */
  abort(): void {
    this.session.abort();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  protected async command(body: RpcBody, options: CallOptions): Promise<void> {
    await this.request(body, callOptions(options));
  }

  /** The element that a reply carries; an empty `<data>` when it has none. */
  protected async read(body: RpcBody, options: CallOptions): Promise<XmlElement> {
    return (await this.request(body, callOptions(options))).data ?? EMPTY_DATA;
  }
}

/** Requests carry parameters beside the options of the call. */
function callOptions({ signal, onWarning }: CallOptions): CallOptions {
  return { signal, onWarning };
}
