/** A client of a database server on a UNIX socket (RFC 7047, section 4: JSON-RPC 1.0 without framing). */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createDeferred } from '../../../src/util/index.ts';
import type { Deferred } from '../../../src/util/index.ts';
import { JsonSplitter } from './json-splitter.ts';

export type OvsdbOperation = Readonly<Record<string, unknown>>;
export type OvsdbRow = Readonly<Record<string, unknown>>;

export interface OvsdbResult {
  readonly rows?: readonly OvsdbRow[];
  readonly count?: number;
  readonly uuid?: readonly ['uuid', string];
  readonly error?: string;
  readonly details?: string;
}

/** The database said no, or cannot be reached. */
export class OvsdbError extends Error {
  /** RFC 7047, section 5.1, such as 'constraint violation'; undefined when there was no answer. */
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.name = 'OvsdbError';
    this.code = code;
  }
}

interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: readonly unknown[];
  readonly result?: unknown;
  readonly error?: unknown;
}

export interface OvsdbOptions {
  /** Path of the socket. */
  readonly socket: string;
  readonly database: string;
  /** What to monitor: columns by table. */
  readonly monitor: Readonly<Record<string, readonly string[]>>;
  /** Something that is monitored has changed. */
  readonly onUpdate: () => void;
  /** The server has gone. */
  readonly onEnd: () => void;
  /** How long the server may take for an answer. */
  readonly silenceMs?: number;
}

/** Longer than what a transaction may wait for in the server. */
const SILENCE_MS = 15_000;

export class OvsdbClient {
  readonly #socket: Socket;
  readonly #options: OvsdbOptions;
  readonly #waiting = new Map<number, Deferred<unknown>>();
  #lastId = 0;
  #ended = false;

  private constructor(socket: Socket, options: OvsdbOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  /** Connects and starts to monitor. Throws {@link OvsdbError}. */
  static async connect(options: OvsdbOptions): Promise<OvsdbClient> {
    const socket = connect(options.socket);
    try {
      await once(socket, 'connect');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new OvsdbError(`database socket "${options.socket}": ${reason}`);
    }
    const client = new OvsdbClient(socket, options);
    void client.#receive();
    const requests = Object.entries(options.monitor).map(
      ([table, columns]) => [table, { columns, select: { initial: false } }] as const,
    );
    await client.#call('monitor', [options.database, null, Object.fromEntries(requests)]);
    return client;
  }

  /** Carries out all operations or none (section 4.1.3). Throws {@link OvsdbError}. */
  async transact(operations: readonly OvsdbOperation[]): Promise<readonly OvsdbResult[]> {
    const params = [this.#options.database, ...operations];
    const answer = await this.#call('transact', params);
    if (!Array.isArray(answer)) throw new OvsdbError('the answer to "transact" is no array');
    const results = answer as readonly (OvsdbResult | null)[];
    const failed = results.find((result) => result?.error !== undefined);
    if (!failed) return results.map((result) => result ?? {});
    throw new OvsdbError(`${failed.error ?? ''}: ${failed.details ?? 'no details'}`, failed.error);
  }

  async close(): Promise<void> {
    if (this.#socket.destroyed) return;
    const closed = once(this.#socket, 'close');
    this.#ended = true;
    this.#socket.destroy();
    await closed;
  }

  async #call(method: string, params: readonly unknown[]): Promise<unknown> {
    if (this.#ended) throw new OvsdbError('the database server has closed the connection');
    const id = (this.#lastId += 1);
    const answer = createDeferred<unknown>();
    this.#waiting.set(id, answer);
    this.#socket.write(JSON.stringify({ method, params, id }));
    // A server that hangs must not make a commit hang: what waits is told, and the connection made anew.
    const { silenceMs = SILENCE_MS } = this.#options;
    const timer = setTimeout(() => {
      this.#socket.destroy(new Error(`the database server does not answer within ${silenceMs} ms`));
    }, silenceMs);
    try {
      return await answer.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  async #receive(): Promise<void> {
    const splitter = new JsonSplitter();
    let reason = 'the database server has closed the connection';
    try {
      for await (const chunk of this.#socket) {
        for (const text of splitter.push(chunk as Buffer)) this.#take(JSON.parse(text) as Message);
      }
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    const wanted = this.#ended;
    this.#ended = true;
    this.#socket.destroy();
    for (const answer of this.#waiting.values()) answer.reject(new OvsdbError(reason));
    this.#waiting.clear();
    if (!wanted) this.#options.onEnd();
  }

  #take({ id, method, params, result, error }: Message): void {
    if (method === 'echo') {
      this.#socket.write(JSON.stringify({ id, result: params, error: null }));
    } else if (method === 'update') {
      this.#options.onUpdate();
    } else if (typeof id === 'number') {
      const answer = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === null || error === undefined) answer?.resolve(result);
      else answer?.reject(new OvsdbError(JSON.stringify(error)));
    }
  }
}
