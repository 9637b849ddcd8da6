/** Structured log: one JSON object per line. */
import type { Clock } from '../src/util/index.ts';

export type LogLevel = 'info' | 'warning' | 'error';

export interface Logger {
  log(level: LogLevel, event: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Writes lines such as `{"time":"…","level":"error","event":"…"}`. */
export class JsonLogger implements Logger {
  readonly #clock: Clock;
  readonly #write: (line: string) => void;

  constructor(clock: Clock, write: (line: string) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  log(level: LogLevel, event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const time = new Date(this.#clock.now()).toISOString();
    this.#write(`${JSON.stringify({ time, level, event, ...fields }, plainValue)}\n`);
  }
}

/** For whoever embeds the server and wants no log. */
export const silentLogger: Logger = { log: () => undefined };

function plainValue(_key: string, value: unknown): unknown {
  if (value instanceof Error) return value.stack ?? value.message;
  return typeof value === 'bigint' ? value.toString() : value;
}
