/** Time-outs for what a plane in another process owes. */
import type { Clock, Timer } from '../../../src/util/index.ts';

/** How many time-outs a plane may use up in one call by saying that it is still at work. */
const MOST_TIMEOUTS = 60;

/** A time-out that starts anew with each sign of life; but who waits for an answer does not wait for ever. */
export class Wait {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #onExpiry: () => void;
  #timer: Timer | undefined;
  #started = 0;
  #leftMs: number;

  constructor(clock: Clock, timeoutMs: number, onExpiry: () => void) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#onExpiry = onExpiry;
    this.#leftMs = MOST_TIMEOUTS * timeoutMs;
    this.restart();
  }

  restart(): void {
    this.stop();
    this.#started = this.#clock.now();
    const delay = Math.max(0, Math.min(this.#timeoutMs, this.#leftMs));
    this.#timer = this.#clock.setTimer(delay, this.#onExpiry);
  }

  stop(): void {
    if (!this.#timer) return;
    this.#leftMs -= Math.max(0, this.#clock.now() - this.#started);
    this.#timer.cancel();
    this.#timer = undefined;
  }
}
