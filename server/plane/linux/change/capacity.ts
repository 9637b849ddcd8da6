/**
 * Room in the kernel's table: what is there, what reservations keep free, and what a change asks for.
 */
import type { Branch } from '../../../../src/data/index.ts';
import { resourceDenied } from '../../../../src/error/index.ts';
import type { RpcError } from '../../../../src/error/index.ts';
import { entriesOf, modeOf } from '../../../../src/sami/index.ts';
import { SamiVm } from '../../../generated/sami.ts';
import type { TableSize } from '../conntrack/table.ts';
import { SESSION_KIND } from '../model/table-model.ts';
import type { TableModel } from '../model/table-model.ts';
import { reservationPath, vmPath } from '../../kit/paths.ts';
import type { VmPlan } from './vm-plan.ts';

/** Entries that the configuration reserves for a VM; 0 when none. */
export function reservedEntries(vm: Branch, kind: string): number {
  const reservation = SamiVm.get(vm, 'reservation')?.find((it) => it.kind === kind);
  return Number(reservation?.entries ?? 0);
}

/**
 * Room that the reservation of a VM still keeps free. Only a VM in standby is waited for: once it is
 * here, its entries count for themselves.
 */
export function outstanding(model: TableModel, vm: Branch): number {
  if (modeOf(vm) !== 'standby') return 0;
  const [list] = model.sessionKind.lists;
  const present = list ? (entriesOf(vm, model.sessionKind, list)?.size ?? 0) : 0;
  return Math.max(0, reservedEntries(vm, SESSION_KIND) - present);
}

/** `others` are the VMs that the change leaves as they are. */
export function checkCapacity(
  model: TableModel,
  size: TableSize,
  plans: readonly VmPlan[],
  others: readonly Branch[],
): RpcError | undefined {
  let wanted = size.entries;
  for (const vm of others) wanted += outstanding(model, vm);
  let largest: VmPlan | undefined;
  for (const plan of plans) {
    const { after } = plan.change;
    wanted += plan.sessions.added.length - plan.sessions.removed.length;
    if (!after) continue;
    wanted += outstanding(model, after);
    if (demand(model, plan) > (largest ? demand(model, largest) : 0)) largest = plan;
  }
  const vm = largest?.change.after;
  if (!vm || wanted <= size.maximum) return undefined;
  const message =
    `the session table has room for ${String(size.maximum)} entries and holds ` +
    `${String(size.entries)}; with this change and the reservations it would need ${String(wanted)}`;
  const path = outstanding(model, vm) > 0 ? reservationPath(vm, SESSION_KIND) : vmPath(vm);
  return resourceDenied(message, { path });
}

/** What a plan asks for beyond what is there. */
function demand(model: TableModel, { change, sessions }: VmPlan): number {
  const before = change.before ? outstanding(model, change.before) : 0;
  const after = change.after ? outstanding(model, change.after) : 0;
  return sessions.added.length - sessions.removed.length + after - before;
}
