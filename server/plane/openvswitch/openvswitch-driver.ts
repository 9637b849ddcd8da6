/**
 * Open vSwitch: VLANs and limits of the ports of VMs.
 *
 * Both kinds are configuration. So what a port is to be set to follows from the VM alone, and every change sets its
 * port up in full. A port that appears later is set up then.
 */
import type { Branch } from '../../../src/data/index.ts';
import { operationFailed } from '../../../src/error/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import type { Clock } from '../../../src/util/index.ts';
import type { SchemaContext } from '../../../src/yang/index.ts';
import { SerialQueue } from '../../serial-queue.ts';
import { Catalog } from '../kit/catalog.ts';
import type { TableSchema } from '../kit/catalog.ts';
import type { TableDriver, VmEdit } from '../kit/driver.ts';
import { Launcher } from '../kit/launcher.ts';
import { holdersAfter } from '../kit/vm-port.ts';
import type { KindSupport } from '../plane.ts';
import { checkVm } from './check.ts';
import { OvsdbError } from './ovsdb-client.ts';
import type { OvsdbOperation } from './ovsdb-client.ts';
import { removeQos, restorePort, setUpPort } from './port-operations.ts';
import { rowsOf, settingsOf } from './port-settings.ts';
import { SwitchDatabase } from './switch-database.ts';
import { VM_KEY } from './switch-view.ts';
import type { SwitchView } from './switch-view.ts';
import { probeTrafficControl } from './traffic-control.ts';
import type { TrafficControl } from './traffic-control.ts';

export const OPENVSWITCH_KINDS = ['vlan', 'profile'] as const;
export type OpenVSwitchKind = (typeof OPENVSWITCH_KINDS)[number];

export interface OpenVSwitchOptions {
  readonly context: SchemaContext;
  readonly clock: Clock;
  /** Path of the socket of the database server. */
  readonly socket: string;
  readonly bridge: string;
  /** Network namespace that ovs-vswitchd runs in; that of the process when absent. */
  readonly netns?: string | undefined;
  readonly kinds?: readonly OpenVSwitchKind[] | undefined;
  /** What the kernel can limit; found out by trying when absent. */
  readonly control?: TrafficControl | undefined;
  /** Told of what goes wrong where nobody waits for an answer. */
  readonly onFailure?: (error: unknown) => void;
}

export class OpenVSwitchDriver implements TableDriver {
  readonly name = 'openvswitch';
  readonly kinds: readonly string[];
  readonly #options: OpenVSwitchOptions;
  readonly #catalog: Catalog;
  readonly #database: SwitchDatabase;
  readonly #queue = new SerialQueue();
  /** The configuration of the VMs. */
  readonly #vms = new Map<string, Branch>();
  #control: Promise<TrafficControl> | undefined;
  #closed = false;

  constructor(options: OpenVSwitchOptions) {
    this.#options = options;
    this.kinds = options.kinds ?? OPENVSWITCH_KINDS;
    this.#catalog = new Catalog(options.context, this.kinds);
    this.#database = new SwitchDatabase({
      ...options,
      onChange: () => {
        this.#followPorts();
      },
    });
  }

  async open(edits: readonly VmEdit[]): Promise<void> {
    for (const { id, after } of edits) if (after) this.#vms.set(id, after);
    await this.#queue.run(async () => {
      const view = await this.#database.view();
      const leftovers = view.ports.flatMap((port) => {
        const id = port.externalIds.get(VM_KEY);
        return id === undefined || this.#vms.has(id) ? [] : [[id, undefined] as const];
      });
      await this.#change(this.#place(view, [...leftovers, ...this.#vms]));
    });
  }

  async support(): Promise<readonly KindSupport[]> {
    const { upload, download } = await this.#trafficControl();
    const features: Readonly<Record<OpenVSwitchKind, readonly string[]>> = {
      vlan: ['tagged', 'untagged'],
      profile: [...(upload ? ['upload-rate'] : []), ...(download ? ['download-rate'] : [])],
    };
    return OPENVSWITCH_KINDS.filter((kind) => this.kinds.includes(kind)).map((kind) => ({
      kind,
      limit: undefined,
      features: features[kind],
    }));
  }

  /** Both kinds are what the configuration says; there is no table to read. */
  async *read(vm: Branch, table: TableSchema): AsyncIterable<readonly Branch[]> {
    await Promise.resolve();
    yield rowsOf(this.#catalog, vm, table.kind.name);
  }

  async check(edits: readonly VmEdit[]): Promise<readonly RpcError[]> {
    const control = await this.#trafficControl();
    let view: SwitchView;
    try {
      if (!(await this.#database.change([]))) {
        return [operationFailed('ovs-vswitchd does not answer', { appTag: 'switch-silent' })];
      }
      view = await this.#database.view();
    } catch (error) {
      if (!(error instanceof OvsdbError)) throw error;
      return [operationFailed(`Open vSwitch: ${error.message}`, { appTag: 'switch-silent' })];
    }
    const holderOf = holdersAfter(
      edits,
      ({ after }) => after && view.portOf(after)?.name,
      (port) => view.port(port)?.externalIds.get(VM_KEY),
    );
    const { bridge } = this.#options;
    const surroundings = { catalog: this.#catalog, bridge, view, control, holderOf };
    return edits.flatMap((edit) => checkVm(edit, surroundings));
  }

  apply(edits: readonly VmEdit[]): Promise<void> {
    return this.#queue.run(async () => {
      const view = await this.#database.view();
      const vms = edits.map(({ id, after }) => [id, after] as const);
      await this.#change(this.#place(view, vms));
      for (const { id, after } of edits) {
        if (after) this.#vms.set(id, after);
        else this.#vms.delete(id);
      }
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#queue.idle();
    await this.#database.close();
  }

  #trafficControl(): Promise<TrafficControl> {
    const { control, netns } = this.#options;
    this.#control ??= control ? Promise.resolve(control) : probeTrafficControl(new Launcher(netns));
    return this.#control;
  }

  /**
   * Puts back the ports that VMs had, then sets up those that they have now: one VM may get the port of another.
   * An undefined VM has left.
   */
  #place(
    view: SwitchView,
    vms: Iterable<readonly [id: string, vm: Branch | undefined]>,
  ): readonly OvsdbOperation[] {
    const left: OvsdbOperation[] = [];
    const setUp: OvsdbOperation[] = [];
    for (const [id, vm] of vms) {
      const held = view.heldBy(id);
      const port = vm && view.portOf(vm);
      if (held && held !== port) left.push(...restorePort(view, held));
      left.push(...removeQos(view, id));
      if (vm && port) setUp.push(...setUpPort(view, port, id, settingsOf(this.#catalog, vm)));
    }
    return [...left, ...setUp];
  }

  async #change(operations: readonly OvsdbOperation[]): Promise<void> {
    if (operations.length === 0) return;
    if (await this.#database.change(operations)) return;
    this.#options.onFailure?.(new OvsdbError('ovs-vswitchd does not answer'));
  }

  /** Ports of VMs that have appeared, or have been made anew, since they were set up. */
  #followPorts(): void {
    const follow = async (): Promise<void> => {
      if (this.#closed || this.#vms.size === 0) return;
      const view = await this.#database.view();
      const late = [...this.#vms].filter(([id, vm]) => {
        const port = view.portOf(vm);
        return port !== undefined && !port.externalIds.has(VM_KEY) && port !== view.heldBy(id);
      });
      await this.#change(this.#place(view, late));
    };
    this.#queue.run(follow).catch((error: unknown) => {
      if (!this.#closed) this.#options.onFailure?.(error);
    });
  }
}
