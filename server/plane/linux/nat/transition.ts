/** Works out what a change of a VM means for the maps of explicit NAT mappings. */
import type { Branch } from '../../../../src/data/index.ts';
import type { CombineMemory } from '../../../../src/sami/index.ts';
import type { VmPlan } from '../change/vm-plan.ts';
import type { NatRows } from '../model/nat-rows.ts';
import { isExplicit, mappingKey } from './mapping.ts';
import type { Mapping } from './mapping.ts';
import type { MappingChanges } from './nat-maps.ts';

export interface Transition {
  readonly nat: NatRows;
  /** What the maps hold, of whatever VM. */
  readonly present: readonly Mapping[];
  /** What the VM's mappings have been combined with. */
  readonly memory: CombineMemory;
}

/** All mappings of the VM's configuration before and after the change. */
export type MappingRows = readonly [before: readonly Branch[], after: readonly Branch[]];

/** True when the maps may have to change with the plan. */
export function touchesMaps(plan: VmPlan, nat: NatRows, [, rows]: MappingRows): boolean {
  const explicit = (row: Branch): boolean => isExplicit(nat.toMapping(row));
  return plan.clear || [...rows, ...plan.mappings.removed].some(explicit);
}

/**
 * A mapping is in the maps while the VM is here, learning or frozen. While the VM is in standby it is held
 * back: packets to the outside would be led to where nobody answers, and would leave sessions behind.
 */
export function mappingChanges(
  plan: VmPlan,
  [rowsBefore, rows]: MappingRows,
  { nat, present, memory }: Transition,
): MappingChanges {
  const own = new Set(plan.addresses);
  const there = new Map(
    present.filter(({ internal }) => own.has(internal)).map((it) => [mappingKey(it), it]),
  );
  const explicit = (row: Branch): boolean => isExplicit(nat.toMapping(row));
  const presentRow = (row: Branch): Branch | undefined => {
    const mapping = there.get(mappingKey(nat.toMapping(row)));
    return mapping && nat.toRow(mapping);
  };
  const set: Branch[] = [];
  const remove: Mapping[] = [];
  const depart = (row: Branch): void => {
    const before = presentRow(row);
    const rest = memory.depart(row, before);
    if (rest) set.push(rest);
    else if (before) remove.push(nat.toMapping(row));
  };
  const changes = (): MappingChanges => ({ remove, set: set.map((row) => nat.toMapping(row)) });
  if (plan.after === 'standby' || plan.after === undefined) {
    if (!plan.clear) return changes();
    if (plan.after === 'standby') rowsBefore.filter(explicit).forEach(depart);
    const kept = new Set(set.map((row) => mappingKey(nat.toMapping(row))));
    return {
      remove: [...there.values()].filter((mapping) => !kept.has(mappingKey(mapping))),
      set: changes().set,
    };
  }
  const arriving = plan.before === 'standby' ? rows : plan.mappings.added;
  for (const row of arriving.filter(explicit)) set.push(memory.arrive(row, presentRow(row)));
  if (plan.before === 'standby') return changes();
  for (const [before, after] of plan.mappings.changed) {
    if (explicit(after)) set.push(memory.change(before, after, presentRow(after)));
  }
  plan.mappings.removed.filter(explicit).forEach(depart);
  return changes();
}
