/**
 * Entries that a confirmed commit merges into VMs that are already here, and what the data planes had under
 * their keys before. The planes remember it as long as they run; it is stored with the pending commit so that
 * a start that reverts it can take away exactly what it had added ({@link ./take-back.ts}).
 */
import { Branch, DataList, emptyRoot, keysOf } from '../../src/data/index.ts';
import { entriesOf, modeOf } from '../../src/sami/index.ts';
import type { Kind } from '../../src/sami/index.ts';
import type { ListNode, SchemaContext } from '../../src/yang/index.ts';
import type { DataPlane, VmChange } from '../plane/plane.ts';
import type { VmTree } from './vm-tree.ts';

/** Two trees of VMs of which only the keys and these entries are there. */
export interface Arrivals {
  readonly arrived: Branch;
  /** What the planes had under the keys of `arrived`; nothing where an entry was new. */
  readonly met: Branch;
}

export interface ArrivalSurroundings {
  readonly context: SchemaContext;
  readonly vmTree: VmTree;
  readonly planes: readonly DataPlane[];
}

/** A dynamic table and the plane that it belongs to. */
export interface OwnedTable {
  readonly kind: Kind;
  readonly list: ListNode;
  readonly plane: DataPlane;
}

/** More entries than this of one list are looked up by reading all of it. */
const MOST_LOOKUPS = 16;

/**
 * What `changes` since the backup merge, before they are made. `known` is what earlier ones since then did:
 * an entry that has arrived already has met what it met then.
 */
export async function arrivalsOf(
  changes: readonly VmChange[],
  known: Arrivals | undefined,
  surroundings: ArrivalSurroundings,
): Promise<Arrivals | undefined> {
  const { context, vmTree } = surroundings;
  const arrived: Branch[] = [];
  const met: Branch[] = [];
  for (const { id, before, after } of changes) {
    if (!before || !after || [before, after].some((vm) => modeOf(vm) === 'standby')) continue;
    const former = {
      arrived: known && vmTree.find(known.arrived, id),
      met: known && vmTree.find(known.met, id),
    };
    const bare = vmTree.bareVm(id);
    let [rows, found] = [bare, bare];
    for (const table of ownedTables(surroundings)) {
      const added = addedTo(rowsOf(before, table), rowsOf(after, table));
      if (added.length === 0) continue;
      const isKnown = (row: Branch): boolean =>
        rowsOf(former.arrived, table)?.get(row) !== undefined;
      const fresh = added.filter((row) => !isKnown(row));
      const kept = added.flatMap((row) =>
        isKnown(row) ? (rowsOf(former.met, table)?.get(row) ?? []) : [],
      );
      rows = withRows(rows, table, added);
      found = withRows(found, table, [...kept, ...(await lookUp(before, table, fresh))]);
    }
    if (rows === bare) continue;
    arrived.push(rows);
    met.push(found);
  }
  if (arrived.length === 0) return undefined;
  const root = (vms: readonly Branch[]): Branch =>
    vmTree.withVms(emptyRoot(context), DataList.from(vmTree.list, vms));
  return { arrived: root(arrived), met: root(met) };
}

export function ownedTables({ vmTree, planes }: ArrivalSurroundings): readonly OwnedTable[] {
  return vmTree.kinds.flatMap((kind) => {
    const plane = planes.find(({ kinds }) => kinds.includes(kind.name));
    return plane && kind.ephemeral ? kind.lists.map((list) => ({ kind, list, plane })) : [];
  });
}

/** Entries of a table that the tree has for a VM. */
export function rowsOf(vm: Branch | undefined, { kind, list }: OwnedTable): DataList | undefined {
  return vm && entriesOf(vm, kind, list);
}

export function withRows(vm: Branch, { kind, list }: OwnedTable, rows: readonly Branch[]): Branch {
  if (rows.length === 0) return vm;
  const present = vm.get(kind.container);
  const container = present instanceof Branch ? present : new Branch(kind.container, []);
  return vm.with(kind.container, container.with(list, DataList.from(list, rows)));
}

/** What the plane has under the keys of `rows`. */
export async function lookUp(
  vm: Branch,
  { plane, list }: OwnedTable,
  rows: readonly Branch[],
): Promise<readonly Branch[]> {
  const wanted = DataList.from(list, rows);
  const found: Branch[] = [];
  const requests =
    rows.length > MOST_LOOKUPS
      ? [{ vm, list }]
      : rows.map((row) => ({ vm, list, keys: keysOf(row) }));
  for (const request of requests) {
    for await (const batch of plane.read(request)) {
      found.push(...batch.filter((row) => wanted.get(row) !== undefined));
    }
  }
  return found;
}

function addedTo(before: DataList | undefined, after: DataList | undefined): readonly Branch[] {
  const added: Branch[] = [];
  DataList.diff(before, after, {
    added: (row) => added.push(row),
    changed: (_, row) => added.push(row),
    removed: () => undefined,
  });
  return added;
}
