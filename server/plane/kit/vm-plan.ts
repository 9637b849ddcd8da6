/** Works out what a change of a VM's configuration means for the tables of a device. */
import { DataList, sameTree } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import { countEntries, entriesOf, modeOf } from '../../../src/sami/index.ts';
import type { CombineMemory, Kind, Mode } from '../../../src/sami/index.ts';
import type { VmChange } from '../plane.ts';
import type { TableSchema } from './catalog.ts';
import type { DeviceTables } from './device-tables.ts';
import type { RowEdit, TableEdit, VmEdit } from './driver.ts';
import { ownerOf, sameIdentity } from './ownership.ts';

export interface VmPlan {
  readonly change: VmChange;
  readonly edit: VmEdit;
  /** What will be remembered of combined entries once the edit is made. */
  readonly memory: CombineMemory;
}

export interface PlanInput {
  readonly device: DeviceTables;
  readonly memory: CombineMemory;
  /** Whether entries of this list have become the device's own although they are still configured. */
  readonly isSettled: (list: DataList) => boolean;
  /** Tables that stand still, to be taken for what the device has. */
  readonly frozen: ((table: TableSchema) => DataList) | undefined;
}

/** Reads the device's tables where they are its own. */
export async function planVm(change: VmChange, input: PlanInput): Promise<VmPlan> {
  const { id, before, after } = change;
  const planner = new Planner(change, input);
  const tables: TableEdit[] = [];
  for (const table of input.device.catalog.tables) {
    const edit = await planner.plan(table);
    if (edit.set.length > 0 || edit.remove.length > 0) tables.push(edit);
  }
  const { modeBefore, mode, memory } = planner;
  return { change, edit: { id, before, after, modeBefore, mode, tables }, memory };
}

/** Entries of a kind that an edit adds, less those that it takes away. */
export function growthOf({ tables }: VmEdit, kind: Kind): number {
  let growth = 0;
  for (const { table, set, remove } of tables) {
    if (table.kind !== kind) continue;
    for (const { before, after } of set) {
      if (before !== after) growth += countEntries(after) - (before ? countEntries(before) : 0);
    }
    for (const row of remove) growth -= countEntries(row);
  }
  return growth;
}

class Planner {
  readonly modeBefore: Mode | undefined;
  readonly mode: Mode | undefined;
  readonly memory: CombineMemory;
  readonly #change: VmChange;
  readonly #input: PlanInput;

  constructor(change: VmChange, input: PlanInput) {
    this.#change = change;
    this.#input = input;
    this.modeBefore = change.before && modeOf(change.before);
    this.mode = change.after && modeOf(change.after);
    this.memory = input.memory.stage();
    // In standby nothing is combined: what had been is replaced.
    if (this.mode === 'standby' && this.modeBefore !== 'standby') this.memory.settle();
  }

  async plan(table: TableSchema): Promise<TableEdit> {
    const { before, after } = this.#change;
    const { device } = this.#input;
    const old = before && entriesOf(before, table.kind, table.list);
    const now = after && entriesOf(after, table.kind, table.list);
    const configured = !table.kind.ephemeral || this.modeBefore === 'standby';
    if (!after) {
      const present = before && (configured ? old : await device.rows(before, table));
      return { table, set: [], remove: present ? [...present] : [] };
    }
    if (!table.kind.ephemeral) return exactly(table, old, now);
    if (this.mode === 'standby') {
      if (configured) return exactly(table, old, now);
      const present = await device.rows(before ?? after, table);
      return inFull(table, present, now);
    }
    return configured ? inFull(table, old, now) : this.#add(table, old, now, after);
  }

  /** The table belongs to the device: what is configured anew is combined with what it has. */
  async #add(
    table: TableSchema,
    old: DataList | undefined,
    now: DataList | undefined,
    after: Branch,
  ): Promise<TableEdit> {
    const foreign = await this.#lost(table, after);
    const changes = rowChanges(old, now);
    if (changes.length === 0) return { table, set: [], remove: foreign };
    const { device, isSettled, frozen } = this.#input;
    const present = frozen ? frozen(table) : await device.rows(after, table);
    const settled = old !== undefined && isSettled(old);
    const set: RowEdit[] = [];
    const remove = [...foreign];
    for (const [from, to] of changes) {
      const row = (to ?? from) as Branch;
      const before = present.get(row);
      const wanted = this.#wanted(before, from, to, settled);
      if (wanted && wanted !== before) set.push({ before, after: wanted });
      else if (!wanted && before) remove.push(before);
    }
    return { table, set, remove };
  }

  #wanted(
    present: Branch | undefined,
    from: Branch | undefined,
    to: Branch | undefined,
    settled: boolean,
  ): Branch | undefined {
    if (from && to) return this.memory.change(from, to, present);
    if (to) return this.memory.arrive(to, present);
    return settled || !from ? present : this.memory.depart(from, present);
  }

  /** Entries that concern only what the VM no longer has, such as an address. */
  async #lost(table: TableSchema, after: Branch): Promise<readonly Branch[]> {
    const { before } = this.#change;
    if (!before || sameIdentity(before, after)) return [];
    const owner = ownerOf(after);
    const present = await this.#input.device.rows(before, table);
    return [...present].filter((row) => owner.violation(row) !== undefined);
  }
}

type RowChange = readonly [before: Branch | undefined, after: Branch | undefined];

/** What differs in content. */
function rowChanges(
  before: DataList | undefined,
  after: DataList | undefined,
): readonly RowChange[] {
  const changes: RowChange[] = [];
  DataList.diff(before, after, {
    added: (row) => changes.push([undefined, row]),
    removed: (row) => changes.push([row, undefined]),
    changed: (old, row) => {
      if (!sameTree(old, row)) changes.push([old, row]);
    },
  });
  return changes;
}

/** The table becomes what is configured, and was what had been configured. */
function exactly(
  table: TableSchema,
  old: DataList | undefined,
  now: DataList | undefined,
): TableEdit {
  if (old && now && !DataList.sameOrder(old, now)) return inFull(table, old, now);
  const set: RowEdit[] = [];
  const remove: Branch[] = [];
  for (const [before, after] of rowChanges(old, now)) {
    if (after) set.push({ before, after });
    else if (before) remove.push(before);
  }
  return { table, set, remove };
}

/** The same with every entry, whether it differs or not. Looks up none of those that do not. */
function inFull(
  table: TableSchema,
  present: DataList | undefined,
  now: DataList | undefined,
): TableEdit {
  const different = new Map<Branch, Branch | undefined>();
  const remove: Branch[] = [];
  for (const [before, after] of rowChanges(present, now)) {
    if (after) different.set(after, before);
    else if (before) remove.push(before);
  }
  const set: RowEdit[] = [];
  now?.forEach((after) => {
    set.push({ before: different.has(after) ? different.get(after) : after, after });
  });
  return { table, set, remove };
}
