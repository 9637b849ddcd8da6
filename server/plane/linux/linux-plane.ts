/**
 * The data plane of the Linux kernel: sessions and their translations in connection tracking, freezing
 * by nftables, in one network namespace.
 */
import { endianness } from 'node:os';
import type { Branch } from '../../../src/data/index.ts';
import { modeOf, vmAddresses, vmId } from '../../../src/sami/index.ts';
import type { LeafValue, SchemaContext } from '../../../src/yang/index.ts';
import type { Clock, Timer } from '../../../src/util/index.ts';
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
import { outstanding } from './change/capacity.ts';
import {
  leaseSeconds,
  refreshDue,
  refreshLifetimes,
  restoreLifetimes,
} from './change/lifetimes.ts';
import { loadEntries } from './change/load.ts';
import { checkPlans } from './change/prepare.ts';
import { isAway, planVm } from './change/vm-plan.ts';
import type { VmPlan } from './change/vm-plan.ts';
import { concerns } from './conntrack/entry.ts';
import type { Entry } from './conntrack/entry.ts';
import { ConntrackTable } from './conntrack/table.ts';
import { FreezeTable } from './freeze-table.ts';
import { Launcher, ToolError } from '../kit/launcher.ts';
import { mappingsOf, MappingUse, mappingKey } from './model/nat-rows.ts';
import { NAT_KIND, SESSION_KIND, TableModel } from './model/table-model.ts';
import { AddressSet } from './netlink/address.ts';
import { NetlinkRelay } from './netlink/relay.ts';
import { RELAY_PROGRAMS } from './netlink/relay-script.ts';
import type { RelayProgram } from './netlink/relay-script.ts';
import { readSettings, reportAllEvents } from './settings.ts';
import type { Settings } from './settings.ts';
import { frozenAddresses, VmRecord } from './vm-record.ts';
import { EventStream } from './watch/event-stream.ts';
import { VmWatch } from './watch/vm-watch.ts';

export interface LinuxPlaneOptions {
  readonly schema: SchemaContext;
  readonly clock: Clock;
  /** Name of the network namespace to serve; that of this process when absent. */
  readonly netns?: string;
  /** Programs that may lend a netlink socket, in the order in which they are tried. */
  readonly relayPrograms?: readonly RelayProgram[];
  /** Room for events that were not read in time. */
  readonly eventBufferBytes?: number;
}

/** How long the count of a VM's entries is kept up to date after somebody asked for it. */
const COUNT_KEPT_MS = 10_000;

/** What is there once the tools have been found. */
interface Kernel {
  readonly table: ConntrackTable;
  readonly events: EventStream;
  readonly settings: Settings;
  /** Entries from before the start may change without the kernel saying so. */
  readonly silent: boolean;
}

export class LinuxDataPlane implements DataPlane {
  readonly name = 'linux';
  readonly kinds: readonly string[];
  readonly #options: LinuxPlaneOptions;
  readonly #model: TableModel;
  readonly #launcher: Launcher;
  readonly #freeze: FreezeTable;
  readonly #records = new Map<string, VmRecord>();
  readonly #background = new Set<Promise<void>>();
  readonly #counting = new Map<string, Timer>();
  #kernelIfStarted: Kernel | undefined;

  constructor(options: LinuxPlaneOptions) {
    this.#options = options;
    this.#model = new TableModel(options.schema);
    this.kinds = this.#model.kinds;
    this.#launcher = new Launcher(options.netns);
    this.#freeze = new FreezeTable(this.#launcher);
  }

  async start(vms: readonly Branch[]): Promise<void> {
    if (endianness() !== 'LE')
      throw new Error('the linux data plane needs a little-endian machine');
    const program = await this.#findRelay();
    const launcher = this.#launcher;
    const table = new ConntrackTable(launcher, program);
    const { clock, eventBufferBytes: receiveBytes = 32 << 20 } = this.#options;
    const { entries } = await table.size();
    const silent = !(await reportAllEvents(launcher)) && entries > 0;
    const events = new EventStream({ launcher, program, table, clock, receiveBytes });
    this.#kernelIfStarted = { table, events, settings: await readSettings(launcher), silent };
    for (const vm of vms) this.#records.set(vmId(vm), new VmRecord(vm));
    await this.#freeze.put(vms.flatMap(frozenAddresses));
    for (const record of this.#records.values()) {
      if (modeOf(record.vm) !== 'standby') continue;
      await this.#clear(record.addresses, record.id);
      record.beginLoading(clock.now());
    }
  }

  async support(): Promise<readonly KindSupport[]> {
    const { table, settings } = this.#kernel;
    const { maximum } = await table.size();
    const forwarding = await this.#freeze.canForward();
    const features = [...settings.features, ...(forwarding ? ['in-flight-forward'] : [])];
    const session = { kind: SESSION_KIND, limit: BigInt(maximum), features };
    if (!this.#model.nat) return [session];
    return [session, { kind: NAT_KIND, limit: undefined, features: ['session-mappings'] }];
  }

  async use(): Promise<readonly KindUse[]> {
    const { table } = this.#kernel;
    const { entries } = await table.size();
    let reserved = 0;
    for (const { vm } of this.#records.values()) reserved += outstanding(this.#model, vm);
    const session = { kind: SESSION_KIND, used: BigInt(entries), reserved: BigInt(reserved) };
    if (!this.#model.nat) return [session];
    let translated = 0;
    for await (const batch of table.dumpTranslated()) translated += batch.length;
    return [session, { kind: NAT_KIND, used: BigInt(translated), reserved: 0n }];
  }

  async prepare(changes: readonly VmChange[]): Promise<PreparedChange> {
    const plans = changes.map((change) =>
      planVm(this.#model, change, this.#recordOf(change)?.settled ?? true),
    );
    const touched = new Set(changes.map(idOf));
    const others = [...this.#records.values()]
      .filter(({ id }) => !touched.has(id))
      .map(({ vm }) => vm);
    const { table } = this.#kernel;
    await checkPlans(plans, { model: this.#model, table, freeze: this.#freeze, others });
    return {
      apply: () => this.#apply(plans),
      abort: () => Promise.resolve(),
    };
  }

  settle(vms: readonly Branch[]): Promise<void> {
    const { table } = this.#kernel;
    for (const vm of vms) {
      const raised = this.#records.get(vmId(vm))?.settle(this.#model, this.#options.clock.now());
      if (raised) this.#inBackground(restoreLifetimes(table, this.#model.session, raised));
    }
    return Promise.resolve();
  }

  async *read(request: ReadRequest): AsyncIterable<readonly Branch[]> {
    const { list, keys, vm } = request;
    const { session, nat } = this.#model;
    if (list === session.list) {
      if (keys) yield* this.#readSession(vm, keys);
      else yield* this.#readSessions(vm);
    } else if (list === nat?.list) yield* this.#readMappings(vm, keys);
    else throw new Error(`the linux data plane does not serve list "${list.name}"`);
  }

  async watch(vm: Branch, onChange: (change: TableChange) => void): Promise<Watch> {
    const record = this.#records.get(vmId(vm)) ?? new VmRecord(vm);
    this.#records.set(record.id, record);
    const watch = await this.#watch(record, onChange);
    return { close: () => this.#unwatch(record, watch, onChange) };
  }

  async tables(vm: Branch): Promise<readonly TableState[]> {
    const record = this.#records.get(vmId(vm));
    const loaded = record?.loadedStates(this.#model);
    if (loaded) return loaded;
    if (record?.watch) return record.watch.states();
    if (record && !this.#kernel.silent) return (await this.#count(record)).states();
    const addresses = vmAddresses(vm);
    const dump = this.#kernel.table.dump(new AddressSet(addresses));
    return this.#model.statesOf(dump, addresses);
  }

  async close(): Promise<void> {
    const kernel = this.#kernelIfStarted;
    if (!kernel) return;
    this.#kernelIfStarted = undefined;
    for (const timer of this.#counting.values()) timer.cancel();
    await Promise.allSettled(this.#background);
    await kernel.events.close();
    await kernel.table.close();
    // While a VM is frozen, its packets have to stay out also when the server is not there.
    const anyFrozen = [...this.#records.values()].some(({ frozen }) => frozen);
    if (!anyFrozen) await this.#freeze.remove();
  }

  get #kernel(): Kernel {
    if (!this.#kernelIfStarted) throw new Error('the linux data plane is not started');
    return this.#kernelIfStarted;
  }

  async #apply(plans: readonly VmPlan[]): Promise<void> {
    const before = this.#frozenNow();
    const after = this.#frozenAfter(plans);
    const both = [
      ...after,
      ...before.filter(({ address }) => !after.some((a) => a.address === address)),
    ];
    // Freeze first and thaw last: in between no packet may meet tables that are half of each.
    if (!sameFrozen(both, before)) await this.#freeze.put(both);
    for (const plan of plans) {
      if (plan.after === 'frozen') await this.#recordOf(plan.change)?.watch?.freeze();
    }
    for (const plan of plans) await this.#applyEntries(plan);
    if (!sameFrozen(after, both)) await this.#freeze.put(after);
    for (const plan of plans) this.#remember(plan);
  }

  async #applyEntries(plan: VmPlan): Promise<void> {
    const { table } = this.#kernel;
    const { session } = this.#model;
    const { change } = plan;
    if (plan.clear) await this.#clear(plan.addresses, idOf(change));
    const least = change.after && isAway(plan) ? leaseSeconds(change.after) : 0;
    const lasting = (entry: Entry): Entry =>
      (entry.timeout ?? 0) >= least ? entry : { ...entry, timeout: least };
    const shared = this.#ownedByOthers(idOf(change));
    await loadEntries(table, {
      // Nothing is left to remove after a clearance.
      removed: plan.clear
        ? []
        : plan.sessions.removed
            .map((row) => session.toEntry(row))
            .filter((entry) => !shared(entry)),
      added: plan.added.map(lasting),
      changed: plan.changed.map(lasting),
    });
  }

  #remember(plan: VmPlan): void {
    const { change } = plan;
    const id = idOf(change);
    const now = this.#options.clock.now();
    const { after } = change;
    if (!after) {
      const record = this.#records.get(id);
      this.#records.delete(id);
      if (record?.watch) this.#inBackground(record.watch.stop());
      return;
    }
    const record = this.#records.get(id) ?? new VmRecord(after);
    this.#records.set(id, record);
    record.applied(plan, after, now);
    if (plan.after !== 'frozen') record.watch?.thaw();
    if (plan.after === 'standby') this.#refreshWhenDue(record, now);
  }

  #refreshWhenDue(record: VmRecord, now: number): void {
    const agedMs = record.agedMs(now);
    const entries = record.entries(this.#model);
    if (agedMs === undefined || !entries || !refreshDue(record.vm, agedMs)) return;
    record.refreshed(now);
    const seconds = leaseSeconds(record.vm);
    const { table } = this.#kernel;
    this.#inBackground(
      refreshLifetimes(table, this.#model.session, entries, seconds, agedMs / 1000),
    );
  }

  /** Removes the entries of a VM from the kernel, except those that another VM has part in. */
  async #clear(addresses: readonly string[], id: string): Promise<void> {
    const { table } = this.#kernel;
    const shared = this.#ownedByOthers(id);
    const removals: Promise<void>[] = [];
    try {
      // The kernel removes what was read while the rest is being read.
      for await (const entries of table.dump(new AddressSet(addresses))) {
        removals.push(table.remove(entries.filter((entry) => !shared(entry))));
      }
    } finally {
      await Promise.allSettled(removals);
    }
    await Promise.all(removals);
  }

  #ownedByOthers(id: string): (entry: Entry) => boolean {
    const addresses = new Set<string>();
    for (const record of this.#records.values()) {
      if (record.id !== id) record.addresses.forEach((address) => addresses.add(address));
    }
    return (entry) => addresses.size > 0 && concerns(entry, (address) => addresses.has(address));
  }

  async *#readSession(vm: Branch, keys: readonly LeafValue[]): AsyncIterable<readonly Branch[]> {
    const { session } = this.#model;
    const entry = await this.#kernel.table.get(session.keyFrom(keys));
    const own = new Set(vmAddresses(vm));
    if (entry && concerns(entry, (address) => own.has(address))) yield [session.toRow(entry)];
  }

  async *#readSessions(vm: Branch): AsyncIterable<readonly Branch[]> {
    const { session } = this.#model;
    for await (const entries of this.#kernel.table.dump(new AddressSet(vmAddresses(vm)))) {
      yield entries.map((entry) => session.toRow(entry));
    }
  }

  async *#readMappings(
    vm: Branch,
    keys: readonly LeafValue[] | undefined,
  ): AsyncIterable<readonly Branch[]> {
    const { nat } = this.#model;
    if (!nat) return;
    const addresses = vmAddresses(vm);
    const own = new Set(addresses);
    const uses = new MappingUse();
    for await (const entries of this.#kernel.table.dumpTranslated(new AddressSet(addresses))) {
      for (const entry of entries) {
        mappingsOf(entry, (address) => own.has(address)).forEach((mapping) => uses.add(mapping));
      }
    }
    const wanted = keys && mappingKey(nat.mappingFrom(keys));
    const mappings = [...uses.mappings()];
    const rows = mappings
      .filter((mapping) => wanted === undefined || mappingKey(mapping) === wanted)
      .map((mapping) => nat.toRow(mapping));
    if (rows.length > 0) yield rows;
  }

  async #watch(record: VmRecord, onChange: (change: TableChange) => void): Promise<VmWatch> {
    const { table, events, silent } = this.#kernel;
    const { addresses } = record;
    record.watch ??= new VmWatch({ model: this.#model, table, stream: events, addresses, silent });
    const { watch } = record;
    watch.add(onChange);
    try {
      await watch.start(record.frozen);
    } catch (error) {
      await this.#unwatch(record, watch, onChange);
      throw error;
    }
    return watch;
  }

  /**
   * Counting means reading the whole table. Whoever asks once asks again soon, or subscribes, so what has
   * been counted is kept up to date for a while.
   */
  async #count(record: VmRecord): Promise<VmWatch> {
    const ignore = (): void => undefined;
    const watch = await this.#watch(record, ignore);
    this.#counting.get(record.id)?.cancel();
    const timer = this.#options.clock.setTimer(COUNT_KEPT_MS, () => {
      this.#counting.delete(record.id);
      this.#inBackground(this.#unwatch(record, watch, ignore));
    });
    this.#counting.set(record.id, timer);
    return watch;
  }

  async #unwatch(
    record: VmRecord,
    watch: VmWatch,
    onChange: (change: TableChange) => void,
  ): Promise<void> {
    watch.remove(onChange);
    if (watch.watched || record.watch !== watch) return;
    record.watch = undefined;
    await watch.stop();
  }

  #frozenNow(): ReturnType<typeof frozenAddresses> {
    return [...this.#records.values()].flatMap(({ vm }) => frozenAddresses(vm));
  }

  #frozenAfter(plans: readonly VmPlan[]): ReturnType<typeof frozenAddresses> {
    const vms = new Map([...this.#records.values()].map(({ id, vm }) => [id, vm]));
    for (const { change } of plans) {
      if (change.after) vms.set(idOf(change), change.after);
      else vms.delete(idOf(change));
    }
    return [...vms.values()].flatMap(frozenAddresses);
  }

  #recordOf(change: VmChange): VmRecord | undefined {
    return this.#records.get(idOf(change));
  }

  /** Work that nobody waits for. When it fails, entries keep a lifetime that is too long. */
  #inBackground(work: Promise<void>): void {
    const task = work
      .catch(() => undefined)
      .finally(() => {
        this.#background.delete(task);
      });
    this.#background.add(task);
  }

  /** The first program that is there and may open a netlink socket. */
  async #findRelay(): Promise<RelayProgram> {
    const programs = this.#options.relayPrograms ?? RELAY_PROGRAMS;
    const reasons: string[] = [];
    for (const program of programs) {
      try {
        const relay = await NetlinkRelay.open(this.#launcher, { program });
        await relay.close();
        return program;
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        reasons.push(error.message);
      }
    }
    throw new Error(`the linux data plane cannot reach the kernel: ${reasons.join('; ')}`);
  }
}

function idOf({ id }: VmChange): string {
  return id;
}

function sameFrozen(
  a: ReturnType<typeof frozenAddresses>,
  b: ReturnType<typeof frozenAddresses>,
): boolean {
  const text = (list: typeof a): string =>
    list
      .map(({ address, nextHop }) => `${address} ${nextHop ?? ''}`)
      .sort()
      .join('\n');
  return text(a) === text(b);
}
