/** A connection to a plane that does only what it is told: checks want to break the rules, and to see every line. */
import { LineSocket } from '../../src/node/line-socket.ts';
import { parseMessage, printMessage } from '../../src/plane-protocol/index.ts';
import type { Json, JsonObject } from '../../src/plane-protocol/index.ts';
import { createDeferred } from '../../src/util/index.ts';
import type { Clock, Deferred } from '../../src/util/index.ts';
import { Mismatch } from './mismatch.ts';

/** A check looks at lines of any length itself. */
const LONGEST_LINE = 64 * 1024 * 1024;

export type Message = JsonObject & { readonly id: number };

export interface RawPlaneOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

export class RawPlane {
  readonly #options: RawPlaneOptions;
  readonly #lines = new Map<number, Message[]>();
  #socket: LineSocket | undefined;
  #news: Deferred<void> = createDeferred();
  #ended: string | undefined;
  #lastId = 0;
  readonly #order = new WeakMap<Message, number>();
  #count = 0;
  /** Length of the longest line that came, its end included. */
  longest = 0;

  private constructor(options: RawPlaneOptions) {
    this.#options = options;
  }

  static async connect(options: RawPlaneOptions): Promise<RawPlane> {
    const plane = new RawPlane(options);
    try {
      plane.#socket = await LineSocket.connect(options.path, LONGEST_LINE, {
        onLine: (line) => {
          plane.#receive(line);
        },
        onEnd: (reason) => {
          plane.#end(reason.message);
        },
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Mismatch('a plane that listens', reason);
    }
    return plane;
  }

  newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  send(message: object): void {
    this.sendText(printMessage(message));
  }

  sendText(line: string): void {
    this.#socket?.send(line);
  }

  /** A line without its end. */
  sendPart(text: string): void {
    this.#socket?.sendPart(text);
  }

  /** Which of two lines came first. */
  isBefore(first: Message, second: Message): boolean {
    return (this.#order.get(first) ?? 0) < (this.#order.get(second) ?? 0);
  }

  /** Begins a call and returns its id. */
  begin(call: string, parameters: object = {}): number {
    const id = this.newId();
    this.send({ id, call, ...parameters });
    return id;
  }

  /** The next line with this id. */
  next(id: number, what: string): Promise<Message> {
    return this.#until(() => {
      const line = this.#lines.get(id)?.shift();
      if (!line) this.#refuseEnd(what);
      return line;
    }, what);
  }

  /** What has come and was not looked at. */
  waiting(id: number): readonly Message[] {
    return this.#lines.get(id) ?? [];
  }

  /** A call with one answer. */
  async ask(call: string, parameters: object = {}): Promise<Message> {
    return this.next(this.begin(call, parameters), `an answer to "${call}"`);
  }

  /** The same, and the answer has to be `ok`. */
  async ok(call: string, parameters: object = {}): Promise<JsonObject> {
    return okOf(await this.ask(call, parameters), call);
  }

  /** The same, and the answer has to be an error with one of these tags. */
  async refused(call: string, parameters: object, ...tags: readonly string[]): Promise<void> {
    refusalOf(await this.ask(call, parameters), call, ...tags);
  }

  /** Resolves when the plane has ended the connection. */
  async ended(): Promise<void> {
    const what = 'that the plane ends the connection';
    await this.#until(() => (this.#ended === undefined ? undefined : true), what);
  }

  close(): void {
    this.#socket?.close();
  }

  #refuseEnd(what: string): void {
    if (this.#ended !== undefined)
      throw new Mismatch(what, `the end of the connection (${this.#ended})`);
  }

  async #until<T>(find: () => T | undefined, what: string): Promise<T> {
    const { clock, timeoutMs } = this.#options;
    let late = false;
    const timer = clock.setTimer(timeoutMs, () => {
      late = true;
      this.#tell();
    });
    try {
      for (;;) {
        const found = find();
        if (found !== undefined) return found;
        // Set by the timer.
        if (late as boolean) throw new Mismatch(what, `nothing within ${timeoutMs} ms`);
        await this.#news.promise;
      }
    } finally {
      timer.cancel();
    }
  }

  #receive(line: string): void {
    this.longest = Math.max(this.longest, line.length + 1);
    try {
      const message = parseMessage(line);
      this.#count += 1;
      this.#order.set(message, this.#count);
      // A sign of life, for whoever waits.
      if (message['working'] === true) return;
      const lines = this.#lines.get(message.id) ?? [];
      this.#lines.set(message.id, [...lines, message]);
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error));
    }
    this.#tell();
  }

  #end(reason: string): void {
    this.#ended ??= reason;
    this.#tell();
  }

  #tell(): void {
    const news = this.#news;
    this.#news = createDeferred();
    news.resolve();
  }
}

export function okOf(message: Message, what: string): JsonObject {
  const { ok } = message;
  if (typeof ok === 'object' && ok !== null && !Array.isArray(ok)) return ok as JsonObject;
  throw new Mismatch(`"ok" to ${what}`, message);
}

export function refusalOf(message: Message, what: string, ...tags: readonly string[]): void {
  const errors = message['error'];
  const first = (Array.isArray(errors) ? (errors as readonly Json[])[0] : undefined) as
    JsonObject | undefined;
  const tag = first?.['tag'];
  if (typeof tag === 'string' && (tags.length === 0 || tags.includes(tag))) return;
  throw new Mismatch(
    `an error to ${what}${tags.length > 0 ? ` with tag ${tags.join(' or ')}` : ''}`,
    message,
  );
}
