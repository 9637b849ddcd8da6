/** A connection to a UNIX socket on which both sides send lines. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { LineSplitter } from '../plane-protocol/index.ts';

export interface LineSocketEvents {
  onLine(line: string): void;
  /** Once, when the connection is over, whoever ended it. */
  onEnd(reason: Error): void;
}

export class LineSocket {
  readonly #socket: Socket;
  #over = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Resolves when connected. `maxLine`: bytes of the longest line to take. */
  static connect(path: string, maxLine: number, events: LineSocketEvents): Promise<LineSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      const line = new LineSocket(socket);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        line.#listen(maxLine, events);
        resolve(line);
      });
    });
  }

  /** Flow control is the business of what is sent: nothing waits here. */
  send(line: string): void {
    this.sendPart(`${line}\n`);
  }

  /** For whoever wants to see what becomes of a line without an end. */
  sendPart(text: string): void {
    if (!this.#over) this.#socket.write(text);
  }

  /** What has arrived and was not looked at is not looked at any more. */
  close(): void {
    this.#over = true;
    this.#socket.destroy();
  }

  #listen(maxLine: number, events: LineSocketEvents): void {
    let reason: Error | undefined;
    const splitter = new LineSplitter(maxLine, (line) => {
      if (!this.#over) events.onLine(line);
    });
    this.#socket.setEncoding('utf8');
    this.#socket.on('data', (chunk) => {
      if (this.#over || splitter.push(String(chunk))) return;
      this.#socket.destroy(new Error(`a line is longer than ${maxLine} bytes`));
    });
    this.#socket.on('error', (error) => {
      reason = error;
    });
    this.#socket.on('close', () => {
      this.#over = true;
      events.onEnd(reason ?? new Error('the connection ended'));
    });
  }
}
