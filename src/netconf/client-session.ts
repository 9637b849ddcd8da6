/**
 * A NETCONF session, as its client sees it (RFC 6241, sections 4 and 8.1).
 *
 * Requests may be sent before earlier ones are answered. Replies and notifications are handled strictly
 * in the order in which they arrive; whoever takes their content slowly slows the server down.
 */
import { AsyncQueue } from '../util/index.ts';
import type { Clock } from '../util/index.ts';
import { XmlError, XmlTokenizer, escapeAttribute } from '../xml/index.ts';
import type { XmlLimits, XmlSink } from '../xml/index.ts';
import type { CapabilitySet } from './capability.ts';
import { BASE_1_0, BASE_1_1, NETCONF_BASE_NS } from './constants.ts';
import { NetconfError, ProtocolError, SessionClosedError, TransportError } from './errors.ts';
import { exchangeHello } from './hello.ts';
import type { HelloExchange } from './hello.ts';
import { IncomingSink } from './incoming-router.ts';
import type { MessageReceiver } from './incoming-router.ts';
import { IncomingNotification } from './notification.ts';
import type { Notification, NotificationFactory } from './notification.ts';
import type { RpcBody } from './operations/body.ts';
import { encodeCloseSession } from './operations/session.ts';
import { PendingRequest } from './pending-request.ts';
import type { RpcReply } from './pending-request.ts';
import type { IncomingMessage, Transport, TransportPeer } from './transport.ts';

/** How a client opens a session, and what it takes from the peer. */
export interface ClientSessionOptions {
  readonly clock: Clock;
  /** Default: both versions of the base capability. */
  readonly capabilities?: readonly string[];
  readonly helloTimeoutMs?: number;
  /** Refuses a hello that breaks RFC 6241 where the session could go on all the same. Default: no. */
  readonly strict?: boolean;
  readonly xmlLimits?: Partial<XmlLimits>;
  /** How many notifications wait for a consumer of {@link ClientSession.notifications} before reading stops. */
  readonly notificationCapacity?: number;
}

/** What belongs to one request. */
export interface RequestOptions {
  /** Gives up waiting; the server may carry out the request all the same. */
  readonly signal?: AbortSignal;
  /** Receives the children of rpc-reply as they arrive, but ok and rpc-error. */
  readonly reply?: XmlSink;
  /** Called between pieces of the reply; reading goes on when what it returns has settled. */
  readonly pace?: () => Promise<void> | undefined;
  /** Called with a reply that is complete and no error, before anything after it is read. */
  readonly onReply?: (reply: RpcReply) => void;
}

const DEFAULT_HELLO_TIMEOUT_MS = 30_000;
const DEFAULT_NOTIFICATION_CAPACITY = 10_000;
const CLOSE_TIMEOUT_MS = 5_000;

export class ClientSession {
  /** 0 when the server did not say. */
  readonly sessionId: number;
  readonly capabilities: CapabilitySet;
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #xmlLimits: Partial<XmlLimits>;
  readonly #pending = new Map<string, PendingRequest>();
  readonly #paces = new Map<MessageReceiver, () => Promise<void> | undefined>();
  readonly #notifications: AsyncQueue<Notification>;
  readonly #factories = new Set<NotificationFactory>();
  /** Nobody asked for notifications so far: they are dropped. */
  #wantsNotifications = false;
  #lastMessageId = 0;
  #isClosing = false;
  #end: { readonly reason: Error } | undefined;
  /** Settles, and never rejects, when the session is over. */
  readonly closed: Promise<void>;

  /** Exchanges hellos over a fresh transport. When it throws, the transport has been closed. */
  static async open(transport: Transport, options: ClientSessionOptions): Promise<ClientSession> {
    const exchange = await exchangeHello(transport, {
      hello: { capabilities: options.capabilities ?? [BASE_1_0, BASE_1_1] },
      timeoutMs: options.helloTimeoutMs ?? DEFAULT_HELLO_TIMEOUT_MS,
      clock: options.clock,
      lenient: options.strict !== true,
    });
    return new ClientSession(transport, exchange, options);
  }

  private constructor(
    transport: Transport,
    exchange: HelloExchange,
    options: ClientSessionOptions,
  ) {
    this.sessionId = exchange.sessionId;
    this.capabilities = exchange.capabilities;
    this.#transport = transport;
    this.#clock = options.clock;
    this.#xmlLimits = { maxBytes: Infinity, ...options.xmlLimits };
    this.#notifications = new AsyncQueue({
      capacity: options.notificationCapacity ?? DEFAULT_NOTIFICATION_CAPACITY,
    });
    this.closed = this.#run();
  }

  /** Time as this session sees it. */
  get clock(): Clock {
    return this.#clock;
  }

  /** Why the session is over; `isOurs` when we ended it in order. */
  get end(): { readonly reason: Error; readonly isOurs: boolean } | undefined {
    return this.#end && { reason: this.#end.reason, isOurs: this.#isClosing };
  }

  get peer(): TransportPeer {
    return this.#transport.peer;
  }

  /**
   * Sends a request and waits for its reply. Rejects with RpcErrorException when the reply has an error,
   * with NetconfError when the session ends first, with the signal's reason when that fires.
   */
  async request(body: RpcBody, options: RequestOptions = {}): Promise<RpcReply> {
    options.signal?.throwIfAborted();
    if (this.#end) throw this.#closedError();
    const id = String(++this.#lastMessageId);
    const pending = new PendingRequest({ sink: options.reply, onReply: options.onReply });
    this.#pending.set(id, pending);
    if (options.pace) this.#paces.set(pending, options.pace);
    const onAbort = (): void => {
      pending.abandon(options.signal?.reason);
    };
    options.signal?.addEventListener('abort', onAbort, { once: true });
    this.#transport.send(rpc(id, body)).catch((error: unknown) => {
      this.#sendFailed(id, error);
    });
    try {
      return await pending.reply;
    } finally {
      options.signal?.removeEventListener('abort', onAbort);
    }
  }

  /**
   * Notifications that no receiver took. When nobody consumes them and the queue is full, the session
   * stops reading, replies included, until somebody does: none is lost.
   */
  notifications(): AsyncIterable<Notification> {
    this.#wantsNotifications = true;
    return this.#notifications;
  }

  /** Lets `factory` see every notification from now on; returns what takes it away again. */
  onNotification(factory: NotificationFactory): () => void {
    this.#factories.add(factory);
    return () => void this.#factories.delete(factory);
  }

  /** Adds to {@link notifications} what a factory took and could not use after all. */
  async passOn(notification: Notification): Promise<void> {
    await this.#deliver(notification);
  }

  /** Ends the session in order: close-session, then the transport. */
  async close(): Promise<void> {
    if (!this.#end) {
      this.#isClosing = true;
      const timer = this.#clock.setTimer(CLOSE_TIMEOUT_MS, () => {
        this.abort();
      });
      await this.request(encodeCloseSession()).catch(() => undefined);
      await this.#transport.close().catch(() => undefined);
      timer.cancel();
    }
    this.abort();
    await this.closed;
  }

  /** Ends the session at once, by our own will unless there is another reason. */
  abort(reason: Error = new SessionClosedError('the session was closed by us')): void {
    this.#isClosing ||= !this.#end && reason instanceof SessionClosedError;
    this.#end ??= { reason };
    this.#transport.abort();
    this.#notifications.clear();
    this.#notifications.end();
  }

  async #run(): Promise<void> {
    try {
      for await (const message of this.#transport.messages()) await this.#receive(message);
      this.#end ??= { reason: new SessionClosedError('the server closed the session') };
    } catch (error) {
      this.#end ??= { reason: error instanceof Error ? error : new Error(String(error)) };
    }
    this.#transport.abort();
    const { reason } = this.#end;
    for (const pending of this.#pending.values()) pending.fail(reason);
    this.#pending.clear();
    if (reason instanceof SessionClosedError) this.#notifications.end();
    else this.#notifications.fail(reason);
  }

  async #receive(message: IncomingMessage): Promise<void> {
    const sink = new IncomingSink({
      reply: (id) => this.#take(id),
      notification: () =>
        new IncomingNotification({
          factories: this.#factories,
          deliver: (notification) => this.#deliver(notification),
        }),
    });
    const tokenizer = new XmlTokenizer(sink, this.#xmlLimits);
    try {
      for await (const piece of message) {
        tokenizer.write(piece);
        await this.#keepPace(sink.receiver);
      }
      tokenizer.end();
      await sink.receiver?.end();
    } catch (error) {
      this.#failReceiver(sink.receiver, error);
    } finally {
      if (sink.receiver) this.#paces.delete(sink.receiver);
    }
  }

  /** Whoever has given up waiting for a reply holds nobody up. */
  async #keepPace(receiver: MessageReceiver | undefined): Promise<void> {
    if (!(receiver instanceof PendingRequest)) return;
    const pause = this.#paces.get(receiver)?.();
    if (pause) await Promise.race([pause, receiver.abandoned]);
  }

  /** What a caller's sink throws concerns its request alone; all else ends the session. */
  #failReceiver(receiver: MessageReceiver | undefined, error: unknown): void {
    if (!(receiver instanceof PendingRequest)) throw error;
    receiver.fail(error);
    if (error instanceof XmlError || error instanceof NetconfError) throw error;
  }

  #take(id: string | undefined): PendingRequest {
    // Without an id the reply is to the oldest request: servers answer in order.
    const key = id ?? this.#pending.keys().next().value;
    const pending = key === undefined ? undefined : this.#pending.get(key);
    if (key === undefined || !pending) {
      throw new ProtocolError(`the server answered "${id ?? ''}", which was not asked`);
    }
    this.#pending.delete(key);
    return pending;
  }

  #sendFailed(id: string, error: unknown): void {
    if (error instanceof TransportError || error instanceof SessionClosedError) {
      // Why the connection ended is known best to the reading side, which will fail the request.
      this.#transport.abort();
      return;
    }
    // The body is at fault: it has not left, or the transport is closed now. No reply will come.
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (!pending) return;
    this.#paces.delete(pending);
    pending.fail(error);
  }

  async #deliver(notification: Notification): Promise<void> {
    if (this.#wantsNotifications) await this.#notifications.put(notification);
  }

  #closedError(): Error {
    const cause = this.#end?.reason;
    if (cause instanceof SessionClosedError) return cause;
    return new SessionClosedError(`the session is over: ${cause?.message ?? ''}`, { cause });
  }
}

async function* rpc(id: string, body: RpcBody): AsyncGenerator<string> {
  yield `<rpc xmlns="${NETCONF_BASE_NS}" message-id="${escapeAttribute(id)}">`;
  if (typeof body === 'string') yield body;
  else yield* body;
  yield '</rpc>';
}
