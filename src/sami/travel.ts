/**
 * How a leaf travels: what the extensions `local`, `volatile` and `combine` say of it, by slot.
 */
import type { Branch } from '../data/index.ts';
import type { BranchSchemaNode } from '../yang/index.ts';
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
 * Whether two versions of an entry differ in more than what is volatile or local: such a difference is
 * reported to subscribers and changes the digest.
 */
export function changesState(before: Branch, after: Branch): boolean {
  const { local, volatile } = travelOf(after.schema);
  const length = Math.max(before.slots.length, after.slots.length);
  for (let slot = 0; slot < length; slot += 1) {
    if (before.slots[slot] === after.slots[slot]) continue;
    if (volatile[slot] !== true && local[slot] !== true) return true;
  }
  return false;
}
