/** Entries of VMs in standby, as they were loaded: in the kernel they have no times, so that they do not age. */
import { DataList } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import { vmId } from '../../../src/sami/index.ts';
import type { TableSchema } from '../kit/catalog.ts';
import type { VmEdit } from '../kit/driver.ts';

export class StandbyRows {
  readonly #vms = new Map<string, Map<DataList['schema'], DataList>>();

  /** What an edit loads or takes away. */
  take({ id, mode, tables }: VmEdit): void {
    if (mode !== 'standby') {
      this.#vms.delete(id);
      return;
    }
    const lists = this.#vms.get(id) ?? new Map<DataList['schema'], DataList>();
    this.#vms.set(id, lists);
    for (const { table, set, remove } of tables) {
      const rows = (lists.get(table.list) ?? DataList.empty(table.list)).edit();
      for (const row of remove) rows.delete(row);
      for (const { after } of set) rows.set(after);
      lists.set(table.list, rows.done());
    }
  }

  /** undefined when the VM is not in standby. */
  rows(vm: Branch, { list }: TableSchema): readonly Branch[] | undefined {
    const lists = this.#vms.get(vmId(vm));
    return lists && [...(lists.get(list) ?? [])];
  }
}
