/** A Linux data plane in a namespace with a running configuration of VMs that a test changes. */
import { LinuxDataPlane } from '../../server/plane/linux/index.ts';
import type { LinuxPlaneOptions } from '../../server/plane/linux/index.ts';
import type { TableChange, TableState, Watch } from '../../server/plane/plane.ts';
import type { Branch } from '../../src/data/index.ts';
import { SystemClock } from '../../src/node/system-clock.ts';
import { listNode, makeVm, deviceSchema } from './simulated-device.ts';
import { toPlain } from './plain-data.ts';
import type { Plain } from './plain-data.ts';

export interface Reported {
  readonly kind: TableChange['kind'];
  readonly list?: string;
  readonly row?: Plain;
}

export class LinuxDevice {
  readonly plane: LinuxDataPlane;
  readonly #running = new Map<string, Branch>();

  constructor(netns: string, options: Partial<LinuxPlaneOptions> = {}) {
    const schema = deviceSchema();
    this.plane = new LinuxDataPlane({ schema, clock: new SystemClock(), netns, ...options });
  }

  /** Starts with these VMs, as after a restart. */
  static async start(
    netns: string,
    vms: readonly Plain[] = [],
    options: Partial<LinuxPlaneOptions> = {},
  ): Promise<LinuxDevice> {
    const device = new LinuxDevice(netns, options);
    const branches = vms.map(makeVm);
    for (const vm of vms) device.#running.set(String(vm['id']), makeVm(vm));
    await device.plane.start(branches);
    return device;
  }

  vm(id = 'vm1'): Branch {
    const vm = this.#running.get(id);
    if (!vm) throw new Error(`no VM ${id}`);
    return vm;
  }

  /** Commits the configuration of one VM; undefined deletes it. */
  async commit(plain: Plain | undefined, id = String(plain?.['id'])): Promise<void> {
    const before = this.#running.get(id);
    const after = plain && makeVm(plain);
    const prepared = await this.plane.prepare([{ id, before, after }]);
    await prepared.apply();
    if (after) this.#running.set(id, after);
    else this.#running.delete(id);
  }

  /** What stands in the tables of a list, such as `session/session`. */
  async rows(path: string, id = 'vm1'): Promise<readonly Plain[]> {
    const rows: Plain[] = [];
    for await (const batch of this.plane.read({ vm: this.vm(id), list: listNode(path) })) {
      rows.push(...batch.map(toPlain));
    }
    return rows.sort((a, b) => sortKey(a).localeCompare(sortKey(b)));
  }

  tables(id = 'vm1'): Promise<readonly TableState[]> {
    return this.plane.tables(this.vm(id));
  }

  /** Watches; the changes appear in `reported` as they come. */
  async watch(id = 'vm1'): Promise<{ reported: Reported[]; watch: Watch }> {
    const reported: Reported[] = [];
    const watch = await this.plane.watch(this.vm(id), (change) => {
      reported.push(
        change.kind === 'lost'
          ? { kind: 'lost' }
          : { kind: change.kind, list: change.list.name, row: toPlain(change.row) },
      );
    });
    return { reported, watch };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.plane.close();
  }
}

function sortKey(row: Plain): string {
  return JSON.stringify([
    row['protocol'] ?? row['transport-protocol'],
    row['source-address'] ?? row['internal-src-address'],
    row['source-port'] ?? row['internal-src-port'],
    row['destination-address'] ?? row['external-src-address'],
    row['destination-port'] ?? row['external-src-port'],
  ]);
}
