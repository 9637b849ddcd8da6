/**
 * Whether the kernel still has what was loaded in standby. It has acknowledged each entry, and none of them runs
 * out there, but somebody may have emptied its table since. Its count is had at once, and reading all entries is
 * not, while the VM stands still.
 */
import { RpcErrorException, operationFailed } from '../../../../src/error/index.ts';
import { kindPath } from '../../kit/paths.ts';
import type { ConntrackTable } from '../conntrack/table.ts';
import { SESSION_KIND } from '../model/table-model.ts';
import type { TableModel } from '../model/table-model.ts';
import type { VmRecords } from '../vm-records.ts';
import type { VmPlan } from './vm-plan.ts';

export interface LoadedCheck {
  readonly model: TableModel;
  readonly table: ConntrackTable;
  readonly records: VmRecords;
}

/** Throws when a VM that leaves standby had more sessions loaded than the whole table of the kernel has. */
export async function checkLoaded(
  plans: readonly VmPlan[],
  { model, table, records }: LoadedCheck,
): Promise<void> {
  for (const { change, before, after } of plans) {
    if (before !== 'standby' || !change.after || after === 'standby') continue;
    const states = records.get(change.id)?.loadedStates(model) ?? [];
    const loaded = states.find(({ kind }) => kind === SESSION_KIND)?.entries ?? 0;
    if (loaded === 0) continue;
    const { entries } = await table.size();
    if (entries >= loaded) continue;
    const message =
      `table "session/session" has not got what was loaded: ` +
      `${String(loaded)} entries were, and the kernel has ${String(entries)} in all`;
    throw new RpcErrorException(
      operationFailed(message, {
        type: 'application',
        appTag: 'entries-lost',
        path: kindPath(change.after, model.sessionKind.container),
      }),
    );
  }
}
