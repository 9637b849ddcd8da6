/** Structured log: one JSON object per line. */
import type { Clock } from '../src/util/index.ts';

/** From what is of interest when looking for a fault to what somebody must do something about. */
export const LOG_LEVELS = ['debug', 'info', 'warning', 'error'] as const;

/** Four of the severities of syslog (RFC 5424, section 6.2.1). */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Takes one event at a time: a name that does not change, and fields. */
export interface Logger {
  log(level: LogLevel, event: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Writes lines such as `{"time":"…","level":"error","event":"…"}`. */
export class JsonLogger implements Logger {
  readonly #clock: Clock;
  readonly #write: (line: string) => void;
  readonly #least: number;

  /** `least`: what is below is left out. */
  constructor(clock: Clock, write: (line: string) => void, least: LogLevel = 'info') {
    this.#clock = clock;
    this.#write = write;
    this.#least = LOG_LEVELS.indexOf(least);
  }

  log(level: LogLevel, event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    if (LOG_LEVELS.indexOf(level) < this.#least) return;
    const time = new Date(this.#clock.now()).toISOString();
    this.#write(`${JSON.stringify({ time, level, event, ...fields }, plainValue)}\n`);
  }
}

/** For whoever embeds the server and wants no log. */
export const silentLogger: Logger = { log: () => undefined };

/** Of an error that is none of the server's own making the stack is what helps. */
function plainValue(_key: string, value: unknown): unknown {
  if (value instanceof Error) return value.stack ?? value.message;
  return typeof value === 'bigint' ? value.toString() : value;
}
