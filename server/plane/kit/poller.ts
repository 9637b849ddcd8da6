/** Does something again and again while somebody wants it, and at once when there may be news. */
import type { Clock, Timer } from '../../../src/util/index.ts';

export class Poller {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #poll: () => Promise<void>;
  #timer: Timer | undefined;
  #polling = false;
  #again = false;
  #running = false;

  /** `poll` must not reject. */
  constructor(clock: Clock, intervalMs: number, poll: () => Promise<void>) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#poll = poll;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#wait();
  }

  stop(): void {
    this.#running = false;
    this.#again = false;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Polls before the interval is over. While a poll is under way, one more follows, however often this is called. */
  hurry(): void {
    if (!this.#running) return;
    this.#again = true;
    if (this.#polling) return;
    this.#timer?.cancel();
    void this.#run();
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    this.#polling = true;
    do {
      this.#again = false;
      await this.#poll();
    } while (this.#wanted());
    this.#polling = false;
    if (this.#running) this.#wait();
  }

  #wanted(): boolean {
    return this.#running && this.#again;
  }

  #wait(): void {
    if (this.#polling) return;
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(this.#intervalMs, () => void this.#run());
  }
}
