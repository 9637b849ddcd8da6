/**
 * A confirmed commit may delete a VM, and a rollback has to bring it back with the tables that only the
 * data planes had. They are read before they go, and kept in the backup as if they were configuration.
 */
import { Branch, DataList } from '../../src/data/index.ts';
import { modeOf } from '../../src/sami/index.ts';
import type { Kind } from '../../src/sami/index.ts';
import type { DataPlane, VmChange } from '../plane/plane.ts';
import type { VmTree } from './vm-tree.ts';

/** `backup` in which the VMs that `changes` delete have the entries of their dynamic tables. */
export async function keepTables(
  backup: Branch,
  changes: readonly VmChange[],
  { vmTree, planes }: { readonly vmTree: VmTree; readonly planes: readonly DataPlane[] },
): Promise<Branch> {
  const vms = vmTree.vms(backup);
  const edited = vms?.edit();
  for (const { before, after } of changes) {
    const kept = before && !after ? vms?.get(before) : undefined;
    if (!before || !kept || modeOf(before) === 'standby') continue;
    let full = kept;
    for (const kind of vmTree.kinds.filter(({ ephemeral }) => ephemeral)) {
      const plane = planes.find(({ kinds }) => kinds.includes(kind.name));
      if (plane) full = full.with(kind.container, await readTables(plane, before, kind));
    }
    edited?.set(full);
  }
  const all = edited?.done();
  return all === undefined || all === vms ? backup : vmTree.withVms(backup, all);
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
