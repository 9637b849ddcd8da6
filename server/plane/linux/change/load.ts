/** Puts sessions into the kernel's table, whatever is there already. */
import type { Branch } from '../../../../src/data/index.ts';
import type { CombineMemory } from '../../../../src/sami/index.ts';
import { counterValues, hasCounters } from '../accounting/carried-counters.ts';
import type { CounterValues } from '../accounting/carried-counters.ts';
import { ERRNO } from '../conntrack/channel.ts';
import { keyText, sameTuple } from '../conntrack/entry.ts';
import type { Entry, EntryKey } from '../conntrack/entry.ts';
import { kernelError } from '../conntrack/table.ts';
import type { ConntrackTable, Refusal } from '../conntrack/table.ts';
import type { SessionRows } from '../model/session-rows.ts';
import type { RowChanges } from './vm-plan.ts';

export interface LoadOptions {
  readonly table: ConntrackTable;
  readonly rows: SessionRows;
  /** What the VM's sessions have been combined with. */
  readonly memory: CombineMemory;
  /** Gives an entry the lifetime that it is to be loaded with. */
  readonly lasting: (entry: Entry) => Entry;
}

/** An entry as it is to be, and as it was read, counters with what they have carried. */
type Put = readonly [wanted: Entry, there: Entry];

export class SessionLoader {
  readonly #options: LoadOptions;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  /**
   * `added` are the entries of the added rows, `changed` those of the changed ones. Throws when the kernel
   * refuses an entry that nothing stands in the way of.
   */
  async load(
    changes: RowChanges,
    added: readonly Entry[],
    changed: readonly Entry[],
  ): Promise<void> {
    await this.takeAway(changes.removed);
    if (this.#options.memory.size === 0) await this.#update(changes.changed, changed);
    else await this.#change(changes.changed);
    await this.#add(changes.added, added);
  }

  /** Takes away rows that had arrived. Returns the entries that were there before and stay. */
  async takeAway(rows: readonly Branch[]): Promise<readonly Entry[]> {
    const { table, rows: model, memory } = this.#options;
    if (rows.length === 0) return [];
    const there = memory.size > 0 ? await this.#read(rows) : new Map<string, Entry>();
    const gone: EntryKey[] = [];
    const kept: Put[] = [];
    for (const row of rows) {
      const key = model.keyOf(row);
      const present = there.get(keyText(key));
      const rest = memory.depart(row, present && model.toRow(present));
      if (rest && present) kept.push([model.toEntry(rest), present]);
      else gone.push(key);
    }
    await table.remove(gone);
    for (const key of gone) table.carried.delete(key);
    await this.#put(kept);
    return kept.map(([entry]) => entry);
  }

  /** Nothing was there before the VM's own entries: what they counted is all that has been counted. */
  async #update(pairs: RowChanges['changed'], entries: readonly Entry[]): Promise<void> {
    const { table, lasting, rows } = this.#options;
    const refused = await table.update(entries.map(lasting));
    const anew = new Map(refused.map((each) => [keyText(each.entry), each]));
    for (const [index, entry] of entries.entries()) {
      const text = keyText(entry);
      if (hasCounters(entry)) table.carried.set(entry, counterValues(entry));
      else if (anew.has(text)) {
        // It becomes another life of the entry, with the same history.
        const [before] = pairs[index] ?? [];
        const values = table.carried.get(entry) ?? (before && counterValues(rows.toEntry(before)));
        if (values) table.carried.set(entry, values);
      }
    }
    // The kernel changes neither a translation nor takes bits of the status back: such an entry is made anew.
    await table.remove(
      refused.filter(({ error }) => error !== ERRNO.notFound).map(({ entry }) => entry),
    );
    const [failed] = await table.create(refused.map(({ entry }) => entry));
    if (failed) throw refusal(failed);
  }

  async #change(pairs: RowChanges['changed']): Promise<void> {
    const { rows, memory, lasting } = this.#options;
    const there = await this.#read(pairs.map(([, row]) => row));
    const puts: Put[] = [];
    const anew: Branch[] = [];
    for (const [before, after] of pairs) {
      const present = there.get(keyText(rows.keyOf(after)));
      const wanted = memory.change(before, after, present && rows.toRow(present));
      if (present) puts.push([lasting(rows.toEntry(wanted)), present]);
      else anew.push(wanted);
    }
    await this.#put(puts);
    await this.#add(
      anew,
      anew.map((row) => rows.toEntry(row)),
    );
  }

  async #add(added: readonly Branch[], entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    const { table, rows, memory, lasting } = this.#options;
    const refused = await table.create(entries.map(lasting));
    const other = refused.find(({ error }) => error !== ERRNO.exists);
    if (other) throw refusal(other);
    const present = new Set(refused.map(({ entry }) => keyText(entry)));
    for (const entry of entries) {
      if (hasCounters(entry) && (present.size === 0 || !present.has(keyText(entry))))
        table.carried.set(entry, counterValues(entry));
    }
    if (present.size === 0) return;
    const meeting = added.filter((_row, index) => present.has(keyText(entries[index] as Entry)));
    const there = await this.#read(meeting);
    const puts: Put[] = [];
    const crossing: Entry[] = [];
    for (const row of meeting) {
      const found = there.get(keyText(rows.keyOf(row)));
      const wanted = memory.arrive(row, found && rows.toRow(found));
      const entry = lasting(rows.toEntry(wanted));
      if (found) puts.push([entry, found]);
      else crossing.push(entry);
    }
    await this.#put(puts);
    await this.#makeRoom(crossing);
  }

  /** What is in the way has been found acceptable before: it gets the new values, or makes room. */
  async #put(puts: readonly Put[]): Promise<void> {
    if (puts.length === 0) return;
    const { table } = this.#options;
    const own = new Map(puts.map(([wanted, there]) => [keyText(wanted), there]));
    const same: Entry[] = [];
    const different: Entry[] = [];
    for (const [wanted, there] of puts) {
      const fits = sameTuple(there.reply, wanted.reply) && there.helper === wanted.helper;
      if (fits) same.push({ ...wanted, status: wanted.status | there.status });
      else different.push(wanted);
    }
    const refused = (await table.update(same)).map(({ entry }) => entry);
    const anew = [...different, ...refused];
    const without = new Set(anew.map(keyText));
    for (const [wanted, there] of puts) {
      const kernel = without.has(keyText(wanted)) ? ZERO : this.#kernelValues(there);
      const total = counterValues(hasCounters(wanted) ? wanted : there);
      table.carried.set(wanted, subtract(total, kernel));
    }
    await this.#makeRoom(anew.map((entry) => keepingCounters(entry, own.get(keyText(entry)))));
  }

  async #makeRoom(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    const { table } = this.#options;
    await table.remove([...entries, ...entries.map(replyKey)]);
    const [failed] = await table.create(entries);
    if (failed) throw refusal(failed);
    for (const entry of entries) {
      if (hasCounters(entry)) table.carried.set(entry, counterValues(entry));
    }
  }

  /** What the kernel itself has counted of an entry that was read. */
  #kernelValues(there: Entry): CounterValues {
    return subtract(counterValues(there), this.#options.table.carried.get(there) ?? ZERO);
  }

  async #read(rows: readonly Branch[]): Promise<Map<string, Entry>> {
    const { table, rows: model } = this.#options;
    const found = await table.getMany(rows.map((row) => model.keyOf(row)));
    return new Map(found.map((entry) => [keyText(entry), entry]));
  }
}

const ZERO: CounterValues = [0, 0, 0, 0];

function subtract(left: CounterValues, right: CounterValues): CounterValues {
  const [a, b, c, d] = left;
  const less = (value: number, by: number): number => Math.max(0, value - by);
  return [less(a, right[0]), less(b, right[1]), less(c, right[2]), less(d, right[3])];
}

/** An entry that is made anew keeps the counts of the one that it replaces. */
function keepingCounters(entry: Entry, there: Entry | undefined): Entry {
  if (hasCounters(entry) || !there) return entry;
  const { originalCounters, replyCounters } = there;
  return { ...entry, originalCounters, replyCounters };
}

/** Names whatever entry has the reply tuple of `entry`. */
export function replyKey(entry: Entry): EntryKey {
  return { protocol: entry.protocol, zone: entry.zone, original: entry.reply };
}

function refusal({ entry, error }: Refusal): Error {
  return kernelError(`loading session ${keyText(entry)}`, error);
}
