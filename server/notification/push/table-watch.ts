/**
 * The tables of VMs that a subscription selects: one VM, several or all, those included that come while it is
 * there. Tables belong to the data planes unless their VM is in standby; then they are configuration.
 */
import type { Branch, ListSelection, Selection } from '../../../src/data/index.ts';
import { modeOf, vmId } from '../../../src/sami/index.ts';
import type { ListNode } from '../../../src/yang/index.ts';
import type { VmTree } from '../../datastore/vm-tree.ts';
import { namingPlane } from '../../plane/plane-failure.ts';
import type { DataPlane, TableChange, VmChange, Watch } from '../../plane/plane.ts';
import { rowTarget } from './target.ts';

export interface TableListener {
  /** `isSet` is false for an entry that is gone. */
  onRow(table: WatchedTable, row: Branch, isSet: boolean): void;
  /** Changes are missing. */
  onLost(): void;
}

/** One table of one VM. */
export interface WatchedTable {
  readonly list: ListNode;
  /** What is selected of its entries; undefined for all of them. */
  readonly selection: ListSelection | undefined;
  /** Target of the list, without keys. */
  readonly target: string;
  readonly ancestors: readonly string[];
}

export interface TableWatchOptions {
  readonly vmTree: VmTree;
  readonly planes: readonly DataPlane[];
  readonly listener: TableListener;
}

interface WatchedVm {
  vm: Branch;
  tables: ReadonlyMap<ListNode, WatchedTable>;
  watches: readonly Watch[];
  /** Targets of entries that changed while the tables are read. */
  changed: Set<string> | undefined;
}

export class TableWatch {
  readonly #options: TableWatchOptions;
  readonly #vms = new Map<string, WatchedVm>();
  #closed = false;

  constructor(options: TableWatchOptions) {
    this.#options = options;
  }

  /** Watches the VMs that are selected, all of their planes or none. Throws what a plane throws. */
  async start(running: Branch, view: Selection | undefined): Promise<void> {
    const vms = [...(this.#options.vmTree.vms(running) ?? [])];
    const opening = vms.map((vm) => this.#open(vm, this.#tablesOf(vm, view)));
    const failed = (await Promise.allSettled(opening)).find((it) => it.status === 'rejected');
    if (!failed) return;
    await this.close();
    throw failed.reason;
  }

  /** Follows what happened to VMs. What cannot be watched counts as lost. */
  update(changes: readonly VmChange[], view: Selection | undefined): void {
    for (const { id, after } of changes) {
      const watched = this.#vms.get(id);
      if (!after) {
        this.#vms.delete(id);
        if (watched) void closeAll(watched.watches);
      } else if (watched) {
        watched.vm = after;
        watched.tables = this.#tablesOf(after, view);
      } else void this.#arrive(after, view);
    }
  }

  /** Something else is selected, or may be read. */
  async reselect(running: Branch, view: Selection | undefined): Promise<void> {
    for (const vm of this.#options.vmTree.vms(running) ?? []) {
      const watched = this.#vms.get(vmId(vm));
      const tables = this.#tablesOf(vm, view);
      if (watched) watched.tables = tables;
      else await this.#open(vm, tables);
    }
  }

  /** How many VMs have tables that are selected. */
  get size(): number {
    return this.#vms.size;
  }

  /** Whether tables of the VM are selected. */
  selects(vm: Branch): boolean {
    return (this.#vms.get(vmId(vm))?.tables.size ?? 0) > 0;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const vms = [...this.#vms.values()];
    this.#vms.clear();
    await Promise.all(vms.map(({ watches }) => closeAll(watches)));
  }

  /** The tables of a VM that are selected. */
  #tablesOf(vm: Branch, view: Selection | undefined): ReadonlyMap<ListNode, WatchedTable> {
    const { vmTree } = this.#options;
    const entry = view?.container(vmTree.top)?.list(vmTree.list)?.entry(vm);
    const tables = new Map<ListNode, WatchedTable>();
    if (view && !entry) return tables;
    const vmTarget = `/${vmTree.top.module.name}:${vmTree.top.name}/${vmTree.list.name}`;
    const own = rowTarget(vmTarget, vmTree.list, vm);
    for (const { container, lists, ephemeral } of vmTree.kinds) {
      const inside = entry?.container(container);
      if (!ephemeral || (entry && !inside)) continue;
      const isSame = container.module === vmTree.list.module;
      const kind = `${own}/${isSame ? '' : `${container.module.name}:`}${container.name}`;
      const ancestors = [`/${vmTree.top.module.name}:${vmTree.top.name}`, own, kind];
      for (const list of lists) {
        const rows = inside?.list(list);
        if (inside && !rows) continue;
        const selection = rows && !rows.all ? rows : undefined;
        tables.set(list, { list, selection, target: `${kind}/${list.name}`, ancestors });
      }
    }
    return tables;
  }

  async #open(
    vm: Branch,
    tables: ReadonlyMap<ListNode, WatchedTable>,
  ): Promise<WatchedVm | undefined> {
    if (tables.size === 0 || this.#closed) return undefined;
    const watched: WatchedVm = { vm, tables, watches: [], changed: undefined };
    this.#vms.set(vmId(vm), watched);
    const watch = (plane: DataPlane): Promise<Watch> =>
      namingPlane(plane, () =>
        plane.watch(vm, (change) => {
          this.#onChange(watched, change);
        }),
      );
    const answers = await Promise.allSettled(this.#options.planes.map(watch));
    watched.watches = answers.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []));
    const failed = answers.find((it) => it.status === 'rejected');
    const isGone = this.#vms.get(vmId(vm)) !== watched;
    if (failed || isGone) await closeAll(watched.watches);
    if (failed) throw failed.reason;
    return isGone ? undefined : watched;
  }

  /** A VM that has come: its tables may have changed before the watch was in force, so they are read. */
  async #arrive(vm: Branch, view: Selection | undefined): Promise<void> {
    try {
      const watched = await this.#open(vm, this.#tablesOf(vm, view));
      if (!watched || modeOf(watched.vm) === 'standby') return;
      watched.changed = new Set();
      for (const table of watched.tables.values()) await this.#read(watched, table);
    } catch {
      this.#options.listener.onLost();
    } finally {
      const watched = this.#vms.get(vmId(vm));
      if (watched) watched.changed = undefined;
    }
  }

  async #read(watched: WatchedVm, table: WatchedTable): Promise<void> {
    const { list, target } = table;
    const kind = this.#options.vmTree.kinds.find(({ lists }) => lists.includes(list));
    const plane = this.#options.planes.find((it) => kind && it.kinds.includes(kind.name));
    if (!plane) return;
    for await (const rows of plane.read({ vm: watched.vm, list })) {
      for (const row of rows) {
        if (watched.changed?.has(rowTarget(target, list, row)) === true) continue;
        this.#options.listener.onRow(table, row, true);
      }
    }
  }

  #onChange(watched: WatchedVm, change: TableChange): void {
    if (this.#closed) return;
    if (change.kind === 'lost') {
      this.#options.listener.onLost();
      return;
    }
    const table = watched.tables.get(change.list);
    if (!table || modeOf(watched.vm) === 'standby') return;
    watched.changed?.add(rowTarget(table.target, change.list, change.row));
    this.#options.listener.onRow(table, change.row, change.kind === 'set');
  }
}

async function closeAll(watches: readonly Watch[]): Promise<void> {
  await Promise.all(watches.map((watch) => watch.close()));
}
