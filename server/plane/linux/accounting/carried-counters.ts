/**
 * What sessions had counted before they came to this device. The kernel takes no counters for an entry
 * (CTA_COUNTERS is ignored when one is made), so the plane keeps them and adds them to what it reads.
 *
 * They belong to one life of an entry: the first reading after a load ties them to it, and an entry of the
 * same tuple that comes later begins at zero. Values are held as
 * numbers, exact up to 2^53; 100 000 sessions take some 15 MB.
 */
import { addIntegers } from '../../../../src/sami/index.ts';
import { keyText } from '../conntrack/entry.ts';
import type { Counters, Entry, EntryKey } from '../conntrack/entry.ts';

/** Packets and bytes of the original direction, then of the reply direction. */
export type CounterValues = readonly [number, number, number, number];

const VALUES = 4;

export class CarriedCounters {
  readonly #places = new Map<string, number>();
  readonly #free: number[] = [];
  #values = new Float64Array(0);
  #lives = new Uint32Array(0);
  /** The sweep that has last seen the entry. */
  #seen = new Uint32Array(0);
  #sweep = 0;
  #dirty = false;

  get size(): number {
    return this.#places.size;
  }

  /** True when something has changed since the last {@link lines}. */
  get dirty(): boolean {
    return this.#dirty;
  }

  get(key: EntryKey): CounterValues | undefined {
    const place = this.#places.get(keyText(key));
    return place === undefined ? undefined : this.#at(place);
  }

  /** Sets what is added to the kernel's own counters of an entry that has just been loaded. */
  set(key: EntryKey, values: CounterValues): void {
    if (values.every((value) => value === 0)) this.delete(key);
    else this.#put(keyText(key), values, 0);
  }

  delete(key: EntryKey): void {
    if (this.#places.size > 0) this.#remove(keyText(key));
  }

  /** An entry that has just been read, with what it has carried along. */
  total(entry: Entry): Entry {
    if (this.#places.size === 0) return entry;
    const text = keyText(entry);
    const place = this.#places.get(text);
    if (place === undefined || !this.#isOf(place, text, lifeOf(entry))) return entry;
    this.#seen[place] = this.#sweep;
    const { originalCounters, replyCounters } = entry;
    if (!originalCounters && !replyCounters) return entry;
    const at = place * VALUES;
    return {
      ...entry,
      originalCounters: this.#sum(originalCounters, at),
      replyCounters: this.#sum(replyCounters, at + 2),
    };
  }

  /** The kernel reports that an entry has gone. That may be about an earlier life of it. */
  ended(entry: Entry): void {
    if (this.#places.size === 0) return;
    const text = keyText(entry);
    const place = this.#places.get(text);
    if (place !== undefined && this.#lives[place] === lifeOf(entry)) this.#remove(text);
  }

  /** Begins a sweep: what {@link total} does not see until {@link endSweep} has no entry any more. */
  beginSweep(): void {
    this.#sweep += 1;
  }

  endSweep(): void {
    for (const [text, place] of this.#places) {
      if (this.#seen[place] !== this.#sweep) this.#remove(text);
    }
  }

  /** One line per entry, for a file. */
  *lines(): Iterable<string> {
    this.#dirty = false;
    for (const [text, place] of this.#places) {
      yield `${this.#at(place).join(' ')} ${String(this.#lives[place] ?? 0)} ${text}\n`;
    }
  }

  /** Takes a line that {@link lines} made; leaves out what is none. */
  readLine(line: string): void {
    const found = /^(\d+) (\d+) (\d+) (\d+) (\d+) (\d+ \S+ \S+ \d+ \d+ \d+)$/.exec(line);
    if (!found) return;
    const [, a, b, c, d, id, text = ''] = found;
    this.#put(text, [Number(a), Number(b), Number(c), Number(d)], Number(id));
  }

  /** Ties what is carried to a life of the entry, or finds that it belonged to an earlier one. */
  #isOf(place: number, text: string, life: number): boolean {
    const known = this.#lives[place];
    if (known === 0) {
      this.#lives[place] = life;
      this.#dirty = true;
    } else if (known !== life) {
      this.#remove(text);
      return false;
    }
    return true;
  }

  #sum(counters: Counters | undefined, at: number): Counters {
    return {
      packets: addIntegers(counters?.packets ?? 0, this.#values[at] ?? 0),
      bytes: addIntegers(counters?.bytes ?? 0, this.#values[at + 1] ?? 0),
    };
  }

  #at(place: number): CounterValues {
    const from = place * VALUES;
    const [a = 0, b = 0, c = 0, d = 0] = this.#values.subarray(from, from + VALUES);
    return [a, b, c, d];
  }

  #put(text: string, values: CounterValues, id: number): void {
    const place = this.#places.get(text) ?? this.#free.pop() ?? this.#places.size;
    if (place >= this.#lives.length) this.#grow();
    this.#places.set(text, place);
    this.#values.set(values, place * VALUES);
    this.#lives[place] = id;
    this.#seen[place] = this.#sweep;
    this.#dirty = true;
  }

  #remove(text: string): void {
    const place = this.#places.get(text);
    if (place === undefined) return;
    this.#places.delete(text);
    this.#free.push(place);
    this.#dirty = true;
  }

  #grow(): void {
    const capacity = Math.max(64, this.#lives.length * 2);
    const values = new Float64Array(capacity * VALUES);
    values.set(this.#values);
    this.#values = values;
    this.#lives = resized(this.#lives, capacity);
    this.#seen = resized(this.#seen, capacity);
  }
}

/**
 * Tells the lives of entries of one tuple apart. The kernel's number comes back where the entry lies at the
 * same place in memory again, so the time of its beginning is needed too. 0 is for not known.
 */
function lifeOf({ id, startedAt }: Entry): number {
  const begun = startedAt === undefined ? 0 : Number(BigInt.asUintN(32, startedAt));
  return (id ^ begun) >>> 0 || 1;
}

/** Counters of an entry as four numbers; zero where it has none. */
export function counterValues({ originalCounters, replyCounters }: Entry): CounterValues {
  return [
    Number(originalCounters?.packets ?? 0),
    Number(originalCounters?.bytes ?? 0),
    Number(replyCounters?.packets ?? 0),
    Number(replyCounters?.bytes ?? 0),
  ];
}

export function hasCounters({ originalCounters, replyCounters }: Entry): boolean {
  return originalCounters !== undefined || replyCounters !== undefined;
}

function resized(array: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(length);
  grown.set(array);
  return grown;
}
