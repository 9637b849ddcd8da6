/**
 * Time as the entries of one VM feel it: it passes only while the VM is in mode `learning`, so entries
 * in standby and frozen ones do not age, and nothing has to be touched when the mode changes.
 */
import type { Clock } from '../../../../src/util/index.ts';

export class AgeClock {
  readonly #clock: Clock;
  #elapsed = 0;
  #since: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get running(): boolean {
    return this.#since !== undefined;
  }

  /** Milliseconds for which the clock has run. */
  now(): number {
    return this.#elapsed + (this.#since === undefined ? 0 : this.#clock.now() - this.#since);
  }

  run(): void {
    this.#since ??= this.#clock.now();
  }

  stop(): void {
    this.#elapsed = this.now();
    this.#since = undefined;
  }
}
