/** Where commands write, so that tests can read it. */
import { visibleText } from '../../src/util/index.ts';

/** Results go one way, all else the other. */
export interface Output {
  /** Results. */
  out(text: string): void;
  /** What people want to know meanwhile, and errors. */
  err(text: string): void;
  /** `err` is a terminal: progress may be shown. */
  readonly interactive: boolean;
  /** Aborted when nobody reads results any more; undefined where that cannot be. */
  readonly readerGone?: AbortSignal;
}

const readerGone = new AbortController();

/** A reader that has enough, such as `head`, must not end a move; what it does not read is lost. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      if (stream === process.stdout) readerGone.abort();
    });
  }
}

/** Text of strangers as a terminal may get it: without anything that would control the terminal. */
export function onTerminal(text: string): string {
  return text.replaceAll(/[^\n\t]+/g, visibleText);
}

export const PROCESS_OUTPUT: Output = {
  out: (text) => void process.stdout.write(process.stdout.isTTY ? onTerminal(text) : text),
  err: (text) => void process.stderr.write(text),
  get interactive() {
    return process.stderr.isTTY;
  },
  readerGone: readerGone.signal,
};

export function printJson(output: Output, value: unknown): void {
  output.out(`${JSON.stringify(value, null, 2)}\n`);
}

/** One line that controls no terminal, whatever the message. */
export function oneLine(message: string): string {
  return visibleText(message.replaceAll(/\s*\n\s*/g, ' ').trim());
}
