/**
 * Reads back what a device has of the entries that a VM leaves standby with: one that the driver has lost or
 * changed is found out while the VM can still stay where it is.
 *
 * An entry may be missing when its time was so short that it may have run out since.
 */
import type { Branch, DataList } from '../../../src/data/index.ts';
import { pathStep } from '../../../src/data/index.ts';
import { operationFailed, printPath } from '../../../src/error/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import { changesState, entriesOf, modeOf } from '../../../src/sami/index.ts';
import type { TableSchema } from './catalog.ts';
import { SLACK_SECONDS, contradiction, isBrief } from './contradiction.ts';
import type { DeviceTables } from './device-tables.ts';
import type { VmEdit } from './driver.ts';
import { kindPath } from './paths.ts';

/**
 * What the device lacks of the dynamic tables of a VM that an edit has taken out of standby: at most one error
 * for each table. Nothing for any other edit. `secondsPassed` tells for how long the times of entries may have
 * been running. Reads each table that has entries once.
 */
export async function readBack(
  device: DeviceTables,
  { before, after }: VmEdit,
  secondsPassed: () => number,
): Promise<readonly RpcError[]> {
  const leaves = before && modeOf(before) === 'standby' && after && modeOf(after) !== 'standby';
  if (!leaves) return [];
  const errors: RpcError[] = [];
  for (const table of device.catalog.tables) {
    const wanted = table.kind.ephemeral && entriesOf(after, table.kind, table.list);
    if (!wanted || wanted.size === 0) continue;
    const seen = await look(device, after, table, wanted);
    const error = faultOf(after, { table, wanted, seen, brief: secondsPassed() + SLACK_SECONDS });
    if (error) errors.push(error);
  }
  return errors;
}

interface Seen {
  /** Of the wanted entries, those that the device has. */
  readonly found: ReadonlySet<Branch>;
  /** Those that it has otherwise: as they were to be, and as they are. */
  readonly different: readonly (readonly [want: Branch, have: Branch])[];
}

async function look(
  device: DeviceTables,
  vm: Branch,
  table: TableSchema,
  wanted: DataList,
): Promise<Seen> {
  const found = new Set<Branch>();
  const different: (readonly [Branch, Branch])[] = [];
  for await (const batch of device.driver.read(vm, table)) {
    for (const have of batch) {
      const want = wanted.get(have);
      if (!want) continue;
      found.add(want);
      if (changesState(want, have)) different.push([want, have]);
    }
  }
  return { found, different };
}

interface Comparison {
  readonly table: TableSchema;
  readonly wanted: DataList;
  readonly seen: Seen;
  /** Seconds within which an entry may have run out. */
  readonly brief: number;
}

function faultOf(vm: Branch, { table, wanted, seen, brief }: Comparison): RpcError | undefined {
  const missing: Branch[] = [];
  if (seen.found.size < wanted.size) {
    wanted.forEach((row) => {
      if (!seen.found.has(row) && !isBrief(row, brief)) missing.push(row);
    });
  }
  const wrong = seen.different.flatMap(([want, have]) => {
    const leaf = contradiction(want, have, brief);
    return leaf === undefined ? [] : [{ row: want, leaf }];
  });
  const count = (rows: readonly unknown[]): string =>
    `${String(rows.length)} of ${String(wanted.size)} entries`;
  const [gone] = missing;
  const [other] = wrong;
  const parts: string[] = [];
  if (gone) parts.push(`${count(missing)} are missing, the first is ${keyOf(gone)}`);
  if (other)
    parts.push(`${count(wrong)} differ, the first is ${keyOf(other.row)} in ${other.leaf}`);
  if (parts.length === 0) return undefined;
  const name = `${table.kind.name}/${table.list.name}`;
  return operationFailed(`table "${name}" has not got what was loaded: ${parts.join('; ')}`, {
    type: 'application',
    appTag: 'entries-lost',
    path: kindPath(vm, table.kind.container),
  });
}

function keyOf(row: Branch): string {
  return printPath([pathStep(row.schema as TableSchema['list'], row)]);
}
