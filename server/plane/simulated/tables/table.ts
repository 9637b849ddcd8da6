/**
 * The entries of one list of one VM: a persistent list, so that a reader's snapshot costs nothing and
 * entries are shared with the datastore they came from.
 *
 * Time is not written into entries as it passes. An entry's remaining lifetime is worked out from when
 * it last changed; entries that came before the VM's age clock ran need no record of that.
 */
import { DataList } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import type { AgeClock } from './age-clock.ts';
import type { TableSchema } from '../../kit/catalog.ts';

/** A search for entries whose time has run out waits this long for each entry there is. */
const SEARCH_INTERVAL_PER_ROW_MS = 0.01;

export class Table {
  readonly schema: TableSchema;
  readonly #age: AgeClock;
  #rows: DataList;
  /** By entry, for those that are here and have changed while the age clock ran. */
  readonly #changedAt = new Map<Branch, number>();
  /** Age at which the first entry may run out; Infinity when none can. */
  #nextExpiry = Infinity;
  /** Age before which no search is made, so that a large table is not searched all the time. */
  #nextSearch = 0;

  constructor(schema: TableSchema, age: AgeClock) {
    this.schema = schema;
    this.#age = age;
    this.#rows = DataList.empty(schema.list);
  }

  get rows(): DataList {
    return this.#rows;
  }

  /** Puts an entry in; returns the one that it replaces. */
  set(row: Branch): Branch | undefined {
    const before = this.#rows.get(row);
    this.#rows = this.#rows.with(row);
    if (before) this.#changedAt.delete(before);
    this.#stamp(row, this.#age.now());
    return before;
  }

  /** Takes the entry with these keys out and returns it. */
  remove(probe: Branch): Branch | undefined {
    const before = this.#rows.get(probe);
    if (before) {
      this.#rows = this.#rows.without(probe);
      this.#changedAt.delete(before);
    }
    return before;
  }

  /** Puts another list in the place of all entries. What is not in both counts as changed now. */
  replace(rows: DataList): void {
    const now = this.#age.now();
    if (now > 0) {
      const forget = (row: Branch): void => void this.#changedAt.delete(row);
      DataList.diff(this.#rows, rows, {
        added: (row) => {
          this.#stamp(row, now);
        },
        changed: (before, after) => {
          forget(before);
          this.#stamp(after, now);
        },
        removed: forget,
      });
    }
    this.#rows = rows;
    this.#nextExpiry = this.schema.countdown === undefined ? Infinity : 0;
  }

  /** The entry as it is now, with its times brought up to date. */
  present(row: Branch): Branch {
    const { countdown, countup, fields } = this.schema;
    if (countdown === undefined && countup === undefined) return row;
    const seconds = Math.floor(this.unchangedFor(row) / 1000);
    if (seconds <= 0) return row;
    let current = row;
    const left = countdown === undefined ? undefined : fields.number(row, countdown);
    if (countdown !== undefined && left !== undefined) {
      current = fields.change(current, { [countdown]: Math.max(0, left - seconds) });
    }
    const idle = countup === undefined ? undefined : fields.number(row, countup);
    if (countup !== undefined && idle !== undefined) {
      current = fields.change(current, { [countup]: idle + seconds });
    }
    return current;
  }

  /** Entries whose time has run out. Looks at all of them, but only when one can have. */
  expired(): readonly Branch[] {
    const { countdown, fields } = this.schema;
    const now = this.#age.now();
    if (countdown === undefined || now < Math.max(this.#nextExpiry, this.#nextSearch)) return [];
    const slot = fields.slot(countdown);
    const found: Branch[] = [];
    let next = Infinity;
    this.#rows.forEach((row) => {
      const lifetime = row.slots[slot];
      if (typeof lifetime !== 'number') return;
      const end = (this.#changedAt.get(row) ?? 0) + lifetime * 1000;
      if (end <= now) found.push(row);
      else if (end < next) next = end;
    });
    this.#nextExpiry = next;
    this.#nextSearch = now + this.#rows.size * SEARCH_INTERVAL_PER_ROW_MS;
    return found;
  }

  /** Milliseconds of operation since an entry last changed. */
  unchangedFor(row: Branch): number {
    return this.#age.now() - (this.#changedAt.get(row) ?? 0);
  }

  #stamp(row: Branch, now: number): void {
    if (now > 0) this.#changedAt.set(row, now);
    const { countdown, fields } = this.schema;
    const lifetime = countdown === undefined ? undefined : fields.number(row, countdown);
    if (lifetime !== undefined) {
      this.#nextExpiry = Math.min(this.#nextExpiry, now + lifetime * 1000);
    }
  }
}
