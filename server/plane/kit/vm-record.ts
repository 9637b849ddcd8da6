/**
 * What the plane knows of one VM: its configuration, what arrived entries were combined with, and its tables
 * as last seen, for those who watch and for when they stand still.
 */
import type { Branch, DataList } from '../../../src/data/index.ts';
import { CombineMemory, entriesOf, modeOf, vmId } from '../../../src/sami/index.ts';
import type { Kind, Mode } from '../../../src/sami/index.ts';
import type { Clock } from '../../../src/util/index.ts';
import type { Logger } from '../../logger.ts';
import { SerialQueue } from '../../serial-queue.ts';
import type { TableChange, TableState, Watch } from '../plane.ts';
import type { TableSchema } from './catalog.ts';
import { Contents } from './contents.ts';
import type { DeviceTables } from './device-tables.ts';
import type { VmEdit } from './driver.ts';
import { Poller } from './poller.ts';

export interface RecordSurroundings {
  readonly device: DeviceTables;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly pollMs: number;
}

export class VmRecord {
  readonly id: string;
  readonly memory = new CombineMemory();
  /** Reading the device and changing it exclude each other. */
  readonly queue = new SerialQueue();
  readonly #surroundings: RecordSurroundings;
  readonly #poller: Poller;
  readonly #watchers = new Set<(change: TableChange) => void>();
  #config: Branch;
  /** Undefined while the device alone knows its tables. */
  #contents: Contents | undefined;
  #nativeWatch: Watch | undefined;
  /** What a driver told while the tables were being read. */
  #held: TableChange[] | undefined;
  /** Changes were missed since the contents were taken. */
  #missed = false;
  #following = false;
  /** The last read failed; it has been logged. */
  #failing = false;

  constructor(config: Branch, surroundings: RecordSurroundings) {
    this.id = vmId(config);
    this.#config = config;
    this.#surroundings = surroundings;
    const { clock, pollMs } = surroundings;
    this.#poller = new Poller(clock, pollMs, () => this.queue.run(() => this.#pollOnce()));
  }

  get config(): Branch {
    return this.#config;
  }

  get mode(): Mode {
    return modeOf(this.#config);
  }

  /** A table that stands still or is configured; undefined for one that belongs to the device. */
  stillRows(table: TableSchema): DataList | undefined {
    const { kind, list } = table;
    if (!kind.ephemeral) return entriesOf(this.#config, kind, list);
    return this.mode === 'learning' ? undefined : this.#contents?.rows(table);
  }

  async entries(kind: Kind): Promise<number> {
    return this.#contents?.entries(kind) ?? this.#surroundings.device.count(this.#config, kind);
  }

  states(): Promise<readonly TableState[]> {
    if (this.#contents) return Promise.resolve(this.#contents.states());
    return this.#surroundings.device.states(this.#config);
  }

  /** After a restart, once the driver is open. */
  async begin(): Promise<void> {
    if (this.mode === 'standby') this.#takeConfiguration();
    if (this.mode === 'frozen') await this.#refresh();
  }

  /**
   * The device has made an edit that freezes the VM: what changed until then is told, and remains. Throws
   * when the device cannot be read, and has changed nothing then.
   */
  async standStill({ modeBefore, mode, after }: VmEdit): Promise<void> {
    if (!after || mode !== 'frozen' || modeBefore === 'frozen') return;
    // A driver that watches by itself has told everything.
    if (!this.#nativeWatch || this.#missed) await this.#refresh(after);
  }

  /** Takes over an edit that the device has made. */
  async applied(edit: VmEdit, after: Branch): Promise<void> {
    const { modeBefore, mode } = edit;
    this.#config = after;
    if (mode !== 'learning') await this.#unfollow();
    if (mode === 'standby') this.#takeConfiguration();
    else if (mode === 'frozen') {
      if (modeBefore === 'frozen') this.#contents?.apply(edit, this.#report);
    } else if (this.watched || modeBefore !== 'frozen') {
      // Once the VM has left standby its tables are known as they were loaded, until they settle.
      this.#contents?.apply(edit, this.#report);
      if (this.watched) await this.#followOn();
    } else this.#contents = undefined;
  }

  /** What was loaded, and what it was combined with, is the device's own now. */
  settle(config: Branch): void {
    this.memory.settle();
    this.#config = config;
    if (this.mode === 'learning' && !this.watched) this.#contents = undefined;
  }

  async watch(onChange: (change: TableChange) => void): Promise<Watch> {
    const first = !this.watched;
    this.#watchers.add(onChange);
    try {
      await this.queue.run(async () => {
        if (this.mode !== 'learning') return;
        // Whoever watches reads after this: what the tables have by now is no news.
        if (first) this.#contents = undefined;
        await this.#follow();
      });
    } catch (error) {
      await this.#unwatch(onChange);
      throw error;
    }
    return { close: () => this.#unwatch(onChange) };
  }

  get watched(): boolean {
    return this.#watchers.size > 0;
  }

  /** The tables may have changed. */
  hurry(): void {
    this.#poller.hurry();
  }

  /** Nothing is read or reported any more. */
  async stop(): Promise<void> {
    this.#watchers.clear();
    await this.#unfollow();
  }

  async #unwatch(onChange: (change: TableChange) => void): Promise<void> {
    this.#watchers.delete(onChange);
    if (this.watched) return;
    await this.#unfollow();
    if (this.mode === 'learning') this.#contents = undefined;
  }

  #takeConfiguration(): void {
    this.#contents ??= new Contents(this.#surroundings.device.catalog);
    for (const table of this.#surroundings.device.catalog.tables) {
      this.#contents.replace(table, entriesOf(this.#config, table.kind, table.list), this.#report);
    }
  }

  /** Reads all tables and reports what differs from what was known; all of them before it takes any over. */
  async #refresh(config = this.#config): Promise<void> {
    const { device } = this.#surroundings;
    const read: (readonly [TableSchema, DataList])[] = [];
    const held: TableChange[] = [];
    this.#held = held;
    try {
      for (const table of device.catalog.tables)
        read.push([table, await device.rows(config, table)]);
    } catch (error) {
      if (held.length > 0) this.#missed = true;
      throw error;
    } finally {
      this.#held = undefined;
    }
    const known = this.#contents;
    const missed = this.#missed;
    this.#missed = false;
    this.#failing = false;
    this.#contents ??= new Contents(device.catalog);
    const report = known && !missed ? this.#report : undefined;
    for (const [table, rows] of read) this.#contents.replace(table, rows, report);
    if (missed) this.#report({ kind: 'lost' });
    if (this.#nativeWatch) this.#poller.stop();
    for (const change of held) this.#told(change);
  }

  async #pollOnce(): Promise<void> {
    if (!this.watched || this.mode !== 'learning') return;
    await this.#refresh().catch(this.#failed);
  }

  /** Nobody is told of a failure at this point but by 'lost', once the tables can be read again. */
  async #followOn(): Promise<void> {
    this.#poller.hurry();
    try {
      await this.#follow();
    } catch (error) {
      this.#failed(error);
      this.#poller.start();
    }
  }

  readonly #failed = (error: unknown): void => {
    const failedBefore = this.#failing;
    this.#missed = true;
    this.#failing = true;
    if (failedBefore) return;
    const { logger, device } = this.#surroundings;
    logger.log('error', 'plane-read-failed', { plane: device.driver.name, vm: this.id, error });
  };

  /** From now on changes of the device's tables are told; those since the contents were taken at once. */
  async #follow(): Promise<void> {
    const { driver } = this.#surroundings.device;
    if (this.#following) return;
    if (driver.watch) this.#nativeWatch = await driver.watch(this.#config, this.#told);
    else this.#poller.start();
    this.#following = true;
    await this.#refresh();
  }

  async #unfollow(): Promise<void> {
    this.#following = false;
    this.#poller.stop();
    const watch = this.#nativeWatch;
    this.#nativeWatch = undefined;
    await watch?.close();
  }

  /** What a driver tells that watches by itself. What comes while tables are read is newer than they. */
  readonly #told = (change: TableChange): void => {
    if (this.#held) this.#held.push(change);
    else if (change.kind === 'lost') {
      this.#missed = true;
      this.#poller.start();
      this.#poller.hurry();
    } else {
      const table = this.#surroundings.device.catalog.forList(change.list);
      if (table) this.#contents?.take(table, change, this.#report);
    }
  };

  readonly #report = (change: TableChange): void => {
    for (const onChange of this.#watchers) onChange(change);
  };
}
