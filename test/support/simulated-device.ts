/** A simulated data plane with a running configuration of VMs and a clock that the test moves. */
import { createFileModuleRepository, packageYangDirectory } from '../../src/node/index.ts';
import { DataList } from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import { kindsOf, vmListNode } from '../../src/sami/index.ts';
import { compile, printDiagnostic } from '../../src/yang/index.ts';
import type { ListNode, SchemaContext } from '../../src/yang/index.ts';
import type { TableChange, TableState } from '../../server/plane/plane.ts';
import { SimulatedPlane } from '../../server/plane/simulated/index.ts';
import type { Packet, SimulatedPlaneOptions, Verdict } from '../../server/plane/simulated/index.ts';
import { FakeClock } from './fake-clock.ts';
import { fromPlain, toPlain } from './plain-data.ts';
import type { Plain } from './plain-data.ts';

const MODULES = [
  ...['sami', 'sami-session', 'sami-nat', 'sami-acl', 'sami-cumulative', 'sami-sticky'],
  ...['sami-snooping', 'sami-connection', 'sami-profile'],
];

let compiled: SchemaContext | undefined;

/** Our modules alone, compiled once for all tests. */
export function deviceSchema(): SchemaContext {
  if (!compiled) {
    const repository = createFileModuleRepository([packageYangDirectory()]);
    const { context, diagnostics } = compile(repository, {
      modules: MODULES.map((name) => ({ name })),
    });
    if (!context) throw new Error(diagnostics.map((it) => printDiagnostic(it)).join('\n'));
    compiled = context;
  }
  return compiled;
}

export function vmNode(): ListNode {
  const node = vmListNode(deviceSchema());
  if (!node) throw new Error('the schema has no list of VMs');
  return node;
}

/** List of a kind by `kind/list`. */
export function listNode(path: string): ListNode {
  const [kindName, listName] = path.split('/');
  const kind = kindsOf(vmNode()).find(({ name }) => name === kindName);
  const list = kind?.lists.find(({ name }) => name === listName);
  if (!list) throw new Error(`no list ${path}`);
  return list;
}

/** A VM entry from a plain object with at least `id`. */
export function makeVm(plain: Plain): Branch {
  return fromPlain(vmNode(), plain);
}

export class SimulatedDevice {
  readonly clock: FakeClock;
  readonly plane: SimulatedPlane;
  #running: DataList = DataList.empty(vmNode());

  private constructor(clock: FakeClock, plane: SimulatedPlane) {
    this.clock = clock;
    this.plane = plane;
  }

  /** With VMs that the configuration has from the start. */
  static async start(
    options: Omit<SimulatedPlaneOptions, 'clock'> = {},
    vms: readonly Plain[] = [],
  ): Promise<SimulatedDevice> {
    const clock = new FakeClock();
    const plane = new SimulatedPlane(deviceSchema(), { ...options, clock });
    const device = new SimulatedDevice(clock, plane);
    device.#running = DataList.from(vmNode(), vms.map(makeVm));
    await plane.start([...device.#running]);
    return device;
  }

  vm(id: string): Branch {
    const vm = this.#running.find([id]);
    if (!vm) throw new Error(`no VM "${id}" in the configuration`);
    return vm;
  }

  /** Makes these VMs what the configuration has of them. Rejects with what the plane says. */
  async commit(...vms: readonly Plain[]): Promise<void> {
    await this.commitBranches(...vms.map(makeVm));
  }

  async commitBranches(...vms: readonly Branch[]): Promise<void> {
    const changes = vms.map((after) => {
      const before = this.#running.get(after);
      return { id: after.slots[0] as string, before, after };
    });
    await (await this.plane.prepare(changes)).apply();
    for (const vm of vms) this.#running = this.#running.with(vm);
  }

  async remove(id: string): Promise<void> {
    const before = this.vm(id);
    await (await this.plane.prepare([{ id, before, after: undefined }])).apply();
    this.#running = this.#running.without(before);
  }

  /** Entries of a list, `kind/list`, as plain objects. */
  async rows(id: string, path: string): Promise<readonly Plain[]> {
    const rows: Plain[] = [];
    for await (const batch of this.plane.read({ vm: this.vm(id), list: listNode(path) })) {
      rows.push(...batch.map(toPlain));
    }
    return rows;
  }

  async row(id: string, path: string): Promise<Plain> {
    const [row, ...more] = await this.rows(id, path);
    if (!row || more.length > 0) throw new Error(`${path} has ${row ? 'several' : 'no'} entries`);
    return row;
  }

  async table(id: string, kind: string): Promise<TableState> {
    const state = (await this.plane.tables(this.vm(id))).find((table) => table.kind === kind);
    if (!state) throw new Error(`no kind ${kind}`);
    return state;
  }

  /** Watches a VM; the array grows with what is told. */
  async watch(id: string): Promise<TableChange[]> {
    const changes: TableChange[] = [];
    await this.plane.watch(this.vm(id), (change) => changes.push(change));
    return changes;
  }

  /** `pass`, `drop REASON`, `forward NEXT-HOP`, `deliver PORT…` or `answer REASON`. */
  send(packet: Packet): string {
    return describeVerdict(this.plane.forward(packet));
  }
}

export function describeVerdict(verdict: Verdict): string {
  switch (verdict.action) {
    case 'pass':
      return 'pass';
    case 'drop':
      return `drop ${verdict.reason}`;
    case 'forward':
      return `forward ${verdict.nextHop}`;
    case 'deliver':
      return `deliver ${verdict.copies.map(({ outInterface }) => outInterface).join(' ')}`;
    case 'answer':
      return `answer ${verdict.reason}`;
    default:
      throw new Error('unknown verdict');
  }
}
