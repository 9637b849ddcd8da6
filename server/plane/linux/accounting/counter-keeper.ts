/**
 * Looks after carried counters: ties them to the entries that have been loaded, drops those whose entry has
 * gone without anybody watching, and keeps them over a restart of the server.
 */
import type { Clock, Timer } from '../../../../src/util/index.ts';
import type { ConntrackTable } from '../conntrack/table.ts';
import { AddressSet } from '../../kit/netlink/address.ts';
import { readCounterFile, writeCounterFile } from './counter-file.ts';

export interface CounterKeeperOptions {
  readonly table: ConntrackTable;
  readonly clock: Clock;
  /** Undefined: nothing is kept over a restart. */
  readonly file: string | undefined;
  /** Addresses of all VMs of the device. */
  readonly addresses: () => readonly string[];
}

/** How often entries that have gone are looked for: reading 100 000 takes some 0.4 s. */
const SWEEP_MS = 300_000;

export class CounterKeeper {
  readonly #options: CounterKeeperOptions;
  #timer: Timer | undefined;
  #last: Promise<void> = Promise.resolve();
  #stored = false;

  constructor(options: CounterKeeperOptions) {
    this.#options = options;
  }

  /** Reads what was kept, and drops what has no entry any more. */
  async start(): Promise<void> {
    const { table, file } = this.#options;
    if (file === undefined) return;
    await readCounterFile(file, table.carried);
    this.#stored = table.carried.size > 0;
    await this.sweep();
  }

  /** Entries have become the kernel's own: from now on their counters outlive the server. */
  sweep(): Promise<void> {
    this.#last = this.#last.catch(() => undefined).then(() => this.#sweep());
    return this.#last;
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    await this.#last.catch(() => undefined);
    await this.#save();
  }

  async #sweep(): Promise<void> {
    const { table, clock, addresses } = this.#options;
    const { carried } = table;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (carried.size > 0) {
      carried.beginSweep();
      // Reading is enough: whatever is read is looked up there.
      const dump = table.dump(new AddressSet(addresses()));
      while ((await dump.next()).done !== true);
      carried.endSweep();
    }
    await this.#save();
    if (carried.size === 0) return;
    this.#timer = clock.setTimer(SWEEP_MS, () => {
      this.sweep().catch(() => undefined);
    });
  }

  async #save(): Promise<void> {
    const { table, file } = this.#options;
    const { carried } = table;
    if (file === undefined || !carried.dirty || (carried.size === 0 && !this.#stored)) return;
    await writeCounterFile(file, carried);
    this.#stored = true;
  }
}
