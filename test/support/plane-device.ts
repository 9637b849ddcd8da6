/** A data plane with a running configuration of VMs that a test changes. */
import { LinuxDataPlane } from '../../server/plane/linux/index.ts';
import type { LinuxPlaneOptions } from '../../server/plane/linux/index.ts';
import type { DataPlane, TableChange, TableState, Watch } from '../../server/plane/plane.ts';
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

export class PlaneDevice<Plane extends DataPlane = DataPlane> implements AsyncDisposable {
  readonly plane: Plane;
  readonly #running = new Map<string, Branch>();

  private constructor(plane: Plane) {
    this.plane = plane;
  }

  /** Starts with these VMs, as after a restart. */
  static async start<Plane extends DataPlane>(
    plane: Plane,
    vms: readonly Plain[] = [],
  ): Promise<PlaneDevice<Plane>> {
    const device = new PlaneDevice(plane);
    for (const vm of vms) device.#running.set(String(vm['id']), makeVm(vm));
    await plane.start(vms.map(makeVm));
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

export type LinuxDevice = PlaneDevice<LinuxDataPlane>;

/** A device with the plane of the Linux kernel in a network namespace. */
export function startLinuxDevice(
  netns: string,
  vms: readonly Plain[] = [],
  options: Partial<LinuxPlaneOptions> = {},
): Promise<LinuxDevice> {
  const schema = deviceSchema();
  const plane = new LinuxDataPlane({ schema, clock: new SystemClock(), netns, ...options });
  return PlaneDevice.start(plane, vms);
}

function sortKey(row: Plain): string {
  const sorted = Object.entries(row).sort(([a], [b]) => a.localeCompare(b));
  return JSON.stringify(sorted, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}
