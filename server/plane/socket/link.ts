/**
 * One connection to a data plane in another process: calls by id, time-outs, and flow control both ways.
 * A plane that does not keep to the protocol, or does not answer in time, loses the connection.
 */
import { LineSocket } from '../../../src/node/line-socket.ts';
import {
  CREDIT_WINDOW,
  DEFAULT_MAX_LINE,
  PROTOCOL_VERSION,
  ProtocolError,
  isJsonObject,
  parseErrors,
  parseHello,
  parseKinds,
  parseMessage,
  parseRows,
  printMessage,
} from '../../../src/plane-protocol/index.ts';
import type { HelloAnswer, JsonObject, KindAnswer } from '../../../src/plane-protocol/index.ts';
import { createDeferred } from '../../../src/util/index.ts';
import type { Clock, Deferred } from '../../../src/util/index.ts';
import { PlaneLostError, PlaneRefusalError } from './call-errors.ts';
import { Wait } from './wait.ts';

export interface LinkOptions {
  readonly path: string;
  readonly clock: Clock;
  /** How long the plane may take for each answer, and for each line of a longer one. */
  readonly timeoutMs: number;
}

/** What is told of a watched VM. */
export type WatchLine =
  | { readonly op: 'set' | 'remove'; readonly table: string; readonly rows: readonly JsonObject[] }
  | { readonly op: 'lost' };

interface Pending {
  onMessage(message: JsonObject): void;
  onEnd(error: PlaneLostError): void;
}

export class PlaneLink {
  readonly #options: LinkOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #ended = createDeferred<PlaneLostError>();
  #socket: LineSocket | undefined;
  #over: PlaneLostError | undefined;
  #lastId = 0;
  #hello: HelloAnswer | undefined;

  private constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** Connects and greets. Throws {@link PlaneLostError}, {@link PlaneRefusalError}. */
  static async open(options: LinkOptions): Promise<PlaneLink> {
    const link = new PlaneLink(options);
    try {
      link.#socket = await LineSocket.connect(options.path, DEFAULT_MAX_LINE, {
        onLine: (line) => {
          link.#receive(line);
        },
        onEnd: (reason) => {
          link.fail(reason.message);
        },
      });
    } catch (cause) {
      throw new PlaneLostError(messageOf(cause), { cause });
    }
    const offer = { versions: [PROTOCOL_VERSION], 'max-line': DEFAULT_MAX_LINE };
    try {
      link.#hello = link.#parse(parseHello, await link.call('hello', offer));
    } catch (error) {
      link.fail('hello failed');
      throw error;
    }
    return link;
  }

  get hello(): HelloAnswer {
    if (!this.#hello) throw new Error('the plane has not been greeted');
    return this.#hello;
  }

  /** Settles when the connection is over, with the reason. */
  get ended(): Promise<PlaneLostError> {
    return this.#ended.promise;
  }

  get isOver(): boolean {
    return this.#over !== undefined;
  }

  /** Bytes of the longest line to send, its end not counted. */
  get maxLine(): number {
    return this.hello.maxLine - 1;
  }

  async kinds(): Promise<readonly KindAnswer[]> {
    return this.#parse(parseKinds, await this.call('kinds'));
  }

  /** A call with one answer. Throws {@link PlaneLostError}, {@link PlaneRefusalError}. */
  call(name: string, parameters: object = {}): Promise<JsonObject> {
    const answer = createDeferred<JsonObject>();
    const wait = this.#wait(name);
    const id = this.#begin(answer, wait, () => undefined);
    this.#send({ id, call: name, ...parameters });
    return answer.promise;
  }

  /**
   * Sends a prepare, no faster than the plane takes it, and resolves with its id once the plane has accepted
   * all of it. A line is the members of a message other than its id.
   */
  async prepare(lines: Iterable<string>, parameters: object = {}): Promise<number> {
    const answer = createDeferred<JsonObject>();
    const wait = this.#wait('prepare');
    const state = { credit: 0, over: false, room: createDeferred() };
    const id = this.#begin(answer, wait, ({ credit }) => {
      if (typeof credit !== 'number' || !(credit > 0)) throw new ProtocolError('no credit in it');
      state.credit += credit;
      wait.restart();
      state.room.resolve();
    });
    const finished = answer.promise.finally(() => {
      state.over = true;
      state.room.resolve();
    });
    finished.catch(() => undefined);
    this.#send({ id, call: 'prepare', ...parameters });
    try {
      for (const line of withEnd(lines)) {
        while (state.credit === 0 && !isOver(state)) {
          state.room = createDeferred();
          await state.room.promise;
        }
        if (isOver(state)) break;
        state.credit -= 1;
        this.#sendText(`{"id":${id},${line}}`);
        wait.restart();
      }
    } catch (error) {
      // The lines could not be made: nothing of them may stay with the plane.
      this.#pending.delete(id);
      wait.stop();
      await this.call('abort', { prepare: id });
      throw error;
    }
    await finished;
    return id;
  }

  /** Entries line by line. Leaving the loop ends the read. */
  async *read(parameters: object): AsyncGenerator<readonly JsonObject[]> {
    const answer = createDeferred<JsonObject>();
    const wait = this.#wait('read');
    const lines: (readonly JsonObject[])[] = [];
    const state = { over: false, arrived: createDeferred(), owed: 0, credit: CREDIT_WINDOW };
    const id = this.#begin(answer, wait, (message) => {
      state.credit -= 1;
      if (state.credit < 0) throw new ProtocolError('a line without credit');
      lines.push(parseRows(message['rows']));
      wait.stop();
      state.arrived.resolve();
    });
    const finished = answer.promise.finally(() => {
      state.over = true;
      state.arrived.resolve();
    });
    finished.catch(() => undefined);
    this.#send({ id, call: 'read', credit: CREDIT_WINDOW, ...parameters });
    try {
      for (;;) {
        const line = lines.shift();
        if (line) {
          yield line;
          state.owed += 1;
          if (state.owed * 2 < CREDIT_WINDOW || isOver(state)) continue;
          this.#send({ id, credit: state.owed });
          state.credit += state.owed;
          state.owed = 0;
        } else if (isOver(state)) break;
        else {
          state.arrived = createDeferred();
          wait.restart();
          await state.arrived.promise;
        }
      }
      await finished;
    } finally {
      wait.stop();
      if (!isOver(state)) this.#cancel(id);
    }
  }

  /** Resolves once the watch is in force, with what ends it; `onLine` is called in order. */
  async watch(parameters: object, onLine: (line: WatchLine) => void): Promise<() => void> {
    const answer = createDeferred<JsonObject>();
    const wait = this.#wait('watch');
    let used = 0;
    let credit = CREDIT_WINDOW;
    const id = this.#begin(
      answer,
      wait,
      (message) => {
        credit -= 1;
        if (credit < 0) throw new ProtocolError('a line without credit');
        onLine(watchLine(message));
        used += 1;
        if (used * 2 < CREDIT_WINDOW) return;
        this.#send({ id, credit: used });
        credit += used;
        used = 0;
      },
      true,
    );
    this.#send({ id, call: 'watch', credit: CREDIT_WINDOW, ...parameters });
    await answer.promise;
    return () => {
      this.#cancel(id);
    };
  }

  /** Ends the connection, because of what is said; a plane that is talked to again gets a new one. */
  fail(reason: string): void {
    if (this.#over) return;
    const error = new PlaneLostError(reason);
    this.#over = error;
    this.#socket?.close();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const call of pending) call.onEnd(error);
    this.#ended.resolve(error);
  }

  #begin(
    answer: Deferred<JsonObject>,
    wait: Wait,
    onLine: (message: JsonObject) => void,
    goesOn = false,
  ): number {
    if (this.#over) {
      wait.stop();
      answer.reject(this.#over);
      return 0;
    }
    this.#lastId += 1;
    const id = this.#lastId;
    let answered = false;
    this.#pending.set(id, {
      onMessage: (message) => {
        const { ok, error, working } = message;
        if (working === true && !answered) {
          wait.restart();
          return;
        }
        if ((ok === undefined && error === undefined) || answered) {
          onLine(message);
          return;
        }
        // Whoever waits is told of what cannot be read as well: it is still among the pending ones then.
        const refusal = error === undefined ? undefined : new PlaneRefusalError(parseErrors(error));
        if (!refusal && !isJsonObject(ok)) throw new ProtocolError('"ok" has to be an object');
        wait.stop();
        answered = true;
        if (refusal !== undefined || !goesOn) this.#pending.delete(id);
        if (refusal) answer.reject(refusal);
        else answer.resolve(ok as JsonObject);
      },
      onEnd: (reason) => {
        wait.stop();
        answer.reject(reason);
      },
    });
    return id;
  }

  #cancel(id: number): void {
    this.#pending.delete(id);
    if (!this.#over) void this.call('cancel', { cancel: id }).catch(() => undefined);
  }

  #send(message: object): void {
    this.#sendText(printMessage(message));
  }

  #sendText(line: string): void {
    if (!this.#over) this.#socket?.send(line);
  }

  #receive(line: string): void {
    if (this.#over) return;
    try {
      const message = parseMessage(line);
      // Id 0: the plane could make nothing of what was sent, and ends the connection.
      if (message.id === 0) {
        const [error] = parseErrors(message['error']);
        this.fail(`the plane did not understand: ${error?.message ?? error?.tag ?? ''}`);
      } else this.#pending.get(message.id)?.onMessage(message);
    } catch (error) {
      // Thrown on it would end the server: whatever a plane says, the others and all sessions go on.
      const fault =
        error instanceof ProtocolError ? 'not as the protocol has it' : 'not understood';
      this.fail(`${fault}: ${messageOf(error)}`);
    }
  }

  /** Runs a parser on an answer; what does not fit ends the connection. */
  #parse<T>(parse: (answer: JsonObject) => T, answer: JsonObject): T {
    try {
      return parse(answer);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.fail(`not as the protocol has it: ${error.message}`);
      throw new PlaneLostError(error.message, { cause: error });
    }
  }

  #wait(name: string): Wait {
    const { clock, timeoutMs } = this.#options;
    return new Wait(clock, timeoutMs, () => {
      this.fail(`no answer to "${name}" within ${timeoutMs} ms`);
    });
  }
}

function* withEnd(lines: Iterable<string>): Iterable<string> {
  yield* lines;
  yield '"end":true';
}

/** Asked anew each time: it changes while something is waited for. */
function isOver(state: { readonly over: boolean }): boolean {
  return state.over;
}

function watchLine(message: JsonObject): WatchLine {
  const { op, table, rows } = message;
  if (op === 'lost') return { op };
  if ((op !== 'set' && op !== 'remove') || typeof table !== 'string') {
    throw new ProtocolError('a change has an "op" (set, remove, lost) and a "table"');
  }
  return { op, table, rows: parseRows(rows) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
