/** Entries that a switch learns from what it overhears. */
import type { Branch } from '../../../../src/data/index.ts';
import type { TableSchema } from '../../kit/catalog.ts';
import { ownerOf } from '../../kit/ownership.ts';
import type { TableStore } from '../tables/table-store.ts';
import type { VmState } from '../tables/vm-state.ts';

/**
 * Keeps an entry if it is the VM's own and there is room. A host can say anything, and what no commit
 * could put into the table would not be taken by the device that the VM moves to.
 */
export function learn(store: TableStore, vm: VmState, schema: TableSchema, row: Branch): void {
  if (!vm.config || ownerOf(vm.config).violation(row)) return;
  const known = vm.table(schema).rows.get(row);
  if (known || store.capacity.admits(schema.kind, vm)) vm.set(schema, row);
}
