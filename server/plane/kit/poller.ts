/**
 * Does something again and again while somebody wants it, and at once when there may be news. What takes long
 * is done less often, so that it leaves the device most of its time.
 */
import type { Clock, Timer } from '../../../src/util/index.ts';

/** A poll is followed by a rest of at least so many times as long as it took. */
const REST = 4;
/** The clock may be set, and then a poll seems to have taken hours. */
const MOST_REST_MS = 30_000;

export class Poller {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #poll: () => Promise<void>;
  #timer: Timer | undefined;
  #polling = false;
  #again = false;
  #running = false;
  /** How long the last poll took, and when it ended; in milliseconds. */
  #last = { duration: 0, end: 0 };

  /** `poll` must not reject. */
  constructor(clock: Clock, intervalMs: number, poll: () => Promise<void>) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#poll = poll;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#wait(this.#intervalMs);
  }

  stop(): void {
    this.#running = false;
    this.#again = false;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /**
   * Polls before the interval is over, but for the rest that a long poll is followed by. While a poll is under
   * way, one more follows, however often this is called.
   */
  hurry(): void {
    if (!this.#running) return;
    this.#again = true;
    if (this.#polling) return;
    const rest = this.#restLeft();
    if (rest > 0) this.#wait(rest);
    else {
      this.#timer?.cancel();
      void this.#run();
    }
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    this.#polling = true;
    do {
      this.#again = false;
      const began = this.#clock.now();
      await this.#poll();
      const end = this.#clock.now();
      this.#last = { duration: Math.max(0, end - began), end };
    } while (this.#wanted() && this.#restLeft() === 0);
    this.#polling = false;
    const rest = this.#restLeft();
    if (this.#wanted()) this.#wait(rest);
    else if (this.#running) this.#wait(Math.max(this.#intervalMs, rest));
  }

  #wanted(): boolean {
    return this.#running && this.#again;
  }

  /** Milliseconds until the next poll may begin; 0 after one that fits into the interval with its rest. */
  #restLeft(): number {
    const { duration, end } = this.#last;
    const rest = Math.min(REST * duration, MOST_REST_MS);
    if (rest <= this.#intervalMs) return 0;
    return Math.max(0, Math.min(rest, end + rest - this.#clock.now()));
  }

  #wait(ms: number): void {
    if (this.#polling) return;
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(ms, () => void this.#run());
  }
}
