/**
 * A data plane without a kernel: tables in memory (and in a file that outlives the process), and a model
 * of a device that forwards packets by them. It serves every kind that the schema has; kinds that the
 * model knows nothing of are stored, moved and counted like the others.
 */
import type { Branch, DataList } from '../../../src/data/index.ts';
import { entriesOf, modeOf, vmId } from '../../../src/sami/index.ts';
import type { SchemaContext } from '../../../src/yang/index.ts';
import type { Clock } from '../../../src/util/index.ts';
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
import type { Limits } from './tables/capacity.ts';
import { Catalog } from '../kit/catalog.ts';
import { ChangeChecker, applyChange } from './tables/change.ts';
import { FEATURES } from './model/features.ts';
import { Forwarder } from './model/forwarder.ts';
import type { Packet, Verdict } from './model/packet.ts';
import { Persistence } from './tables/persistence.ts';
import { completePolicy } from './model/policy.ts';
import type { PolicyOptions } from './model/policy.ts';
import { Sweeper } from './tables/sweeper.ts';
import { syntheticSessions } from './synthetic.ts';
import { TableStore } from './tables/table-store.ts';

export interface SimulatedPlaneOptions {
  readonly clock: Clock;
  /** Kinds to serve; all that the schema has when absent. */
  readonly kinds?: readonly string[];
  /** Entries that fit, by kind; no limit for a kind that is not named. */
  readonly limits?: Limits;
  /** File in which the dynamic tables outlive the process; they do not when absent. */
  readonly stateFile?: string;
  /** Told when the state file can no longer be written; the plane goes on without it. */
  readonly onStateFileFailure?: (error: unknown) => void;
  /** What the device itself is configured to do. */
  readonly policy?: PolicyOptions;
}

const READ_BATCH = 1_000;

export class SimulatedPlane implements DataPlane {
  readonly name = 'simulated';
  readonly kinds: readonly string[];
  readonly #catalog: Catalog;
  readonly #store: TableStore;
  readonly #checker: ChangeChecker;
  readonly #forwarder: Forwarder;
  readonly #sweeper: Sweeper;
  readonly #persistence: Persistence | undefined;
  /** Lists that left the configuration because their entries became the plane's own. */
  readonly #settled = new WeakSet<DataList>();

  constructor(context: SchemaContext, options: SimulatedPlaneOptions) {
    const { clock, kinds, limits = {}, stateFile, policy } = options;
    this.#catalog = new Catalog(context, kinds);
    this.kinds = this.#catalog.kinds.map(({ name }) => name);
    this.#store = new TableStore(this.#catalog, clock, limits);
    this.#checker = new ChangeChecker(this.#store);
    this.#forwarder = new Forwarder(this.#store, clock, completePolicy(policy));
    const onFailure = options.onStateFileFailure ?? ((): void => undefined);
    this.#persistence =
      stateFile === undefined
        ? undefined
        : new Persistence(stateFile, { store: this.#store, context, onFailure });
    this.#sweeper = new Sweeper(
      this.#store,
      clock,
      (vm, table, row) => {
        this.#forwarder.expire(vm, table, row);
      },
      () => this.#persistence?.flush(),
    );
  }

  /** Reads the tables back that the last process left behind. */
  start(vms: readonly Branch[]): Promise<void> {
    this.#persistence?.load();
    for (const config of vms) {
      const vm = this.#store.obtain(vmId(config));
      const standby = modeOf(config) === 'standby';
      for (const table of this.#catalog.tables) {
        const { kind, list } = table;
        if (!kind.ephemeral) vm.replace(table, entriesOf(config, kind, list));
        else if (standby) vm.replace(table, undefined);
      }
      this.#store.configure(vm, config);
    }
    this.#persistence?.flush();
    this.#sweeper.start();
    return Promise.resolve();
  }

  support(): Promise<readonly KindSupport[]> {
    const { capacity } = this.#store;
    return Promise.resolve(
      this.#catalog.kinds.map(({ name }) => {
        const limit = capacity.limit(name);
        return {
          kind: name,
          limit: limit === undefined ? undefined : BigInt(limit),
          features: FEATURES[name] ?? [],
        };
      }),
    );
  }

  use(): Promise<readonly KindUse[]> {
    const { capacity } = this.#store;
    return Promise.resolve(
      this.#catalog.kinds.map((kind) => ({
        kind: kind.name,
        used: BigInt(capacity.used(kind.name)),
        reserved: BigInt(capacity.reserved(kind)),
      })),
    );
  }

  // An async function, so that a refusal is a rejected promise.
  // eslint-disable-next-line @typescript-eslint/require-await
  async prepare(changes: readonly VmChange[]): Promise<PreparedChange> {
    const release = this.#checker.check(changes);
    return {
      apply: () => {
        release();
        for (const change of changes) this.#apply(change);
        this.#persistence?.flush();
        return Promise.resolve();
      },
      abort: () => {
        release();
        return Promise.resolve();
      },
    };
  }

  settle(vms: readonly Branch[]): Promise<void> {
    for (const vm of vms) {
      this.#store.vm(vmId(vm))?.arrived.settle();
      for (const { kind, list } of this.#catalog.tables) {
        const entries = kind.ephemeral ? entriesOf(vm, kind, list) : undefined;
        if (entries) this.#settled.add(entries);
      }
    }
    return Promise.resolve();
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async *read({ vm, list, keys }: ReadRequest): AsyncIterable<readonly Branch[]> {
    const schema = this.#catalog.forList(list);
    const table = schema && this.#store.vm(vmId(vm))?.table(schema);
    if (!table) return;
    if (keys) {
      const row = table.rows.find(keys);
      if (row) yield [table.present(row)];
      return;
    }
    for (const batch of table.rows.batches(READ_BATCH)) {
      yield batch.map((row) => table.present(row));
    }
  }

  watch(vm: Branch, onChange: (change: TableChange) => void): Promise<Watch> {
    return Promise.resolve(this.#store.watchers.watch(vmId(vm), onChange));
  }

  tables(vm: Branch): Promise<readonly TableState[]> {
    const state = this.#store.vm(vmId(vm));
    const none = { entries: 0, digest: '0'.repeat(16) };
    return Promise.resolve(state?.states() ?? this.kinds.map((kind) => ({ kind, ...none })));
  }

  close(): Promise<void> {
    this.#sweeper.stop();
    this.#store.watchers.close();
    this.#persistence?.close();
    return Promise.resolve();
  }

  /** What becomes of a packet, now. Tables change as it says. */
  forward(packet: Packet): Verdict {
    const verdict = this.#forwarder.forward(packet);
    this.#persistence?.flush();
    return verdict;
  }

  /**
   * Adds synthetic sessions to a VM until it has `sessions` in all, as far as they fit. Returns the
   * number added.
   */
  fill(vm: string, sessions: number): number {
    const table = this.#catalog.find('session', 'session');
    const state = this.#store.vm(vm);
    const [address] = state?.addresses ?? [];
    if (!table || !state || address === undefined) return 0;
    const { rows } = state.table(table);
    const free = this.#store.capacity.freeFor(table.kind, new Set([vm])) - rows.size;
    const count = Math.max(0, Math.min(sessions - rows.size, free));
    const edited = rows.edit();
    for (let from = 0; edited.size < rows.size + count; from += count) {
      const missing = rows.size + count - edited.size;
      for (const row of syntheticSessions(table, { address, from, count: missing }))
        edited.set(row);
    }
    state.replace(table, edited.done());
    this.#persistence?.flush();
    return count;
  }

  #apply(change: VmChange): void {
    // What was still to be told of the tables comes before anything that the change does to them.
    this.#store.watchers.flush(change.id);
    applyChange(this.#store, change, this.#settled);
    this.#store.watchers.flush(change.id);
  }
}
