/**
 * Whether what a device has of an entry contradicts what was loaded.
 *
 * What the device says nothing of it does not hold, as its documentation tells. Counts may be higher and other
 * values may differ where traffic has touched the entry since, which its counts or its time tell.
 */
import { Branch, DataList } from '../../../src/data/index.ts';
import type { Slot } from '../../../src/data/index.ts';
import { changesState, travelOf, valueChangesState } from '../../../src/sami/index.ts';
import { fieldsOf } from './fields.ts';

/** Seconds that an entry may be ahead of its time: devices count in whole ones, and some sweep once a second. */
export const SLACK_SECONDS = 2;

/** Whether the time of an entry is over within `seconds`, as far as it says. */
export function isBrief(row: Branch, seconds: number): boolean {
  const left = timeLeft(row);
  return left !== undefined && left <= seconds;
}

/** Name of a child in which the device's entry contradicts `want`. Entries inside may be gone when they are brief. */
export function contradiction(want: Branch, have: Branch, brief: number): string | undefined {
  if (!changesState(want, have)) return undefined;
  const { local, volatile, combine } = travelOf(want.schema);
  const touched = isTouched(want, have);
  const shrunk = want.slots.some((inner, slot) => missesBrief(inner, have.slots[slot], brief));
  const child = want.schema.dataChildren.find(({ slot }) => {
    const [was, now] = [want.slots[slot], have.slots[slot]];
    if (was === undefined || now === undefined || was === now) return false;
    if (local[slot] === true || volatile[slot] === true) return false;
    if (was instanceof Branch && now instanceof Branch) {
      return contradiction(was, now, brief) !== undefined;
    }
    if (was instanceof DataList && now instanceof DataList) return contradictsList(was, now, brief);
    if (combine[slot] === 'add') return amount(now) < amount(was) && !shrunk;
    return !touched && valueChangesState(was, now);
  });
  return child?.name;
}

function contradictsList(want: DataList, have: DataList, brief: number): boolean {
  if (want.schema.keys.length === 0) return valueChangesState(want, have);
  for (const row of want) {
    const now = have.get(row);
    const wrong = now ? contradiction(row, now, brief) !== undefined : !isBrief(row, brief);
    if (wrong) return true;
  }
  return false;
}

function missesBrief(want: Slot, have: Slot, brief: number): boolean {
  if (!(want instanceof DataList) || want.schema.keys.length === 0) return false;
  for (const row of want) {
    const present = have instanceof DataList && have.get(row) !== undefined;
    if (!present && isBrief(row, brief)) return true;
  }
  return false;
}

function isTouched(want: Branch, have: Branch): boolean {
  const rose = travelOf(want.schema).combine.some(
    (rule, slot) => rule === 'add' && amount(have.slots[slot]) > amount(want.slots[slot]),
  );
  const [before, now] = [timeLeft(want), timeLeft(have)];
  return rose || (before !== undefined && now !== undefined && now > before + SLACK_SECONDS);
}

/** Seconds until an entry goes if no packet comes; undefined when it does not say. */
function timeLeft(row: Branch): number | undefined {
  const fields = fieldsOf(row.schema);
  const value = (name: string): number | undefined =>
    fields.has(name) ? fields.number(row, name) : undefined;
  const lifetime = value('lifetime') ?? value('remaining-time');
  const timeout = value('idle-timeout');
  if (timeout === undefined) return lifetime;
  const idle = timeout - (value('idle-time') ?? 0);
  return lifetime === undefined ? idle : Math.min(idle, lifetime);
}

function amount(value: Slot): number | bigint {
  return typeof value === 'number' || typeof value === 'bigint' ? value : 0;
}
