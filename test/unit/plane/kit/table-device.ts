/** A {@link TablePlane} on a device in memory, with a running configuration and a clock that a test moves. */
import { Catalog } from '../../../../server/plane/kit/catalog.ts';
import type { TableSchema } from '../../../../server/plane/kit/catalog.ts';
import { TablePlane } from '../../../../server/plane/kit/table-plane.ts';
import type {
  PreparedChange,
  TableChange,
  TableState,
  Watch,
} from '../../../../server/plane/plane.ts';
import { DataList } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import { RpcErrorException, printPath } from '../../../../src/error/index.ts';
import { kindsOf, vmListNode, withoutEphemeral } from '../../../../src/sami/index.ts';
import type { ListNode, SchemaContext } from '../../../../src/yang/index.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { fromPlain, toPlain } from '../../../support/plain-data.ts';
import type { Plain } from '../../../support/plain-data.ts';
import { RecordingLogger } from '../../../support/recording-logger.ts';
import { compileSami } from '../../../support/sami-schema.ts';
import type { FakeDriver } from './fake-driver.ts';

export const ALL_MODULES = [
  ...['sami', 'sami-session', 'sami-nat', 'sami-acl', 'sami-cumulative', 'sami-sticky'],
  ...['sami-snooping', 'sami-connection', 'sami-profile'],
];

let compiled: SchemaContext | undefined;

export function allKinds(): SchemaContext {
  return (compiled ??= compileSami(ALL_MODULES));
}

export function vmList(): ListNode {
  const list = vmListNode(allKinds());
  if (!list) throw new Error('the schema has no list of VMs');
  return list;
}

export function makeVm(plain: Plain): Branch {
  return fromPlain(vmList(), plain);
}

export class TableDevice implements AsyncDisposable {
  readonly driver: FakeDriver;
  readonly clock: FakeClock;
  readonly logger: RecordingLogger;
  readonly plane: TablePlane;
  readonly catalog: Catalog;
  readonly #running = new Map<string, Branch>();

  private constructor(driver: FakeDriver) {
    this.driver = driver;
    this.clock = new FakeClock();
    this.logger = new RecordingLogger();
    const { clock, logger } = this;
    this.plane = new TablePlane(driver, { context: allKinds(), clock, logger });
    this.catalog = new Catalog(allKinds(), driver.kinds);
  }

  /** With the VMs that the configuration has after a restart. */
  static async start(driver: FakeDriver, ...vms: readonly Plain[]): Promise<TableDevice> {
    const device = new TableDevice(driver);
    for (const vm of vms) device.#running.set(String(vm['id']), makeVm(vm));
    await device.plane.start(vms.map(makeVm));
    return device;
  }

  vm(id = 'vm1'): Branch {
    const vm = this.#running.get(id);
    if (!vm) throw new Error(`no VM ${id}`);
    return vm;
  }

  table(path: string): TableSchema {
    const [kind = '', list = ''] = path.split('/');
    const table = this.catalog.find(kind, list);
    if (!table) throw new Error(`no table ${path}`);
    return table;
  }

  async prepare(...vms: readonly (Plain | string)[]): Promise<PreparedChange> {
    return this.plane.prepare(
      vms.map((vm) => {
        const id = typeof vm === 'string' ? vm : String(vm['id']);
        const after = typeof vm === 'string' ? undefined : makeVm(vm);
        return { id, before: this.#running.get(id), after };
      }),
    );
  }

  /** Makes these VMs what the configuration has of them; a name alone deletes one. */
  async commit(...vms: readonly (Plain | string)[]): Promise<void> {
    await (await this.prepare(...vms)).apply();
    for (const vm of vms) {
      if (typeof vm === 'string') this.#running.delete(vm);
      else this.#running.set(String(vm['id']), makeVm(vm));
    }
  }

  /** As the datastore does: the entries leave the configuration. */
  async settle(id = 'vm1'): Promise<void> {
    const bare = withoutEphemeral(this.vm(id), kindsOf(vmList()));
    this.#running.set(id, bare);
    await this.plane.settle([bare]);
  }

  async rows(path: string, id = 'vm1'): Promise<readonly Plain[]> {
    const rows: Plain[] = [];
    const { list } = this.table(path);
    for await (const batch of this.plane.read({ vm: this.vm(id), list })) {
      rows.push(...batch.map(toPlain));
    }
    return rows;
  }

  /** What traffic makes of an entry; undefined takes it away. */
  traffic(path: string, key: Plain, change: Plain | undefined): void {
    const table = this.table(path);
    this.driver.traffic(table, fromPlain(table.list, key), (row) =>
      change ? fromPlain(table.list, { ...toPlain(row), ...change }) : undefined,
    );
  }

  async state(kind: string, id = 'vm1'): Promise<TableState> {
    const found = (await this.plane.tables(this.vm(id))).find((state) => state.kind === kind);
    if (!found) throw new Error(`no kind ${kind}`);
    return found;
  }

  /** Watches; the array grows with what is told, in short form such as `set membership`. */
  async watch(id = 'vm1'): Promise<{ told: TableChange[]; watch: Watch }> {
    const told: TableChange[] = [];
    const watch = await this.plane.watch(this.vm(id), (change) => told.push(change));
    return { told, watch };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.plane.close();
  }
}

export function listOf(table: TableSchema, ...rows: readonly Plain[]): DataList {
  return DataList.from(
    table.list,
    rows.map((row) => fromPlain(table.list, row)),
  );
}

/** `tag app-tag path: message` of each error; nothing when there is none. */
export async function refusalsOf(work: Promise<unknown>): Promise<readonly string[]> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof RpcErrorException)) throw error;
    return error.errors.map(({ tag, appTag, path, message }) => {
      const where = typeof path === 'string' ? path : printPath(path ?? []);
      return `${tag} ${appTag ?? '-'} ${where}: ${message ?? ''}`;
    });
  }
  return [];
}
