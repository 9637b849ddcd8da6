/** The sessions that there are: their numbers, how many there may be, and how they end from outside. */
import { createDeferred } from '../../src/util/index.ts';
import type { Clock } from '../../src/util/index.ts';
import type { Session } from './session.ts';
import type { SessionEnd, SessionRefusal } from './session-events.ts';
import type { SessionLimits } from './session-limits.ts';

export type TableLimits = Pick<SessionLimits, 'maxSessions' | 'maxSessionsPerUser'>;

/** Makes a session; with a `refusal` one that only says so. */
export type MakeSession = (id: number, refusal: SessionRefusal | undefined) => Session;

export class SessionTable {
  readonly #limits: TableLimits;
  readonly #clock: Clock;
  readonly #sessions = new Map<number, Session>();
  /** Those that are only told that there is no room. */
  readonly #refused = new Set<Session>();
  readonly #running = new Set<Promise<void>>();
  #lastId = 0;

  constructor(limits: TableLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  [Symbol.iterator](): IterableIterator<Session> {
    return this.#sessions.values();
  }

  get ids(): readonly number[] {
    return [...this.#sessions.keys()];
  }

  /** Runs a session of the user; resolves when it is over. */
  async run(username: string | undefined, make: MakeSession): Promise<void> {
    this.#lastId += 1;
    const refusal = this.#refusalFor(username ?? '');
    const session = make(this.#lastId, refusal);
    if (refusal) this.#refused.add(session);
    else this.#sessions.set(session.id, session);
    const running = session.run().finally(() => {
      this.#sessions.delete(session.id);
      this.#refused.delete(session);
      this.#running.delete(running);
    });
    this.#running.add(running);
    await running;
  }

  /** False when there is none with that number. */
  async kill(id: number, end: SessionEnd): Promise<boolean> {
    const session = this.#sessions.get(id);
    await session?.kill(end);
    return session !== undefined;
  }

  /** Ends all. Answers that are being given are waited for `graceMs` milliseconds, with 0 not at all. */
  async close(graceMs: number): Promise<void> {
    const end: SessionEnd = { reason: 'other', detail: 'the server stops' };
    if (graceMs > 0) await this.#stop(end, graceMs);
    const left = [...this.#sessions.values(), ...this.#refused];
    await Promise.all(left.map((session) => session.kill(end)));
    await Promise.all(this.#running);
  }

  async #stop(end: SessionEnd, graceMs: number): Promise<void> {
    for (const session of [...this.#sessions.values(), ...this.#refused]) session.stop(end);
    const patience = createDeferred();
    const timer = this.#clock.setTimer(graceMs, () => {
      patience.resolve();
    });
    await Promise.race([patience.promise, Promise.all(this.#running)]);
    timer.cancel();
  }

  #refusalFor(username: string): SessionRefusal | undefined {
    const { maxSessions, maxSessionsPerUser } = this.#limits;
    if (this.#sessions.size >= maxSessions) return 'too-many-sessions';
    if (maxSessionsPerUser === Infinity) return undefined;
    const own = [...this.#sessions.values()].filter((it) => it.username === username);
    return own.length >= maxSessionsPerUser ? 'too-many-sessions-of-user' : undefined;
  }
}
