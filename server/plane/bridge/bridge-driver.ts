/** A Linux bridge as a set of tables: bindings in nftables, memberships in its multicast database. */
import { Branch, childValue } from '../../../src/data/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import { vmAddresses } from '../../../src/sami/index.ts';
import type { Clock } from '../../../src/util/index.ts';
import { SerialQueue } from '../../serial-queue.ts';
import type { TableSchema } from '../kit/catalog.ts';
import type { TableDriver, VmEdit } from '../kit/driver.ts';
import { Launcher } from '../kit/launcher.ts';
import { holdersAfter } from '../kit/vm-port.ts';
import type { KindSupport } from '../plane.ts';
import { bindingRow } from './bindings.ts';
import { BridgeView, macOf } from './bridge-view.ts';
import { checkVm } from './check.ts';
import { planEdits } from './edit-plan.ts';
import type { PlannedMembership } from './edit-plan.ts';
import { GuardTable } from './guard-table.ts';
import { InstalledMemberships, keyOf } from './installed-memberships.ts';
import { changeMdb, undo } from './membership-table.ts';
import { membershipRow, readMemberships } from './memberships.ts';
import { Monitors } from './monitors.ts';
import { VmPlaces, portAfter, portNow, stationAfter } from './vm-places.ts';

export const BRIDGE_KINDS = ['dhcp-binding', 'multicast-membership'] as const;
export type BridgeKind = (typeof BRIDGE_KINDS)[number];

export interface BridgeOptions {
  readonly clock: Clock;
  /** Network namespace; that of the process when absent. */
  readonly netns?: string | undefined;
  /** Name of the bridge. */
  readonly device: string;
  readonly kinds?: readonly BridgeKind[] | undefined;
  /** Bindings that fit. */
  readonly bindingLimit?: number | undefined;
  /** Told of what goes wrong where nobody waits for an answer. */
  readonly onFailure?: (error: unknown) => void;
}

const BINDING_LIMIT = 65_536;

export class BridgeDriver implements TableDriver {
  readonly name = 'bridge';
  readonly kinds: readonly string[];
  readonly #options: BridgeOptions;
  readonly #launcher: Launcher;
  readonly #guard: GuardTable;
  readonly #installed: InstalledMemberships;
  readonly #places = new VmPlaces();
  readonly #queue = new SerialQueue();
  readonly #monitors: Monitors;
  #closed = false;

  constructor(options: BridgeOptions) {
    this.#options = options;
    this.kinds = options.kinds ?? BRIDGE_KINDS;
    this.#launcher = new Launcher(options.netns);
    this.#monitors = new Monitors(this.#launcher);
    this.#guard = new GuardTable(this.#launcher, options.device, {
      limit: options.bindingLimit ?? BINDING_LIMIT,
      bindings: this.#serves('dhcp-binding'),
    });
    this.#installed = new InstalledMemberships(options.clock, () => {
      this.#inBackground(() => this.#endMemberships());
    });
  }

  /** Name of the nft table of family "bridge". */
  get table(): string {
    return this.#guard.name;
  }

  async open(edits: readonly VmEdit[]): Promise<void> {
    const view = await this.#view(edits);
    for (const edit of edits) {
      this.#places.set(edit.id, stationAfter(edit, portAfter(view, edit)));
    }
    await this.#guard.open(this.#places.stations);
  }

  async support(): Promise<readonly KindSupport[]> {
    const { snooping } = await this.#view();
    const sources = snooping.igmpVersion >= 3 && snooping.mldVersion >= 2;
    const support: Readonly<Record<BridgeKind, Omit<KindSupport, 'kind'>>> = {
      'dhcp-binding': {
        limit: BigInt(this.#options.bindingLimit ?? BINDING_LIMIT),
        features: ['source-guard', 'ipv4', 'ipv6', 'arp', 'neighbor-discovery'],
      },
      'multicast-membership': {
        limit: BigInt(snooping.groups),
        features: snooping.enabled ? ['igmp', 'mld', ...(sources ? ['source-filter'] : [])] : [],
      },
    };
    return BRIDGE_KINDS.filter((kind) => this.#serves(kind)).map((kind) => ({
      kind,
      ...support[kind],
    }));
  }

  async used(): Promise<ReadonlyMap<string, number>> {
    const used = new Map<string, number>();
    if (this.#serves('dhcp-binding')) {
      used.set('dhcp-binding', (await this.#guard.read()).length);
    }
    if (this.#serves('multicast-membership')) {
      const memberships = await readMemberships(this.#launcher, this.#options.device);
      const groups = new Set(memberships.map(({ group }) => group));
      used.set('multicast-membership', groups.size);
    }
    return used;
  }

  async *read(vm: Branch, table: TableSchema): AsyncIterable<readonly Branch[]> {
    const rows =
      table.kind.name === 'dhcp-binding'
        ? await this.#readBindings(vm, table)
        : await this.#readMemberships(vm, table);
    if (rows.length > 0) yield rows;
  }

  async check(edits: readonly VmEdit[]): Promise<readonly RpcError[]> {
    const view = await this.#view(edits);
    const { device } = this.#options;
    const portOf = (edit: VmEdit): ReturnType<typeof portAfter> => portAfter(view, edit);
    const holderOf = holdersAfter(
      edits,
      (edit) => portOf(edit)?.name,
      (port) => this.#places.holderOf(port),
    );
    return edits.flatMap((edit) => checkVm(edit, { device, view, portOf, holderOf }));
  }

  apply(edits: readonly VmEdit[]): Promise<void> {
    return this.#queue.run(() => this.#apply(edits));
  }

  async #apply(edits: readonly VmEdit[]): Promise<void> {
    const view = await this.#view(edits);
    const plan = planEdits(edits, {
      view,
      places: this.#places,
      guard: this.#guard,
      memberships: this.#serves('multicast-membership')
        ? await readMemberships(this.#launcher, this.#options.device)
        : [],
      bindings: await this.#guard.read(),
    });
    const changes = plan.memberships.map(({ change }) => change);
    await changeMdb(this.#launcher, view.index, changes);
    try {
      await this.#guard.run(plan.ruleset);
    } catch (error) {
      await undo(this.#launcher, view.index, changes);
      throw error;
    }
    for (const { id, station } of plan.places) this.#places.set(id, station);
    for (const { port, change, movedFrom } of plan.memberships) {
      if (movedFrom !== undefined && change.after) {
        this.#installed.move(movedFrom, port, change.after.group);
      }
    }
    for (const planned of plan.memberships) this.#note(planned);
    if (changes.length > 0) await this.#lookAtMemberships();
    await this.#guard.putTargets(this.#places.stations, await this.#guard.read());
  }

  /** What the kernel's timers say right after the change tells later whether a report has put them off. */
  async #lookAtMemberships(): Promise<void> {
    const all = await readMemberships(this.#launcher, this.#options.device);
    for (const membership of all) this.#installed.look(membership);
  }

  #note({ port, change, row }: PlannedMembership): void {
    const { before, after } = change;
    if (after && row) {
      const seconds = after.permanent ? undefined : row.lifetime;
      this.#installed.note(port, after.group, row.row, seconds);
    } else if (!after && before) {
      this.#installed.forget(port, before.group);
    }
  }

  onChange(changed: () => void): void {
    if (this.#serves('dhcp-binding')) {
      this.#inBackground(() =>
        this.#monitors.listen(['nft', 'monitor', 'elements'], (line) => {
          if (!line.includes(` ${this.#guard.name} `)) return;
          this.#inBackground(() => this.#followBindings());
          changed();
        }),
      );
    }
    if (this.#serves('multicast-membership')) {
      this.#inBackground(() =>
        this.#monitors.listen(['bridge', 'monitor', 'mdb'], () => {
          changed();
        }),
      );
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#installed.close();
    await this.#queue.idle();
    await this.#monitors.close();
  }

  #serves(kind: BridgeKind): boolean {
    return this.kinds.includes(kind);
  }

  /** With the ports of these VMs, or of those that edits put there. */
  #view(vms: readonly (Branch | VmEdit)[] = []): Promise<BridgeView> {
    const branches = vms.flatMap((vm) => (vm instanceof Branch ? vm : (vm.after ?? [])));
    return BridgeView.take(this.#launcher, this.#options.device, branches);
  }

  /** Bindings of the VM's link-layer address and one of its addresses. */
  async #readBindings(vm: Branch, { fields }: TableSchema): Promise<readonly Branch[]> {
    const mac = macOf(vm);
    const addresses = new Set(vmAddresses(vm));
    return (await this.#guard.read())
      .filter((binding) => binding.mac === mac && addresses.has(binding.address))
      .map((binding) => bindingRow(fields, { ...binding, mac: originalMac(vm) }));
  }

  async #readMemberships(vm: Branch, { fields }: TableSchema): Promise<readonly Branch[]> {
    const port = portNow(await this.#view([vm]), vm, this.#places)?.name;
    if (macOf(vm) === undefined || port === undefined) return [];
    return (await readMemberships(this.#launcher, this.#options.device))
      .filter((membership) => membership.port === port)
      .map((membership) => this.#installed.look(membership))
      .map(({ row, found }) => membershipRow(fields, found, originalMac(vm), row));
  }

  /** Takes away memberships whose time is over although the kernel would keep them. */
  async #endMemberships(): Promise<void> {
    const view = await this.#view();
    const all = await readMemberships(this.#launcher, this.#options.device);
    const over = all.filter((membership) => this.#installed.look(membership).found.remaining === 0);
    const changes = over.flatMap(({ port, group, permanent, filterMode, sources }) => {
      const index = view.port(port)?.index;
      if (index === undefined) return [];
      const before = { port: index, group, permanent, filterMode, sources };
      return [{ before, after: undefined }];
    });
    await changeMdb(this.#launcher, view.index, changes);
    const gone = new Set(over.map(({ port, group }) => keyOf(port, group)));
    const present = all.map(({ port, group }) => keyOf(port, group));
    this.#installed.reschedule(new Set(present.filter((key) => !gone.has(key))));
  }

  async #followBindings(): Promise<void> {
    await this.#guard.putTargets(this.#places.stations, await this.#guard.read());
  }

  /** One after the other, and never in the middle of an edit. */
  #inBackground(task: () => Promise<void>): void {
    const run = (): Promise<void> => (this.#closed ? Promise.resolve() : task());
    this.#queue.run(run).catch((error: unknown) => {
      this.#options.onFailure?.(error);
    });
  }
}

/** As it is written in the configuration. */
function originalMac(vm: Branch): string {
  return childValue(vm, 'mac-address') as string;
}
