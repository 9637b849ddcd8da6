/**
 * How a leaf travels: what the extensions `local`, `volatile` and `combine` say of it, by slot.
 */
import { Branch, DataList, compareValues } from '../data/index.ts';
import type { Slot } from '../data/index.ts';
import type { BranchSchemaNode, LeafValue } from '../yang/index.ts';
import { extensionArgument, hasExtension } from './kinds.ts';

export type CombineRule = 'replace' | 'add' | 'max';

/** Indexed by slot of the branch. */
export interface Travel {
  /** Means nothing on another device, or is state that only this device can have. */
  readonly local: readonly boolean[];
  /** Changes with every packet or with time. */
  readonly volatile: readonly boolean[];
  readonly combine: readonly CombineRule[];
}

const known = new WeakMap<BranchSchemaNode, Travel>();

export function travelOf(schema: BranchSchemaNode): Travel {
  let travel = known.get(schema);
  if (!travel) {
    const children = schema.dataChildren;
    travel = {
      local: children.map((child) => !child.config || hasExtension(child, 'local')),
      volatile: children.map((child) => hasExtension(child, 'volatile')),
      combine: children.map((child) => combineRule(extensionArgument(child, 'combine'))),
    };
    known.set(schema, travel);
  }
  return travel;
}

function combineRule(argument: string | undefined): CombineRule {
  return argument === 'add' || argument === 'max' ? argument : 'replace';
}

/**
 * Whether two versions of an entry differ, at any depth, in more than what is volatile or local: such a
 * difference is reported to subscribers and changes the digest.
 */
export function changesState(before: Branch, after: Branch): boolean {
  if (before === after) return false;
  const { local, volatile } = travelOf(after.schema);
  const length = Math.max(before.slots.length, after.slots.length);
  for (let slot = 0; slot < length; slot += 1) {
    const old = before.slots[slot];
    const now = after.slots[slot];
    if (old === now || volatile[slot] === true || local[slot] === true) continue;
    if (valueChangesState(old, now)) return true;
  }
  return false;
}

/** Whether two values of one node differ so. */
export function valueChangesState(old: Slot, now: Slot): boolean {
  if (old instanceof Branch && now instanceof Branch) return changesState(old, now);
  if (old instanceof DataList && now instanceof DataList) return listChangesState(old, now);
  if (Array.isArray(old) && Array.isArray(now)) {
    const values = now as readonly LeafValue[];
    return (
      old.length !== values.length || old.some((item, at) => !isSame(item as LeafValue, values[at]))
    );
  }
  return !isSame(old, now);
}

function listChangesState(old: DataList, now: DataList): boolean {
  let changes = old.size !== now.size || !DataList.sameOrder(old, now);
  DataList.diff(old, now, {
    added: () => (changes = true),
    removed: () => (changes = true),
    changed: (before, after) => (changes ||= changesState(before, after)),
  });
  return changes;
}

/** Values that are objects are made anew whenever they are read. */
function isSame(old: Slot, now: Slot): boolean {
  if (old === now) return true;
  return isObjectValue(old) && isObjectValue(now) && compareValues(old, now) === 0;
}

/** Whether a slot has an identity or an instance identifier. */
export function isObjectValue(value: Slot): value is LeafValue & { readonly kind: string } {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  return value.kind === 'identity' || value.kind === 'instance-identifier';
}
