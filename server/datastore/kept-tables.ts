/**
 * The tables of a VM that is about to be deleted are known to the data planes alone: they are read before they
 * go, and kept as if they were configuration, in case the VM has to come back.
 */
import { Branch, DataList } from '../../src/data/index.ts';
import { kindsOf, modeOf } from '../../src/sami/index.ts';
import type { Kind } from '../../src/sami/index.ts';
import type { ListNode } from '../../src/yang/index.ts';
import type { DataPlane, VmChange } from '../plane/plane.ts';
import type { VmTree } from './vm-tree.ts';

/**
 * A confirmed commit may delete a VM, and a rollback brings it back: `backup` in which the VMs that `changes`
 * delete have the entries of their dynamic tables.
 */
export async function keepTables(
  backup: Branch,
  changes: readonly VmChange[],
  { vmTree, planes }: { readonly vmTree: VmTree; readonly planes: readonly DataPlane[] },
): Promise<Branch> {
  const vms = vmTree.vms(backup);
  const edited = vms?.edit();
  for (const { before, after } of changes) {
    const kept = before && !after ? vms?.get(before) : undefined;
    if (before && kept && modeOf(before) !== 'standby') {
      edited?.set(await withTables(kept, before, planes));
    }
  }
  const all = edited?.done();
  return all === undefined || all === vms ? backup : vmTree.withVms(backup, all);
}

/** `vm` with the entries of dynamic tables that the planes have for it; `current` is how they know it. */
export async function withTables(
  vm: Branch,
  current: Branch,
  planes: readonly DataPlane[],
): Promise<Branch> {
  let full = vm;
  for (const kind of kindsOf(vm.schema as ListNode).filter(({ ephemeral }) => ephemeral)) {
    const plane = planes.find(({ kinds }) => kinds.includes(kind.name));
    if (plane) full = full.with(kind.container, await readTables(plane, current, kind));
  }
  return full;
}

/** The container of a kind with all its entries; undefined when there are none. */
async function readTables(plane: DataPlane, vm: Branch, kind: Kind): Promise<Branch | undefined> {
  let container = new Branch(kind.container, []);
  for (const list of kind.lists) {
    const rows: Branch[] = [];
    for await (const batch of plane.read({ vm, list })) rows.push(...batch);
    if (rows.length > 0) container = container.with(list, DataList.from(list, rows));
  }
  return container.slots.length > 0 ? container : undefined;
}
