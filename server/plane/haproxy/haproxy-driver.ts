/** Stickiness on HAProxy: groups are its stick tables, entries are theirs. */
import type { Branch } from '../../../src/data/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import { vmId } from '../../../src/sami/index.ts';
import type { Clock } from '../../../src/util/index.ts';
import type { Logger } from '../../logger.ts';
import { SerialQueue } from '../../serial-queue.ts';
import type { TableSchema } from '../kit/catalog.ts';
import type { TableDriver, VmEdit } from '../kit/driver.ts';
import { ownerOf } from '../kit/ownership.ts';
import type { KindSupport } from '../plane.ts';
import { AwaitedEntries } from './awaited-entries.ts';
import { Deadlines } from './deadlines.ts';
import { HaproxyDevice } from './device.ts';
import type { PeersOption } from './device.ts';
import { groupsOf } from './groups.ts';
import type { NameMapping } from './groups.ts';
import { rowOf, serverOf } from './rows.ts';
import { VmChecker } from './vm-check.ts';
import { WorkPlanner } from './work-planner.ts';
import { Writer } from './writer.ts';

export const HAPROXY_KINDS = ['sticky-group', 'sticky'] as const;

export interface HaproxyDriverOptions {
  /** Path of the UNIX socket of the Runtime API, with level admin. */
  readonly socket: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Kinds to serve; both when absent. */
  readonly kinds?: readonly string[];
  readonly mapping?: NameMapping;
  readonly peers?: PeersOption | undefined;
}

export class HaproxyDriver implements TableDriver {
  readonly name = 'haproxy';
  readonly kinds: readonly string[];
  readonly #device: HaproxyDevice;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #mapping: NameMapping;
  readonly #deadlines: Deadlines;
  readonly #writer: Writer;
  readonly #awaited: AwaitedEntries;
  readonly #checker: VmChecker;
  readonly #planner: WorkPlanner;
  /** Changes of HAProxy's tables, one after the other. */
  readonly #changes = new SerialQueue();
  #process: string | undefined;
  #changed: () => void = () => undefined;

  constructor({ socket, clock, logger, kinds, mapping, peers }: HaproxyDriverOptions) {
    this.kinds = kinds ?? HAPROXY_KINDS;
    this.#device = new HaproxyDevice(socket, peers);
    this.#clock = clock;
    this.#logger = logger;
    this.#mapping = mapping ?? { tables: new Map(), backends: new Map() };
    this.#deadlines = new Deadlines(clock, (table, clients) =>
      this.#changes.run(() => this.#sweep(table, clients)),
    );
    this.#writer = new Writer(this.#device, clock, this.#deadlines);
    this.#awaited = new AwaitedEntries(this.#mapping);
    this.#checker = new VmChecker(this.#device, this.#mapping, this.#awaited);
    this.#planner = new WorkPlanner(this.#device, this.#mapping);
  }

  /** Nothing is set up: tables are HAProxy's configuration, and entries are its own. */
  async open(edits: readonly VmEdit[]): Promise<void> {
    this.#process = await this.#device.identify();
    this.#awaited.note(edits);
  }

  support(): Promise<readonly KindSupport[]> {
    const keys = [
      'ipv4',
      'ipv6',
      'string',
      'integer',
      ...(this.#device.hasPeers ? ['binary'] : []),
    ];
    const data = ['counters', 'rates', 'tags', ...(this.#device.hasPeers ? ['arrays'] : [])];
    const features: Readonly<Record<string, readonly string[]>> = {
      'sticky-group': ['existing-tables'],
      sticky: [...keys, ...data],
    };
    return Promise.resolve(
      this.kinds.map((kind) => ({ kind, limit: undefined, features: features[kind] ?? [] })),
    );
  }

  async *read(vm: Branch, table: TableSchema): AsyncIterable<readonly Branch[]> {
    const groups = groupsOf(vm, this.#mapping);
    if (table.kind.name !== 'sticky' || groups.length === 0) return;
    await this.#noteProcess();
    const servers = await this.#device.servers();
    const owner = ownerOf(vm);
    for (const group of groups) {
      const now = this.#clock.now();
      let unreadable = 0;
      for await (const batch of this.#device.entries(group.table)) {
        const rows: Branch[] = [];
        for (const entry of batch) {
          const left = this.#deadlines.left(group.table, entry, now);
          const row = rowOf(table.list, entry, group, serverOf(entry, group, servers), left);
          if (!row) unreadable += 1;
          else if (!owner.violation(row)) rows.push(row);
        }
        if (rows.length > 0) yield rows;
      }
      if (unreadable > 0) {
        const fields = { plane: this.name, vm: vmId(vm), table: group.table, entries: unreadable };
        this.#logger.log('warning', 'haproxy-keys-not-text', fields);
      }
    }
  }

  async check(edits: readonly VmEdit[]): Promise<readonly RpcError[]> {
    if (!edits.some(({ after, tables }) => after && tables.length > 0)) return [];
    await this.#noteProcess();
    const servers = await this.#device.servers();
    const errors: RpcError[] = [];
    for (const edit of edits) errors.push(...(await this.#checker.check(edit, servers)));
    return errors;
  }

  apply(edits: readonly VmEdit[]): Promise<void> {
    return this.#changes.run(() => this.#apply(edits));
  }

  settle(vms: readonly Branch[]): Promise<void> {
    for (const vm of vms) this.#planner.settle(vmId(vm));
    return Promise.resolve();
  }

  onChange(changed: () => void): void {
    this.#changed = changed;
  }

  close(): Promise<void> {
    this.#deadlines.close();
    return Promise.resolve();
  }

  async #apply(edits: readonly VmEdit[]): Promise<void> {
    const plan = await this.#planner.plan(edits);
    await this.#writer.run(plan.works);
    plan.commit();
    this.#awaited.note(edits);
  }

  /** Another process has empty tables, or those that its predecessor has taught it. */
  async #noteProcess(): Promise<void> {
    const process = await this.#device.identify();
    if (process === this.#process) return;
    const fields = { plane: this.name, before: this.#process, after: process };
    this.#logger.log('warning', 'haproxy-restarted', fields);
    this.#process = process;
  }

  /** The time of these entries is over, unless their clients have come again. */
  async #sweep(table: string, clients: readonly string[]): Promise<void> {
    try {
      const shape = await this.#device.shape(table);
      if (!shape) return;
      const now = this.#clock.now();
      const entries = [...(await this.#device.present(shape, clients)).values()];
      const over = entries.filter((entry) => this.#deadlines.current(table, entry, now));
      await this.#writer.clear(shape, over);
      this.#changed();
    } catch (error) {
      this.#logger.log('error', 'haproxy-sweep-failed', { plane: this.name, table, error });
    }
  }
}
