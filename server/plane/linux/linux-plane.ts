/**
 * The data plane of the Linux kernel: sessions and their translations in connection tracking, mappings of
 * their own and freezing by nftables, in one network namespace.
 */
import type { Branch } from '../../../src/data/index.ts';
import { modeOf, vmId } from '../../../src/sami/index.ts';
import type { Clock } from '../../../src/util/index.ts';
import type { SchemaContext } from '../../../src/yang/index.ts';
import { Launcher } from '../kit/launcher.ts';
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
import { CounterKeeper } from './accounting/counter-keeper.ts';
import { Background } from './background.ts';
import { Applier } from './change/apply.ts';
import { expectedMappings, limited, outstanding } from './change/capacity.ts';
import type { TableLimits } from './change/capacity.ts';
import { restoreLifetimes } from './change/lifetimes.ts';
import { checkPlans } from './change/prepare.ts';
import { planVm } from './change/vm-plan.ts';
import { FreezeTable } from './freeze-table.ts';
import { openKernel } from './kernel.ts';
import type { Kernel } from './kernel.ts';
import { NAT_KIND, SESSION_KIND, TableModel } from './model/table-model.ts';
import { NatMaps } from './nat/nat-maps.ts';
import type { RelayProgram } from '../kit/netlink/relay-script.ts';
import { VmReader } from './vm-reader.ts';
import { VmRecords } from './vm-records.ts';
import { Watches } from './watch/watches.ts';

export interface LinuxPlaneOptions {
  readonly schema: SchemaContext;
  readonly clock: Clock;
  /** Name of the network namespace to serve; that of this process when absent. */
  readonly netns?: string;
  /** Kinds to serve, among them 'session'; all that the schema has when absent. */
  readonly kinds?: readonly string[];
  readonly limits?: TableLimits;
  /** Path of the file that keeps counters over a restart; without it they are lost then. */
  readonly counterFile?: string;
  /**
   * A VM with up to so many sessions has all their counters reported once more when it is frozen; it has to
   * wait some 10 ms for 1 000. Of others, what counted after the last report stays behind.
   */
  readonly finalCounters?: number;
  /** Programs that may lend a netlink socket, in the order in which they are tried. */
  readonly relayPrograms?: readonly RelayProgram[];
  /** Room for events that were not read in time. */
  readonly eventBufferBytes?: number;
}

const FINAL_COUNTERS = 1000;

/** What is there once the kernel has been reached. */
interface Parts extends Kernel {
  readonly maps: NatMaps;
  readonly applier: Applier;
  readonly reader: VmReader;
  readonly watches: Watches;
  readonly keeper: CounterKeeper;
}

export class LinuxDataPlane implements DataPlane {
  readonly name = 'linux';
  readonly kinds: readonly string[];
  readonly #options: LinuxPlaneOptions;
  readonly #model: TableModel;
  readonly #launcher: Launcher;
  readonly #freeze: FreezeTable;
  readonly #records = new VmRecords();
  readonly #background = new Background();
  #partsIfStarted: Parts | undefined;

  constructor(options: LinuxPlaneOptions) {
    this.#options = options;
    this.#model = new TableModel(options.schema, options.kinds);
    this.kinds = this.#model.kinds;
    this.#launcher = new Launcher(options.netns);
    this.#freeze = new FreezeTable(this.#launcher);
  }

  async start(vms: readonly Branch[]): Promise<void> {
    const { clock, relayPrograms, eventBufferBytes } = this.#options;
    const launcher = this.#launcher;
    const kernel = await openKernel({ launcher, clock, relayPrograms, eventBufferBytes });
    const parts = this.#assemble(kernel);
    this.#partsIfStarted = parts;
    for (const vm of vms) this.#records.of(vm);
    await this.#freeze.put(this.#records.frozen());
    await this.#dropStandby(parts);
    await parts.keeper.start();
  }

  async support(): Promise<readonly KindSupport[]> {
    const { table, settings } = this.#parts;
    const { limits = {} } = this.#options;
    const { maximum } = limited(await table.size(), limits);
    const forwarding = await this.#freeze.canForward();
    const features = [...settings.features, ...(forwarding ? ['in-flight-forward'] : [])];
    const session = { kind: SESSION_KIND, limit: BigInt(maximum), features };
    if (!this.#model.nat) return [session];
    const limit = limits.nat === undefined ? undefined : BigInt(limits.nat);
    return [session, { kind: NAT_KIND, limit, features: NAT_FEATURES }];
  }

  async use(): Promise<readonly KindUse[]> {
    const { table, maps } = this.#parts;
    const { entries } = await table.size();
    let reserved = 0;
    let expected = 0;
    for (const { vm } of this.#records) {
      reserved += outstanding(this.#model, vm);
      expected += expectedMappings(this.#model, vm);
    }
    const session = { kind: SESSION_KIND, used: BigInt(entries), reserved: BigInt(reserved) };
    if (!this.#model.nat) return [session];
    let mappings = (await maps.read()).length;
    // A limit is about mappings in the maps: those that sessions make count as sessions.
    if (this.#options.limits?.nat === undefined) {
      for await (const batch of table.dumpTranslated()) mappings += batch.length;
    }
    return [session, { kind: NAT_KIND, used: BigInt(mappings), reserved: BigInt(expected) }];
  }

  async prepare(changes: readonly VmChange[]): Promise<PreparedChange> {
    const plans = changes.map((change) =>
      planVm(this.#model, change, this.#records.get(change.id)?.settled ?? true),
    );
    const touched = new Set(changes.map(({ id }) => id));
    const others = [...this.#records].filter(({ id }) => !touched.has(id)).map(({ vm }) => vm);
    const { table, maps, applier } = this.#parts;
    const { limits = {} } = this.#options;
    await checkPlans(plans, {
      model: this.#model,
      table,
      maps,
      freeze: this.#freeze,
      limits,
      others,
    });
    return { apply: () => applier.apply(plans), abort: () => Promise.resolve() };
  }

  settle(vms: readonly Branch[]): Promise<void> {
    const { table, keeper } = this.#parts;
    for (const vm of vms) {
      const raised = this.#records.get(vmId(vm))?.settle(this.#model, this.#options.clock.now());
      if (raised) this.#background.run(restoreLifetimes(table, this.#model.session, raised));
    }
    if (table.carried.size > 0) this.#background.run(keeper.sweep());
    return Promise.resolve();
  }

  async *read(request: ReadRequest): AsyncIterable<readonly Branch[]> {
    const { list, keys, vm } = request;
    const { session, nat } = this.#model;
    const { reader } = this.#parts;
    if (list === session.list) yield* keys ? reader.session(vm, keys) : reader.sessions(vm);
    else if (list === nat?.list) yield* reader.mappings(vm, keys);
    else throw new Error(`the linux data plane does not serve list "${list.name}"`);
  }

  async watch(vm: Branch, onChange: (change: TableChange) => void): Promise<Watch> {
    const { watches } = this.#parts;
    const record = this.#records.of(vm);
    const watch = await watches.add(record, onChange);
    return { close: () => watches.remove(record, watch, onChange) };
  }

  async tables(vm: Branch): Promise<readonly TableState[]> {
    const record = this.#records.get(vmId(vm));
    const loaded = record?.loadedStates(this.#model);
    if (loaded) return loaded;
    const { watches, reader, silent } = this.#parts;
    if (record?.watch) return record.watch.states();
    if (record && !silent) return (await watches.count(record)).states();
    return reader.states(vm);
  }

  async close(): Promise<void> {
    const parts = this.#partsIfStarted;
    if (!parts) return;
    parts.watches.close();
    await this.#background.idle();
    await parts.keeper.close();
    this.#partsIfStarted = undefined;
    parts.maps.close();
    await parts.events.close();
    await parts.table.close();
    // While a VM is frozen, its packets have to stay out also when the server is not there.
    if (this.#records.frozen().length === 0) await this.#freeze.remove();
  }

  get #parts(): Parts {
    if (!this.#partsIfStarted) throw new Error('the linux data plane is not started');
    return this.#partsIfStarted;
  }

  #assemble(kernel: Kernel): Parts {
    const { clock, counterFile: file, finalCounters = FINAL_COUNTERS } = this.#options;
    const model = this.#model;
    const records = this.#records;
    const background = this.#background;
    const { table, events, silent } = kernel;
    const maps = new NatMaps(this.#launcher, clock);
    const freeze = this.#freeze;
    const watched = { model, table, stream: events, silent, finalCounters };
    return {
      ...kernel,
      maps,
      applier: new Applier({ model, table, maps, freeze, records, clock, background }),
      reader: new VmReader(model, table, maps),
      watches: new Watches({ ...watched, maps: model.nat && maps, clock, background }),
      keeper: new CounterKeeper({ table, clock, file, addresses: () => records.addresses }),
    };
  }

  /** After a restart a VM in standby has no entries: whoever moves it copies them again. */
  async #dropStandby({ applier, maps }: Parts): Promise<void> {
    const waiting = [...this.#records].filter(({ vm }) => modeOf(vm) === 'standby');
    if (waiting.length === 0) return;
    for (const record of waiting) {
      await applier.clear(record.addresses, record.id);
      record.beginLoading(this.#options.clock.now());
    }
    if (!this.#model.nat) return;
    const own = new Set(waiting.flatMap(({ addresses }) => addresses));
    const remove = (await maps.read()).filter(({ internal }) => own.has(internal));
    await maps.change({ remove, set: [] });
  }
}

const NAT_FEATURES = ['source-translation', 'destination-translation', 'configured-mappings'];
