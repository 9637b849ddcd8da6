/**
 * What becomes of an entry that arrives on a device that already has one with the same key
 * (`sami:combine`): counters add, remaining times take the longer, the rest replaces. And the way back:
 * what of it remains when the arrived entry is taken away again.
 *
 * Lists inside entries combine by key: what is in both combines, what is in one stays.
 */
import { Branch, DataList, compareValues } from '../data/index.ts';
import type { Slot } from '../data/index.ts';
import type { BranchSchemaNode, DataSchemaNode, ListNode } from '../yang/index.ts';
import { isObjectValue, travelOf } from './travel.ts';
import type { CombineRule } from './travel.ts';

/** The entry that a device is to have which has `present` when `arriving` comes. */
export function combineEntries(present: Branch, arriving: Branch): Branch {
  return mapSlots(arriving.schema, [present, arriving], (child, [ours, theirs]) =>
    combineValues(child, ours, theirs),
  );
}

/**
 * Takes the arrived entry away again. `before` is what was there when it came (undefined: no such entry),
 * `result` what {@link combineEntries} made of both, and `current` what traffic has made of that since:
 * of sums the difference that the arrival made is subtracted, so that what traffic added stays; other
 * values become what they were before, unless they have changed since.
 */
export function separateEntries(
  current: Branch,
  before: Branch | undefined,
  result: Branch,
): Branch {
  return mapSlots(current.schema, [current, before, result], (child, [now, was, made]) =>
    separateValues(child, now, was, made),
  );
}

interface Child {
  readonly node: DataSchemaNode;
  readonly rule: CombineRule;
  readonly local: boolean;
  readonly key: boolean;
}

const known = new WeakMap<BranchSchemaNode, readonly Child[]>();

function childrenOf(schema: BranchSchemaNode): readonly Child[] {
  let children = known.get(schema);
  if (!children) {
    const { combine, local } = travelOf(schema);
    const keys: readonly DataSchemaNode[] = schema.kind === 'list' ? schema.keys : [];
    children = schema.dataChildren.map((node) => ({
      node,
      rule: combine[node.slot] ?? 'replace',
      local: local[node.slot] === true,
      key: keys.includes(node),
    }));
    known.set(schema, children);
  }
  return children;
}

/** A branch whose slots are made of those of others. */
function mapSlots<Sources extends readonly (Branch | undefined)[]>(
  schema: BranchSchemaNode,
  sources: Sources,
  make: (child: Child, values: { readonly [Index in keyof Sources]: Slot }) => Slot,
): Branch {
  const children = childrenOf(schema);
  const length = Math.max(...sources.map((source) => source?.slots.length ?? 0));
  const slots: Slot[] = [];
  let used = 0;
  for (let slot = 0; slot < length; slot += 1) {
    const values = sources.map((source) => source?.slots[slot]);
    const value = make(
      children[slot] as Child,
      values as unknown as { readonly [Index in keyof Sources]: Slot },
    );
    slots.push(value);
    if (value !== undefined) used = slot + 1;
  }
  return new Branch(schema, used === length ? slots : slots.slice(0, used));
}

function combineValues({ node, rule, local }: Child, present: Slot, arriving: Slot): Slot {
  switch (node.kind) {
    case 'container': {
      if (node.presence && arriving === undefined && rule === 'replace') return undefined;
      return combineContainers(present, arriving);
    }
    case 'list':
      return combineLists(node, present, arriving);
    default:
      // What means something here alone stays when nothing takes its place.
      if (arriving === undefined) return rule === 'replace' && !local ? undefined : present;
      if (present === undefined || rule === 'replace') return arriving;
      if (!isNumber(present) || !isNumber(arriving)) return arriving;
      if (rule === 'max') return present > arriving ? present : arriving;
      return addLimited(present, arriving, limitOf(node));
  }
}

function combineContainers(present: Slot, arriving: Slot): Slot {
  if (!(present instanceof Branch)) return arriving;
  return combineEntries(
    present,
    arriving instanceof Branch ? arriving : new Branch(present.schema, []),
  );
}

function combineLists(list: ListNode, present: Slot, arriving: Slot): Slot {
  if (!(present instanceof DataList) || !(arriving instanceof DataList)) return arriving ?? present;
  // An order that somebody chose cannot be merged with another.
  if (present.ordered || list.keys.length === 0) return arriving;
  const combined = present.edit();
  for (const row of arriving) {
    const ours = present.get(row);
    combined.set(ours ? combineEntries(ours, row) : row);
  }
  return combined.done();
}

function separateValues({ node, rule, key }: Child, now: Slot, was: Slot, made: Slot): Slot {
  if (key) return now;
  switch (node.kind) {
    case 'container':
      return separateContainers(node.presence, now, was, made);
    case 'list':
      return separateLists(now, was, made);
    default: {
      if (rule !== 'add' || !isNumber(now) || !isNumber(made)) {
        return sameValue(now, made) ? was : now;
      }
      const rest = subtractDifference(now, isNumber(was) ? was : 0, made);
      return rest === 0 && was === undefined ? undefined : rest;
    }
  }
}

function separateContainers(presence: boolean, now: Slot, was: Slot, made: Slot): Slot {
  if (!(made instanceof Branch)) return now ?? was;
  if (!(now instanceof Branch)) return presence ? now : undefined;
  if (presence && was === undefined) return undefined;
  const rest = separateEntries(now, was instanceof Branch ? was : undefined, made);
  return was === undefined && rest.slots.length === 0 ? undefined : rest;
}

function separateLists(now: Slot, was: Slot, made: Slot): Slot {
  if (!(made instanceof DataList)) return now;
  if (!(now instanceof DataList)) return undefined;
  const before = was instanceof DataList ? was : undefined;
  if (now.ordered) return sameValue(now, made) ? was : now;
  const rest = now.edit();
  for (const row of made) {
    const current = now.get(row);
    const earlier = before?.get(row);
    if (!current) continue;
    if (earlier) rest.set(separateEntries(current, earlier, row));
    else rest.delete(row);
  }
  const list = rest.done();
  return list.size === 0 ? undefined : list;
}

function isNumber(value: Slot): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** Whether a value is still what it was made. */
function sameValue(left: Slot, right: Slot): boolean {
  if (left === right) return true;
  if (isObjectValue(left) && isObjectValue(right)) return compareValues(left, right) === 0;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => item === right[index]);
  }
  if (left instanceof DataList && right instanceof DataList) {
    const ours = [...left];
    const theirs = [...right];
    return ours.length === theirs.length && ours.every((row, at) => row === theirs[at]);
  }
  return false;
}

/** The sum, as bigint only where a number cannot hold it; counters of 64 bits wrap (RFC 6991). */
export function addIntegers(left: number | bigint, right: number | bigint): number | bigint {
  const sum = Number(left) + Number(right);
  if (Number.isSafeInteger(sum)) return sum;
  return normal(BigInt.asUintN(64, BigInt(left) + BigInt(right)));
}

/** Types of less than 64 bits count what there is rather than what has passed: they stop at their end. */
function addLimited(
  left: number | bigint,
  right: number | bigint,
  limit: number | undefined,
): number | bigint {
  const sum = addIntegers(left, right);
  return limit !== undefined && sum > limit ? limit : sum;
}

/** `now` less what lies between `was` and `made`; not below 0, unless the sum had wrapped. */
function subtractDifference(
  now: number | bigint,
  was: number | bigint,
  made: number | bigint,
): number | bigint {
  const added = BigInt(made) - BigInt(was);
  const rest = BigInt(now) - added;
  if (added < 0n) return normal(BigInt.asUintN(64, rest));
  return rest < 0n ? 0 : normal(rest);
}

/** As the tree has it: a number where a number can hold it. */
function normal(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

const LIMITS: Readonly<Record<string, number>> = {
  uint8: 0xff,
  uint16: 0xffff,
  uint32: 0xffffffff,
  int8: 0x7f,
  int16: 0x7fff,
  int32: 0x7fffffff,
};

function limitOf(node: DataSchemaNode): number | undefined {
  return node.kind === 'leaf' ? LIMITS[node.type.base] : undefined;
}
