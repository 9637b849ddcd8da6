/**
 * The transactions since the start, in their order: which ids they have, and which of two is the more recent one
 * (draft-ietf-netconf-transaction-id, sections 3.2 and 4).
 *
 * An entity tag says itself when its transaction was, so the history of entity tags goes back to the start and costs
 * nothing. A start gives new ones: tags of an earlier run are unknown, which makes clients read once more.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../src/util/index.ts';
import type { ClientTxid, TxidMechanism } from './txid.ts';

/** The transaction that has made a node what it is. */
export interface Version {
  readonly sequence: number;
  /** Microseconds since 1970; no two transactions have the same. */
  readonly time: number;
}

/** Times of transactions that are recognized when they are no node's own any more. */
const KNOWN_TIMES = 4096;

export class TxidHistory {
  readonly #clock: Clock;
  /** Of this run of the server. */
  readonly #run = randomBytes(6).toString('hex');
  /** Sequence numbers by the text of their times, oldest first. */
  readonly #times = new Map<string, number>();
  #latest: Version;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#latest = { sequence: 0, time: clock.now() * 1000 };
    this.#remember(this.#latest);
  }

  get latest(): Version {
    return this.#latest;
  }

  /** Another transaction. */
  next(): Version {
    const time = Math.max(this.#clock.now() * 1000, this.#latest.time + 1);
    this.#latest = { sequence: this.#latest.sequence + 1, time };
    this.#remember(this.#latest);
    return this.#latest;
  }

  textOf({ sequence, time }: Version, mechanism: TxidMechanism): string {
    return mechanism === 'etag' ? `${this.#run}-${String(sequence)}` : printTime(time);
  }

  /** True when the id is that of the version, or of a transaction after it: then the client knows the version. */
  covers(txid: ClientTxid, version: Version): boolean {
    if (txid.value === this.textOf(version, txid.mechanism)) return true;
    const sequence = this.#sequenceOf(txid);
    return sequence !== undefined && sequence >= version.sequence;
  }

  #sequenceOf({ mechanism, value }: ClientTxid): number | undefined {
    if (mechanism === 'last-modified') return this.#times.get(value);
    const [, run, digits = ''] = /^([0-9a-f]+)-(0|[1-9]\d{0,14})$/.exec(value) ?? [];
    const sequence = Number(digits);
    return run === this.#run && sequence <= this.#latest.sequence ? sequence : undefined;
  }

  #remember({ sequence, time }: Version): void {
    this.#times.set(printTime(time), sequence);
    if (this.#times.size <= KNOWN_TIMES) return;
    const [oldest = ''] = this.#times.keys();
    this.#times.delete(oldest);
  }
}

/** A date-and-time of RFC 6991 with microseconds. */
function printTime(microseconds: number): string {
  const milliseconds = Math.floor(microseconds / 1000);
  const rest = String(microseconds - milliseconds * 1000).padStart(3, '0');
  return new Date(milliseconds).toISOString().replace('Z', `${rest}Z`);
}
