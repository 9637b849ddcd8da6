/**
 * What becomes of an entry that arrives on a device that already has one with the same key
 * (`sami:combine`): counters add, remaining times take the longer, the rest replaces.
 */
import { Branch } from '../data/index.ts';
import type { Slot } from '../data/index.ts';
import { travelOf } from './travel.ts';
import type { CombineRule } from './travel.ts';

export function combineEntries(present: Branch, arriving: Branch): Branch {
  const { combine } = travelOf(arriving.schema);
  const slots = Array.from(
    { length: Math.max(present.slots.length, arriving.slots.length) },
    (_, slot) =>
      combineValues(combine[slot] ?? 'replace', present.slots[slot], arriving.slots[slot]),
  );
  return new Branch(arriving.schema, slots);
}

function combineValues(rule: CombineRule, present: Slot, arriving: Slot): Slot {
  if (present === undefined) return arriving;
  if (arriving === undefined) return rule === 'replace' ? undefined : present;
  if (present instanceof Branch && arriving instanceof Branch) {
    return combineEntries(present, arriving);
  }
  if (rule === 'replace' || !isNumber(present) || !isNumber(arriving)) return arriving;
  return rule === 'add' ? addIntegers(present, arriving) : present > arriving ? present : arriving;
}

function isNumber(value: Slot): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** The sum, as bigint only where a number cannot hold it; counters of 64 bits wrap (RFC 6991). */
export function addIntegers(left: number | bigint, right: number | bigint): number | bigint {
  const sum = Number(left) + Number(right);
  if (Number.isSafeInteger(sum)) return sum;
  return BigInt.asUintN(64, BigInt(left) + BigInt(right));
}
