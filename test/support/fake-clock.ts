/** A clock that a test moves by hand. */
import type { Clock, Timer } from '../../src/util/index.ts';

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly onExpiry: () => void;
}

export class FakeClock implements Clock {
  #now: number;
  #order = 0;
  readonly #pending = new Set<Pending>();

  constructor(now = Date.parse('2026-11-20T12:00:00Z')) {
    this.#now = now;
  }

  /** How many timers are armed. */
  get armed(): number {
    return this.#pending.size;
  }

  now(): number {
    return this.#now;
  }

  setTimer(delayMs: number, onExpiry: () => void): Timer {
    const timer = { at: this.#now + Math.max(0, delayMs), order: this.#order++, onExpiry };
    this.#pending.add(timer);
    return { cancel: () => void this.#pending.delete(timer) };
  }

  /** Lets time pass; timers run in order, each at its own instant, those they set included. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let due = this.#next(end); due; due = this.#next(end)) {
      this.#pending.delete(due);
      this.#now = due.at;
      due.onExpiry();
    }
    this.#now = end;
  }

  #next(end: number): Pending | undefined {
    return [...this.#pending]
      .filter((timer) => timer.at <= end)
      .sort((a, b) => a.at - b.at || a.order - b.order)[0];
  }
}
