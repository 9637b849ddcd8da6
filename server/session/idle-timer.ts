/** Notices when nothing has happened for some time. Being touched costs nothing but looking at the clock. */
import type { Clock, Timer } from '../../src/util/index.ts';

export interface IdleTimerOptions {
  readonly clock: Clock;
  /** 0 for never. */
  readonly timeoutMs: number;
  /** Whether the silence has a good reason. */
  readonly isBusy: () => boolean;
  readonly onIdle: () => void;
}

export class IdleTimer {
  readonly #options: IdleTimerOptions;
  #last = 0;
  #timer: Timer | undefined;

  constructor(options: IdleTimerOptions) {
    this.#options = options;
  }

  start(): void {
    this.touch();
    if (this.#options.timeoutMs > 0) this.#arm(this.#options.timeoutMs);
  }

  touch(): void {
    this.#last = this.#options.clock.now();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #arm(delayMs: number): void {
    const { clock, timeoutMs, isBusy, onIdle } = this.#options;
    this.#timer = clock.setTimer(delayMs, () => {
      if (isBusy()) this.touch();
      const left = this.#last + timeoutMs - clock.now();
      if (left > 0) this.#arm(left);
      else onIdle();
    });
  }
}
