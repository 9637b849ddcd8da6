/** Time-outs for what a plane in another process owes. */
import type { Clock, Timer } from '../../../src/util/index.ts';

/** A time-out that starts anew with each sign of life. */
export class Wait {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #onExpiry: () => void;
  #timer: Timer | undefined;

  constructor(clock: Clock, timeoutMs: number, onExpiry: () => void) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#onExpiry = onExpiry;
    this.restart();
  }

  restart(): void {
    this.stop();
    this.#timer = this.#clock.setTimer(this.#timeoutMs, this.#onExpiry);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
