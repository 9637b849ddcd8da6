/**
 * A server that connects to its client, and stays connected (RFC 8071, section 4.1). Who is called speaks SSH or
 * TLS as the client over the connection; everything else is as if it had connected itself.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Clock, Timer } from '../util/index.ts';

/** Where a client waits for calls. */
export interface CallHomeEndpoint {
  readonly protocol: 'ssh' | 'tls';
  readonly host: string;
  readonly port: number;
}

/** How a client is called again (draft-ietf-netconf-netconf-client-server has the like as reconnect-strategy). */
export interface CallHomeStrategy {
  /** How often an endpoint is tried before the next one is. */
  readonly attemptsPerEndpoint: number;
  readonly connectTimeoutMs: number;
  /** The wait after the first failure; it doubles with each further one. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** After a connection that has lasted so long the waits begin anew. */
  readonly stableMs: number;
}

export const DEFAULT_CALL_HOME_STRATEGY: CallHomeStrategy = {
  attemptsPerEndpoint: 3,
  connectTimeoutMs: 10_000,
  firstDelayMs: 1000,
  maxDelayMs: 60_000,
  stableMs: 10_000,
};

export type CallHomeEvent =
  | { readonly kind: 'connected'; readonly endpoint: CallHomeEndpoint }
  | { readonly kind: 'disconnected'; readonly endpoint: CallHomeEndpoint; readonly delayMs: number }
  | {
      readonly kind: 'failed';
      readonly endpoint: CallHomeEndpoint;
      readonly reason: string;
      readonly delayMs: number;
    };

/** Whom to call, how, and what is done with the connection. */
export interface CallHomeOptions {
  /** Of one client, in the order in which they are tried. */
  readonly endpoints: readonly CallHomeEndpoint[];
  /** Serves the client at the other end. */
  readonly accept: (socket: Socket, endpoint: CallHomeEndpoint) => void;
  readonly clock: Clock;
  readonly strategy?: Partial<CallHomeStrategy>;
  readonly observe?: (event: CallHomeEvent) => void;
  /** From 0 to 1: so that devices that lost their client together do not come back together. */
  readonly random?: () => number;
}

export class CallHome {
  readonly #options: CallHomeOptions;
  readonly #strategy: CallHomeStrategy;
  #socket: Socket | undefined;
  #timer: Timer | undefined;
  #closed = false;
  /** Failures since the last connection that lasted. */
  #failures = 0;
  /** Failures of the endpoint that is tried now. */
  #attempts = 0;
  #current = 0;

  constructor(options: CallHomeOptions) {
    this.#options = options;
    this.#strategy = { ...DEFAULT_CALL_HOME_STRATEGY, ...options.strategy };
  }

  /** Begins to call, and goes on until it is closed. */
  start(): void {
    this.#call();
  }

  get isConnected(): boolean {
    return this.#socket?.readyState === 'open';
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#socket?.destroy();
  }

  #call(): void {
    const endpoint = this.#options.endpoints[this.#current];
    if (!endpoint || this.#closed) return;
    const { clock, accept, observe } = this.#options;
    const { host, port } = endpoint;
    const socket = connect({ host, port, noDelay: true, keepAlive: true });
    let reason = 'closed';
    let connectedAt: number | undefined;
    const expiry = clock.setTimer(this.#strategy.connectTimeoutMs, () => {
      socket.destroy(new Error('no connection in time'));
    });
    socket.once('connect', () => {
      expiry.cancel();
      connectedAt = clock.now();
      observe?.({ kind: 'connected', endpoint });
      accept(socket, endpoint);
    });
    socket.on('error', (error) => {
      reason = error.message;
    });
    socket.once('close', () => {
      expiry.cancel();
      this.#again(endpoint, connectedAt, reason);
    });
    this.#socket = socket;
  }

  #again(endpoint: CallHomeEndpoint, connectedAt: number | undefined, reason: string): void {
    if (this.#closed) return;
    const { clock, observe } = this.#options;
    const hasLasted =
      connectedAt !== undefined && clock.now() - connectedAt >= this.#strategy.stableMs;
    if (hasLasted) this.#startOver();
    else this.#failed();
    const delayMs = this.#delay();
    if (connectedAt === undefined) observe?.({ kind: 'failed', endpoint, reason, delayMs });
    else observe?.({ kind: 'disconnected', endpoint, delayMs });
    this.#timer = clock.setTimer(delayMs, () => {
      this.#call();
    });
  }

  /** The client was there: it is called again from its first endpoint on. */
  #startOver(): void {
    this.#failures = 0;
    this.#attempts = 0;
    this.#current = 0;
  }

  #failed(): void {
    this.#failures += 1;
    this.#attempts += 1;
    if (this.#attempts < this.#strategy.attemptsPerEndpoint) return;
    this.#attempts = 0;
    this.#current = (this.#current + 1) % this.#options.endpoints.length;
  }

  /** Half of the wait is certain, half is lot. */
  #delay(): number {
    const { firstDelayMs, maxDelayMs } = this.#strategy;
    const { random = Math.random } = this.#options;
    const doublings = Math.min(Math.max(0, this.#failures - 1), 30);
    const full = Math.min(maxDelayMs, firstDelayMs * 2 ** doublings);
    return Math.round(full * (0.5 + random() / 2));
  }
}
