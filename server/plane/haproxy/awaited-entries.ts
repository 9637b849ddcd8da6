/** Room in stick tables that is held for VMs in standby, whose entries are not in HAProxy yet. */
import type { Branch } from '../../../src/data/index.ts';
import type { VmEdit } from '../kit/driver.ts';
import { groupsOf, groupName, stickyRows } from './groups.ts';
import type { NameMapping } from './groups.ts';

export class AwaitedEntries {
  readonly #mapping: NameMapping;
  /** Numbers of entries by VM and stick table. */
  readonly #counts = new Map<string, ReadonlyMap<string, number>>();

  constructor(mapping: NameMapping) {
    this.#mapping = mapping;
  }

  /** Takes note of VMs as they are after these edits. */
  note(edits: readonly VmEdit[]): void {
    for (const { id, after, mode } of edits) {
      if (after && mode === 'standby') this.#counts.set(id, this.#countsOf(after));
      else this.#counts.delete(id);
    }
  }

  /** Entries that VMs other than this one are going to have in a table. */
  ofOthers(id: string, table: string): number {
    let sum = 0;
    for (const [vm, counts] of this.#counts) if (vm !== id) sum += counts.get(table) ?? 0;
    return sum;
  }

  #countsOf(vm: Branch): ReadonlyMap<string, number> {
    const tables = new Map(groupsOf(vm, this.#mapping).map(({ name, table }) => [name, table]));
    const counts = new Map<string, number>();
    for (const row of stickyRows(vm)) {
      const table = tables.get(groupName(row)) ?? '';
      counts.set(table, (counts.get(table) ?? 0) + 1);
    }
    return counts;
  }
}
