/** Commits: what `prepare` refuses and what `apply` does to the tables, VM by VM. */
import { DataList } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import { RpcErrorException } from '../../../../src/error/index.ts';
import type { RpcError } from '../../../../src/error/index.ts';
import { countEntries, countList, entriesOf, modeOf } from '../../../../src/sami/index.ts';
import type { Kind } from '../../../../src/sami/index.ts';
import type { VmChange } from '../../plane.ts';
import type { TableSchema } from '../../kit/catalog.ts';
import { foreignEntries } from '../../kit/foreign-entries.ts';
import { ownerOf, sameIdentity } from '../../kit/ownership.ts';
import { reservationOf, tableTooSmall } from '../../kit/reservation.ts';
import type { TableStore } from './table-store.ts';
import { TranslationClashes } from './translation-clash.ts';
import type { VmState } from './vm-state.ts';

/** More refusals of one kind than this are of no use to anybody. */
const MOST_ERRORS = 20;

/** Checks changes and holds the room they need; throws RpcErrorException. */
export class ChangeChecker {
  readonly #store: TableStore;
  readonly #clashes: TranslationClashes;

  constructor(store: TableStore) {
    this.#store = store;
    this.#clashes = new TranslationClashes(store.catalog, store);
  }

  /** Returns a function that gives up the room held. */
  check(changes: readonly VmChange[]): () => void {
    const errors = [
      ...foreignEntries(this.#store.catalog, changes, MOST_ERRORS),
      ...this.#clashes.find(changes).slice(0, MOST_ERRORS),
      ...this.#lackOfRoom(changes),
    ];
    if (errors.length > 0) throw new RpcErrorException(errors);
    const { capacity, catalog } = this.#store;
    const held = catalog.kinds.map((kind) => {
      const extra = changes.reduce((sum, change) => sum + this.#growth(change, kind), 0);
      return [kind.name, Math.max(0, extra)] as const;
    });
    for (const [kind, extra] of held) capacity.hold(kind, extra);
    return () => {
      for (const [kind, extra] of held) capacity.hold(kind, -extra);
    };
  }

  #lackOfRoom(changes: readonly VmChange[]): readonly RpcError[] {
    const { capacity, catalog } = this.#store;
    const changed = new Set(changes.map(({ id }) => id));
    const errors: RpcError[] = [];
    for (const kind of catalog.kinds) {
      const limit = capacity.limit(kind.name);
      if (limit === undefined) continue;
      let free = capacity.freeFor(kind, changed);
      for (const change of changes) {
        const demand = this.#demand(change, kind);
        if (change.after && demand > free && demand > this.#present(change.id, kind)) {
          errors.push(tableTooSmall(change.after, kind, { limit, needs: demand, free }));
        }
        free -= demand;
      }
    }
    return errors;
  }

  #present(id: string, kind: Kind): number {
    const vm = this.#store.vm(id);
    return vm ? Math.max(vm.entries(kind), reservationOf(vm.config, kind.name)) : 0;
  }

  #demand(change: VmChange, kind: Kind): number {
    if (!change.after) return 0;
    return Math.max(this.#entriesAfter(change, kind), reservationOf(change.after, kind.name));
  }

  /** Room beyond what the VM has or has reserved. */
  #growth(change: VmChange, kind: Kind): number {
    return Math.max(0, this.#demand(change, kind) - this.#present(change.id, kind));
  }

  #entriesAfter({ id, before, after }: VmChange, kind: Kind): number {
    if (!after) return 0;
    const vm = this.#store.vm(id);
    let entries = 0;
    for (const table of this.#store.catalog.tablesOf(kind)) {
      if (isExact(table, before, after)) {
        entries += countList(entriesOf(after, kind, table.list));
        continue;
      }
      const present = vm?.table(table).rows;
      entries += countList(present);
      visitNew(before, after, table, (row) => {
        if (!present?.get(row)) entries += countEntries(row);
      });
    }
    return entries;
  }
}

/**
 * Whether the table becomes what the configuration says: in standby, on the way out of it, and always
 * for tables that are configuration. Otherwise it belongs to the plane and the change adds to it.
 */
function isExact(table: TableSchema, before: Branch | undefined, after: Branch): boolean {
  if (!table.kind.ephemeral || modeOf(after) === 'standby') return true;
  return before !== undefined && modeOf(before) === 'standby';
}

/** Visits the entries that `after` has and `before` has not, or has otherwise. */
function visitNew(
  before: Branch | undefined,
  after: Branch,
  table: TableSchema,
  visit: (row: Branch) => void,
): void {
  const old = before && entriesOf(before, table.kind, table.list);
  DataList.diff(old, entriesOf(after, table.kind, table.list), {
    added: visit,
    changed: (_, row) => {
      visit(row);
    },
    removed: () => undefined,
  });
}

/** Makes a change that was checked. */
export function applyChange(
  store: TableStore,
  { id, before, after }: VmChange,
  settled: WeakSet<DataList>,
): void {
  if (!after) {
    const vm = store.vm(id);
    if (vm) store.drop(vm);
    return;
  }
  const vm = store.obtain(id);
  // Once it is frozen no packet changes it, and while it still is none of what follows makes it age.
  vm.age.stop();
  for (const table of store.catalog.tables) {
    const rows = entriesOf(after, table.kind, table.list);
    if (isExact(table, before, after)) vm.replace(table, rows);
    else addToTable(vm, table, before, { rows, settled });
  }
  // What is in standby is all from elsewhere, and what leaves standby begins anew.
  if (modeOf(after) === 'standby' || (before && modeOf(before) === 'standby')) vm.arrived.settle();
  const changed = before && !sameIdentity(before, after);
  store.configure(vm, after);
  if (changed) removeForeign(store, vm, after);
}

function addToTable(
  vm: VmState,
  table: TableSchema,
  before: Branch | undefined,
  { rows, settled }: { rows: DataList | undefined; settled: WeakSet<DataList> },
): void {
  const old = before && entriesOf(before, table.kind, table.list);
  const tableNow = vm.table(table);
  const presentOf = (row: Branch): Branch | undefined => {
    const present = tableNow.rows.get(row);
    return present && tableNow.present(present);
  };
  DataList.diff(old, rows, {
    added: (row) => {
      vm.set(table, vm.arrived.arrive(row, presentOf(row)));
    },
    changed: (was, row) => {
      vm.set(table, vm.arrived.change(was, row, presentOf(row)));
    },
    removed: (row) => {
      // What has settled leaves the configuration because it is the plane's own now.
      if (old && settled.has(old)) return;
      const rest = vm.arrived.depart(row, presentOf(row));
      if (rest) vm.set(table, rest);
      else vm.remove(table, row);
    },
  });
}

/** What the VM is no longer known by takes the entries along that concerned it alone. */
function removeForeign(store: TableStore, vm: VmState, config: Branch): void {
  const owner = ownerOf(config);
  for (const schema of store.catalog.tables) {
    if (!schema.kind.ephemeral) continue;
    const foreign: Branch[] = [];
    vm.table(schema).rows.forEach((row) => {
      if (owner.violation(row)) foreign.push(row);
    });
    for (const row of foreign) vm.remove(schema, row);
  }
}
