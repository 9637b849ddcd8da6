/** Edits that are not made from a change of the configuration. */
import { entriesOf, modeOf, vmId } from '../../../src/sami/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import type { Catalog } from './catalog.ts';
import type { DeviceTables } from './device-tables.ts';
import type { TableEdit, VmEdit } from './driver.ts';

/** A VM as it has to be after a restart: its mode, and its static tables in full. */
export function setUp(catalog: Catalog, vm: Branch): VmEdit {
  const tables: TableEdit[] = [];
  for (const table of catalog.tables.filter(({ kind }) => !kind.ephemeral)) {
    const rows = entriesOf(vm, table.kind, table.list);
    const set = rows ? Array.from(rows, (after) => ({ before: undefined, after })) : [];
    if (set.length > 0) tables.push({ table, set, remove: [] });
  }
  return {
    id: vmId(vm),
    before: undefined,
    after: vm,
    modeBefore: undefined,
    mode: modeOf(vm),
    tables,
  };
}

/** Takes away what the device has in the dynamic tables of a VM; undefined when there is nothing. */
export async function emptyTables(device: DeviceTables, vm: Branch): Promise<VmEdit | undefined> {
  const tables: TableEdit[] = [];
  for (const table of device.catalog.tables.filter(({ kind }) => kind.ephemeral)) {
    const remove = [...(await device.rows(vm, table))];
    if (remove.length > 0) tables.push({ table, set: [], remove });
  }
  const mode = modeOf(vm);
  return tables.length === 0
    ? undefined
    : { id: vmId(vm), before: vm, after: vm, modeBefore: mode, mode, tables };
}

/** The edit that takes another one back. */
export function inverseOf({ id, before, after, modeBefore, mode, tables }: VmEdit): VmEdit {
  return {
    id,
    before: after,
    after: before,
    modeBefore: mode,
    mode: modeBefore,
    tables: tables.map(({ table, set, remove }) => ({
      table,
      set: [
        ...set.flatMap((row) => (row.before ? [{ before: row.after, after: row.before }] : [])),
        ...remove.map((row) => ({ before: undefined, after: row })),
      ],
      remove: set.flatMap((row) => (row.before ? [] : [row.after])),
    })),
  };
}
