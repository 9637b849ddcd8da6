/**
 * HAProxy's Runtime API: commands over a UNIX socket (HAProxy Management Guide, section 9.3).
 *
 * Each call has its own connection. HAProxy closes idle ones after `stats timeout`, and after a reload the
 * old process goes on answering on connections that it has: a new connection is always to the new one.
 */
import type { Socket } from 'node:net';
import { connectTo, sendAll } from './connection.ts';
import { HaproxyError } from './haproxy-error.ts';

/** How long HAProxy may be silent in the middle of an answer. */
const SILENCE_MS = 15_000;
/** Commands that are written in one piece. */
const PIECE = 200;
/** Characters of answers that are kept whole; tables are read line by line instead. */
const LONGEST = 64 << 20;
/** What ends an answer in interactive mode. In contents a line cannot begin so: HAProxy escapes them. */
const PROMPT = '\n> ';

export class RuntimeApi {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** The answer to one command without the empty line at its end. Throws {@link HaproxyError}. */
  async ask(command: string): Promise<string> {
    const [answer = ''] = await this.askAll([command]);
    return answer;
  }

  /** Answers to commands in their order, which HAProxy carries out one after the other. */
  async askAll(commands: readonly string[]): Promise<readonly string[]> {
    if (commands.length === 0) return [];
    const socket = await this.#connect();
    try {
      const [answers] = await Promise.all([
        this.#answers(socket, commands.length),
        sendAll(socket, pieces(['prompt', ...commands, 'quit'])),
      ]);
      return answers;
    } catch (error) {
      throw this.#failure(error);
    } finally {
      socket.destroy();
    }
  }

  /** Lines of a long answer as they come, without the empty one at its end. */
  async *lines(command: string): AsyncIterable<readonly string[]> {
    const socket = await this.#connect();
    let rest = '';
    try {
      socket.write(`${command}\n`);
      for await (const chunk of socket as AsyncIterable<string>) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        // The empty line at the end is looked for when the connection has ended.
        if (lines.at(-1) === '') {
          lines.pop();
          rest = `\n${rest}`;
        }
        if (lines.length > 0) yield lines;
      }
    } catch (error) {
      throw this.#failure(error);
    } finally {
      socket.destroy();
    }
    if (rest !== '\n') throw this.#failure(new Error('the answer ended in the middle'));
  }

  async #connect(): Promise<Socket> {
    try {
      const socket = await connectTo(this.path, SILENCE_MS);
      return socket.setEncoding('latin1');
    } catch (error) {
      throw this.#failure(error);
    }
  }

  async #answers(socket: Socket, count: number): Promise<readonly string[]> {
    const answers: string[] = [];
    let pending: string[] = [];
    let length = 0;
    for await (const chunk of socket as AsyncIterable<string>) {
      length += chunk.length;
      if (length > LONGEST) throw new Error(`its answer is longer than ${LONGEST} characters`);
      pending.push(chunk);
      if (!chunk.includes('> ') && pending.length < 64) continue;
      const parts = pending.join('').split(PROMPT);
      pending = [parts.pop() ?? ''];
      for (const part of parts) answers.push(part);
    }
    // The first prompt answers the command "prompt".
    if (answers.length !== count + 1) {
      throw new Error(`it answered ${answers.length - 1} of ${count} commands`);
    }
    return answers.slice(1).map((answer) => answer.replace(/\n+$/, ''));
  }

  #failure(error: unknown): HaproxyError {
    if (error instanceof HaproxyError) return error;
    const reason = error instanceof Error ? error.message : String(error);
    return new HaproxyError(`HAProxy at ${this.path}: ${reason}`, { cause: error });
  }
}

function* pieces(commands: readonly string[]): Iterable<string> {
  for (let from = 0; from < commands.length; from += PIECE) {
    yield `${commands.slice(from, from + PIECE).join('\n')}\n`;
  }
}
