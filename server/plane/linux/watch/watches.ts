/** The watches on the VMs: those that somebody asked for, and those that only keep a count up to date. */
import type { Clock, Timer } from '../../../../src/util/index.ts';
import type { TableChange } from '../../plane.ts';
import type { Background } from '../background.ts';
import type { VmRecord } from '../vm-record.ts';
import { VmWatch } from './vm-watch.ts';
import type { VmWatchOptions } from './vm-watch.ts';

type OnChange = (change: TableChange) => void;

export interface WatchesOptions extends Omit<VmWatchOptions, 'addresses'> {
  readonly clock: Clock;
  readonly background: Background;
}

/** How long the count of a VM's entries is kept up to date after somebody asked for it. */
const COUNT_KEPT_MS = 10_000;

export class Watches {
  readonly #options: WatchesOptions;
  readonly #counting = new Map<string, Timer>();

  constructor(options: WatchesOptions) {
    this.#options = options;
  }

  /** Resolves once the watch is in force. */
  async add(record: VmRecord, onChange: OnChange): Promise<VmWatch> {
    const { addresses } = record;
    record.watch ??= new VmWatch({ ...this.#options, addresses });
    const { watch } = record;
    watch.add(onChange);
    try {
      await watch.start(record.frozen);
    } catch (error) {
      await this.remove(record, watch, onChange);
      throw error;
    }
    return watch;
  }

  async remove(record: VmRecord, watch: VmWatch, onChange: OnChange): Promise<void> {
    watch.remove(onChange);
    if (watch.watched || record.watch !== watch) return;
    record.watch = undefined;
    await watch.stop();
  }

  /**
   * Counting means reading the whole table. Whoever asks once asks again soon, or subscribes, so what has
   * been counted is kept up to date for a while.
   */
  async count(record: VmRecord): Promise<VmWatch> {
    const ignore = (): void => undefined;
    const watch = await this.add(record, ignore);
    const { clock, background } = this.#options;
    this.#counting.get(record.id)?.cancel();
    const timer = clock.setTimer(COUNT_KEPT_MS, () => {
      this.#counting.delete(record.id);
      background.run(this.remove(record, watch, ignore));
    });
    this.#counting.set(record.id, timer);
    return watch;
  }

  close(): void {
    for (const timer of this.#counting.values()) timer.cancel();
    this.#counting.clear();
  }
}
