/**
 * Takes entries away when the time is over that they had left where they came from. HAProxy gives every
 * entry that is written the full time of its table, and one whose client comes again as well: then it is
 * no longer ours to take away.
 */
import type { Clock, Timer } from '../../../src/util/index.ts';
import type { Entry } from './table-text.ts';

export interface Deadline {
  /** When the entry has to go. */
  readonly at: number;
  /** When HAProxy itself would take it away. A later time means that the client has come again. */
  readonly own: number;
}

/** How much HAProxy's view of the time left may differ from ours. */
const TOLERANCE_MS = 50;
/** Entries whose time is over in the same second go together. */
const STEP_MS = 1_000;

/** Takes entries of a table away whose time is over, unless their clients have come again. */
export type Sweep = (table: string, clients: readonly string[]) => Promise<void>;

export class Deadlines {
  readonly #clock: Clock;
  readonly #sweep: Sweep;
  readonly #tables = new Map<string, Map<string, Deadline>>();
  #timer: Timer | undefined;
  #dueAt = Infinity;

  constructor(clock: Clock, sweep: Sweep) {
    this.#clock = clock;
    this.#sweep = sweep;
  }

  set(table: string, client: string, deadline: Deadline): void {
    const clients = this.#tables.get(table) ?? new Map<string, Deadline>();
    this.#tables.set(table, clients.set(client, deadline));
    if (deadline.at < this.#dueAt) this.#schedule(deadline.at);
  }

  delete(table: string, client: string): void {
    this.#tables.get(table)?.delete(client);
  }

  /** Milliseconds that an entry seen at `now` has left; undefined in tables whose entries do not expire. */
  left(table: string, entry: Entry, now: number): number | undefined {
    const deadline = this.current(table, entry, now);
    if (deadline) return Math.max(deadline.at - now, 1);
    return entry.expiresIn > 0 ? entry.expiresIn : undefined;
  }

  /** The deadline that still holds for an entry seen at `now`. */
  current(table: string, entry: Entry, now: number): Deadline | undefined {
    const deadline = this.#tables.get(table)?.get(entry.client ?? '');
    if (!deadline || now + entry.expiresIn > deadline.own + TOLERANCE_MS) return undefined;
    return deadline;
  }

  close(): void {
    this.#timer?.cancel();
    this.#tables.clear();
    this.#dueAt = Infinity;
  }

  #schedule(at: number): void {
    this.#timer?.cancel();
    this.#dueAt = at;
    const delay = Math.max(at - this.#clock.now(), 0) + STEP_MS / 10;
    this.#timer = this.#clock.setTimer(delay, () => void this.#run());
  }

  async #run(): Promise<void> {
    this.#dueAt = Infinity;
    const now = this.#clock.now();
    for (const [table, clients] of this.#tables) {
      const due = [...clients].filter(([, { at }]) => at <= now).map(([client]) => client);
      if (due.length > 0) await this.#sweep(table, due);
      // Those that were given another deadline meanwhile keep it.
      for (const client of due) if ((clients.get(client)?.at ?? 0) <= now) clients.delete(client);
      if (clients.size === 0) this.#tables.delete(table);
    }
    let next = Infinity;
    for (const clients of this.#tables.values()) {
      for (const { at } of clients.values()) next = Math.min(next, at);
    }
    if (next < this.#dueAt) this.#schedule(Math.max(next, now + STEP_MS));
  }
}
