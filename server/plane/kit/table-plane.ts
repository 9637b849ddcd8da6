/** Makes a data plane of a device that is a set of tables: what is the same for all such devices. */
import { DataList } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import { RpcErrorException } from '../../../src/error/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import { entriesOf, modeOf, vmId } from '../../../src/sami/index.ts';
import type { Clock } from '../../../src/util/index.ts';
import type { SchemaContext } from '../../../src/yang/index.ts';
import { silentLogger } from '../../logger.ts';
import type { Logger } from '../../logger.ts';
import type {
  DataPlane,
  KindSupport,
  KindUse,
  PreparedChange,
  ReadRequest,
  TableChange,
  TableState,
  VmChange,
  Watch,
} from '../plane.ts';
import { Catalog } from './catalog.ts';
import { DeviceTables, READ_BATCH } from './device-tables.ts';
import type { TableDriver, VmEdit } from './driver.ts';
import { foreignEntries } from './foreign-entries.ts';
import { readBack } from './read-back.ts';
import { Room } from './room.ts';
import { emptyTables, inverseOf, setUp } from './set-up.ts';
import { planVm } from './vm-plan.ts';
import type { VmPlan } from './vm-plan.ts';
import { VmRecord } from './vm-record.ts';

export interface TablePlaneOptions {
  readonly context: SchemaContext;
  readonly clock: Clock;
  readonly logger?: Logger;
  /** Milliseconds between two looks at the tables of a VM that is watched. Default 500. */
  readonly pollMs?: number;
}

/** More errors would not help anybody. */
const MOST_ERRORS = 100;

export class TablePlane implements DataPlane {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly #driver: TableDriver;
  readonly #clock: Clock;
  readonly #device: DeviceTables;
  readonly #room: Room;
  readonly #records = new Map<string, VmRecord>();
  readonly #newRecord: (vm: Branch) => VmRecord;
  /** Lists of the configuration whose entries have become the device's own. */
  readonly #settled = new WeakSet<DataList>();

  constructor(driver: TableDriver, options: TablePlaneOptions) {
    const { context, clock, logger = silentLogger, pollMs = 500 } = options;
    const catalog = new Catalog(context, driver.kinds);
    if (catalog.kinds.length === 0) throw new Error(withoutKinds(driver));
    const device = new DeviceTables(catalog, driver);
    this.name = driver.name;
    this.kinds = catalog.kinds.map(({ name }) => name);
    this.#driver = driver;
    this.#clock = clock;
    this.#device = device;
    this.#room = new Room(device, this.#records);
    this.#newRecord = (vm) => new VmRecord(vm, { device, clock, logger, pollMs });
  }

  async start(vms: readonly Branch[]): Promise<void> {
    const { catalog } = this.#device;
    await this.#driver.open(vms.map((vm) => setUp(catalog, vm)));
    const emptied: VmEdit[] = [];
    for (const vm of vms.filter((each) => modeOf(each) === 'standby')) {
      const edit = await emptyTables(this.#device, vm);
      if (edit) emptied.push(edit);
    }
    if (emptied.length > 0) await this.#driver.apply(emptied);
    for (const vm of vms) {
      const record = this.#newRecord(vm);
      this.#records.set(record.id, record);
      await record.begin();
    }
    this.#driver.onChange?.(() => {
      for (const record of this.#records.values()) record.hurry();
    });
  }

  support(): Promise<readonly KindSupport[]> {
    return this.#driver.support();
  }

  use(): Promise<readonly KindUse[]> {
    return this.#room.use();
  }

  async prepare(changes: readonly VmChange[]): Promise<PreparedChange> {
    const plans: VmPlan[] = [];
    const records = changes.map((change) => this.#recordFor(change));
    for (const [index, change] of changes.entries()) {
      plans.push(await this.#plan(change, records[index] as VmRecord));
    }
    const edits = plans.map(({ edit }) => edit);
    const room = await this.#room.check(plans);
    const ours = [...foreignEntries(this.#device.catalog, changes, MOST_ERRORS), ...room.errors];
    const theirs = await this.#check(edits);
    const errors = [...ours, ...theirs];
    if (errors.length > 0) {
      if (theirs.length === 0) await this.#driver.abort?.(edits);
      throw new RpcErrorException(errors.slice(0, MOST_ERRORS));
    }
    const release = room.hold();
    return {
      apply: () => this.#apply(plans, edits, records).finally(release),
      abort: async () => {
        release();
        await this.#driver.abort?.(edits);
      },
    };
  }

  async settle(vms: readonly Branch[]): Promise<void> {
    for (const vm of vms) {
      const record = this.#records.get(vmId(vm));
      for (const { kind, list } of this.#device.catalog.tables.filter((it) => it.kind.ephemeral)) {
        for (const config of [vm, record?.config]) {
          const entries = config && entriesOf(config, kind, list);
          if (entries) this.#settled.add(entries);
        }
      }
      record?.settle(vm);
    }
    await this.#driver.settle?.(vms);
  }

  async *read({ vm, list, keys }: ReadRequest): AsyncIterable<readonly Branch[]> {
    const table = this.#device.catalog.forList(list);
    if (!table) throw new Error(`data plane "${this.name}" does not serve list "${list.name}"`);
    const record = this.#records.get(vmId(vm));
    const config = record?.config ?? vm;
    const isStill = !table.kind.ephemeral || (record && record.mode !== 'learning');
    const still = isStill === true ? (record?.stillRows(table) ?? DataList.empty(list)) : undefined;
    if (keys) {
      const row = still ? still.find(keys) : await this.#device.row(config, table, keys);
      if (row) yield [row];
    } else if (still) yield* still.batches(READ_BATCH);
    else yield* this.#driver.read(config, table);
  }

  watch(vm: Branch, onChange: (change: TableChange) => void): Promise<Watch> {
    return this.#obtain(vm).watch(onChange);
  }

  tables(vm: Branch): Promise<readonly TableState[]> {
    return this.#records.get(vmId(vm))?.states() ?? this.#device.states(vm);
  }

  async close(): Promise<void> {
    for (const record of this.#records.values()) {
      await record.stop();
      await record.queue.idle();
    }
    await this.#driver.close();
  }

  #obtain(vm: Branch): VmRecord {
    const id = vmId(vm);
    const record = this.#records.get(id) ?? this.#newRecord(vm);
    this.#records.set(id, record);
    return record;
  }

  /** A VM that is new is known once the change is made. */
  #recordFor({ id, before, after }: VmChange): VmRecord {
    const vm = before ?? after;
    const record = this.#records.get(id) ?? (vm && this.#newRecord(vm));
    if (!record) throw new Error(`change of VM "${id}" with neither before nor after`);
    return record;
  }

  #plan(change: VmChange, record: VmRecord): Promise<VmPlan> {
    return planVm(change, {
      device: this.#device,
      memory: record.memory,
      isSettled: (entries) => this.#settled.has(entries),
      frozen:
        change.before && record.mode === 'frozen'
          ? (table) => record.stillRows(table) ?? DataList.empty(table.list)
          : undefined,
    });
  }

  /** A driver may return its errors or throw them. */
  async #check(edits: readonly VmEdit[]): Promise<readonly RpcError[]> {
    try {
      return await this.#driver.check(edits);
    } catch (error) {
      if (error instanceof RpcErrorException) return error.errors;
      throw error;
    }
  }

  /** Everything that reads the VMs' tables waits meanwhile. */
  #apply(
    plans: readonly VmPlan[],
    edits: readonly VmEdit[],
    records: readonly VmRecord[],
  ): Promise<void> {
    // In one order, so that no two changes wait for each other.
    const sorted = records.toSorted((a, b) => (a.id < b.id ? 1 : -1));
    const apply = sorted.reduce<() => Promise<void>>(
      (inner, { queue }) =>
        () =>
          queue.run(inner),
      () => this.#applyNow(plans, edits, records),
    );
    return apply();
  }

  async #applyNow(
    plans: readonly VmPlan[],
    edits: readonly VmEdit[],
    records: readonly VmRecord[],
  ): Promise<void> {
    const began = this.#clock.now();
    await this.#driver.apply(edits);
    try {
      await this.#checkLoaded(edits, began);
      for (const [index, edit] of edits.entries()) await records[index]?.standStill(edit);
    } catch (error) {
      // Entries have been lost, or what changed before a freeze could not be read: then nothing happens.
      await this.#driver.apply(edits.map(inverseOf)).catch(() => undefined);
      throw error;
    }
    for (const [index, { edit, memory }] of plans.entries()) {
      const record = records[index];
      if (!record) continue;
      memory.commit();
      if (edit.after) {
        this.#records.set(record.id, record);
        await record.applied(edit, edit.after);
      } else {
        this.#records.delete(record.id);
        await record.stop();
      }
    }
  }

  /** From here on the tables that were loaded are known to be the device's, until they settle. */
  async #checkLoaded(edits: readonly VmEdit[], began: number): Promise<void> {
    const passed = (): number => Math.max(0, this.#clock.now() - began) / 1_000;
    const errors: RpcError[] = [];
    for (const edit of edits) errors.push(...(await readBack(this.#device, edit, passed)));
    if (errors.length > 0) throw new RpcErrorException(errors);
  }
}

/** A name that is spelled wrong would have no effect but that entries are refused, far from here. */
function withoutKinds({ name, kinds }: TableDriver): string {
  const wanted = kinds.map((kind) => `"${kind}"`).join(', ') || 'none';
  return `data plane "${name}": no module of the schema has a kind that it serves (${wanted})`;
}
