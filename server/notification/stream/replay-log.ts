/** The last events of a stream, as many as fit (RFC 5277, section 3.3). */
import type { EventRecord } from '../event-record.ts';

export interface ReplayLimits {
  readonly maxReplayRecords: number;
  readonly maxReplayBytes: number;
}

export class ReplayLog {
  /** When the log was begun. */
  readonly creationTime: number;
  readonly #limits: ReplayLimits;
  #records: EventRecord[] = [];
  /** Records before this index have been dropped. */
  #first = 0;
  #bytes = 0;
  #agedTime: number | undefined;

  constructor(creationTime: number, limits: ReplayLimits) {
    this.creationTime = creationTime;
    this.#limits = limits;
  }

  get size(): number {
    return this.#records.length - this.#first;
  }

  /** The time of the last record that had to make room; undefined while none had. */
  get agedTime(): number | undefined {
    return this.#agedTime;
  }

  /** The earliest time of which every record is here. */
  get coveredFrom(): number {
    return this.#agedTime ?? this.creationTime;
  }

  add(record: EventRecord): void {
    this.#records.push(record);
    this.#bytes += record.text.length;
    while (this.size > this.#limits.maxReplayRecords || this.#bytes > this.#limits.maxReplayBytes) {
      if (!this.#dropOldest()) break;
    }
  }

  /** The records that `wanted` takes, in the order in which they came. */
  select(wanted: (record: EventRecord) => boolean): readonly EventRecord[] {
    return this.#records.slice(this.#first).filter(wanted);
  }

  #dropOldest(): boolean {
    const oldest = this.#records[this.#first];
    if (!oldest) return false;
    this.#agedTime = oldest.time;
    this.#bytes -= oldest.text.length;
    this.#first += 1;
    if (this.#first * 2 > this.#records.length) {
      this.#records = this.#records.slice(this.#first);
      this.#first = 0;
    }
    return true;
  }
}
