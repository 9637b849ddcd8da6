/**
 * Room in the kernel's table: what is there, what reservations keep free, and what a change asks for.
 */
import type { Branch } from '../../../../src/data/index.ts';
import type { RpcError } from '../../../../src/error/index.ts';
import { entriesOf, modeOf } from '../../../../src/sami/index.ts';
import type { TableSize } from '../conntrack/table.ts';
import { NAT_KIND, SESSION_KIND } from '../model/table-model.ts';
import { isExplicit } from '../nat/mapping.ts';
import type { TableModel } from '../model/table-model.ts';
import { reservationOf, tableTooSmall } from '../../kit/reservation.ts';
import type { VmPlan } from './vm-plan.ts';

/** Limits that the operator has set; undefined for none beyond the kernel's. */
export interface TableLimits {
  readonly session?: number | undefined;
  /** Of mappings that are not made by sessions. */
  readonly nat?: number | undefined;
}

export function limited(size: TableSize, { session }: TableLimits): TableSize {
  return session === undefined ? size : { ...size, maximum: Math.min(size.maximum, session) };
}

/**
 * Room that the reservation of a VM still keeps free. Only a VM in standby is waited for: once it is
 * here, its entries count for themselves.
 */
export function outstanding(model: TableModel, vm: Branch): number {
  if (modeOf(vm) !== 'standby') return 0;
  const [list] = model.sessionKind.lists;
  const present = list ? (entriesOf(vm, model.sessionKind, list)?.size ?? 0) : 0;
  return Math.max(0, reservationOf(vm, SESSION_KIND) - present);
}

/** Mappings that a VM in standby brings, or that its reservation keeps free; the maps have none of them yet. */
export function expectedMappings(model: TableModel, vm: Branch): number {
  const { nat } = model;
  if (!nat || modeOf(vm) !== 'standby') return 0;
  const rows = model.natRowsOf(vm).filter((row) => isExplicit(nat.toMapping(row)));
  return Math.max(reservationOf(vm, NAT_KIND), rows.length);
}

/** `present` is the number of mappings in the maps. */
export function checkMappingCapacity(
  model: TableModel,
  present: number,
  limit: number,
  plans: readonly VmPlan[],
  others: readonly Branch[],
): RpcError | undefined {
  const arriving = ({ after, mappings }: VmPlan): number =>
    after === 'standby' ? 0 : mappings.added.length - mappings.removed.length;
  const expected = (vm: Branch | undefined): number => (vm ? expectedMappings(model, vm) : 0);
  const waiting = others.reduce((sum, vm) => sum + expected(vm), 0);
  const needs = plans.map((plan) => expected(plan.change.after) + arriving(plan));
  const need = needs.reduce((sum, each) => sum + each, 0);
  const vm = plans[needs.indexOf(Math.max(...needs))]?.change.after;
  const free = limit - present - waiting;
  const { natKind } = model;
  if (!natKind || !vm || need <= 0 || need <= free) return undefined;
  const reserves = reservationOf(vm, NAT_KIND) > 0;
  return tableTooSmall(vm, natKind, { limit, needs: need, free }, reserves);
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
  const asked = plans.reduce((sum, plan) => sum + demand(model, plan), 0);
  const free = size.maximum - (wanted - asked);
  const reserves = outstanding(model, vm) > 0;
  const lack = { limit: size.maximum, needs: asked, free };
  return tableTooSmall(vm, model.sessionKind, lack, reserves);
}

/** What a plan asks for beyond what is there. */
function demand(model: TableModel, { change, sessions }: VmPlan): number {
  const before = change.before ? outstanding(model, change.before) : 0;
  const after = change.after ? outstanding(model, change.after) : 0;
  return sessions.added.length - sessions.removed.length + after - before;
}
