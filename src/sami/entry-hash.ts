/**
 * Hashes of entries, the summands of a table's digest.
 *
 * Every list entry counts, nested ones included. Its hash is over what is neither local nor volatile,
 * by name, so that devices whose schemas order or extend the leaves differently agree. A value that
 * equals the schema's default counts as absent. A nested entry's hash includes the keys of the entries
 * around it and, in a list that the user orders, its position.
 */
import { Branch, DataList } from '../data/index.ts';
import type { Slot } from '../data/index.ts';
import type { BranchSchemaNode, DataSchemaNode, LeafValue, ListNode } from '../yang/index.ts';
import { EntryHasher, hashText } from './digest.ts';
import type { EntryHash, TableDigest } from './digest.ts';
import { travelOf } from './travel.ts';

/** Adds an entry of a kind's list, with all that is nested in it. */
export function addEntry(digest: TableDigest, row: Branch): void {
  const visit = (hash: EntryHash): void => {
    digest.add(hash);
  };
  hashEntries(row, { name: planOf(row.schema).name, position: 0 }, visit);
}

/** Takes out what {@link addEntry} put in. */
export function removeEntry(digest: TableDigest, row: Branch): void {
  const visit = (hash: EntryHash): void => {
    digest.remove(hash);
  };
  hashEntries(row, { name: planOf(row.schema).name, position: 0 }, visit);
}

/** Hash of one entry of a kind's list, without what is nested in it. */
export function entryHash(row: Branch): EntryHash {
  const plan = planOf(row.schema);
  const hasher = new EntryHasher().reset(plan.name);
  hashBranch(hasher, plan, row);
  return hasher.result();
}

/** The entry and the entries nested in it, each once: what counts are taken over. */
export function* withNested(row: Branch): Iterable<Branch> {
  yield row;
  yield* below(row);
}

function* below(branch: Branch): Iterable<Branch> {
  if (!planOf(branch.schema).nests) return;
  for (const value of branch.slots) {
    if (value instanceof DataList) for (const inner of value) yield* withNested(inner);
    else if (value instanceof Branch) yield* below(value);
  }
}

/** Number of entries: the entry and those nested in it. */
export function countEntries(row: Branch): number {
  if (!planOf(row.schema).nests) return 1;
  let count = 0;
  for (const entry of withNested(row)) count += entry instanceof Branch ? 1 : 0;
  return count;
}

/** Number of entries in a list, nested ones included. O(1) where nothing is nested. */
export function countList(list: DataList | undefined): number {
  if (!list) return 0;
  if (!planOf(list.schema).nests) return list.size;
  let count = 0;
  for (const row of list) count += countEntries(row);
  return count;
}

interface Step {
  readonly slot: number;
  readonly node: DataSchemaNode;
  readonly name: number;
  readonly plan: Plan | undefined;
}

interface Plan {
  readonly name: EntryHash;
  readonly steps: readonly Step[];
  /** Lists may be found below, directly or in containers. */
  readonly nests: boolean;
}

const plans = new WeakMap<BranchSchemaNode, Plan>();

function planOf(schema: BranchSchemaNode): Plan {
  let plan = plans.get(schema);
  if (!plan) {
    plan = makePlan(schema);
    plans.set(schema, plan);
  }
  return plan;
}

function makePlan(schema: BranchSchemaNode): Plan {
  const travel = travelOf(schema);
  const nodes = schema.dataChildren
    .filter(({ slot }) => travel.local[slot] !== true && travel.volatile[slot] !== true)
    // By name, because another device's schema may have them in another order.
    .sort((left, right) => compare(qualifiedName(left), qualifiedName(right)));
  const steps = nodes.map((node) => ({
    slot: node.slot,
    node,
    name: hashText(qualifiedName(node)).low,
    plan: node.kind === 'container' ? planOf(node) : undefined,
  }));
  const nests = nodes.some((node) => node.kind === 'list' || planOfContainer(node)?.nests === true);
  const name = schema.kind === 'container' || schema.kind === 'list' ? qualifiedName(schema) : '';
  return { name: hashText(name), steps, nests };
}

function planOfContainer(node: DataSchemaNode): Plan | undefined {
  return node.kind === 'container' ? planOf(node) : undefined;
}

function qualifiedName(node: DataSchemaNode): string {
  return `${node.module.name}:${node.name}`;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

interface Place {
  /** Hash of the list's name and, for a nested entry, of the keys around it. */
  readonly name: EntryHash;
  /** From 1 in a list that the user orders, else 0. */
  readonly position: number;
}

function hashEntries(row: Branch, place: Place, visit: (hash: EntryHash) => void): void {
  const plan = planOf(row.schema);
  const hasher = new EntryHasher().reset(place.name);
  if (place.position > 0) hasher.word(place.position);
  hashBranch(hasher, plan, row);
  visit(hasher.result());
  if (plan.nests) hashNested(row, plan, keyHash(row, place), visit);
}

function hashNested(
  branch: Branch,
  plan: Plan,
  around: EntryHash,
  visit: (hash: EntryHash) => void,
): void {
  for (const step of plan.steps) {
    const value = branch.slots[step.slot];
    if (value instanceof DataList) {
      const hasher = new EntryHasher().reset(around);
      hasher.word(step.name);
      const name = hasher.result();
      const ordered = value.schema.orderedBy === 'user';
      let position = 0;
      for (const inner of value) {
        position += 1;
        hashEntries(inner, { name, position: ordered ? position : 0 }, visit);
      }
    } else if (value instanceof Branch && step.plan?.nests === true) {
      const hasher = new EntryHasher().reset(around);
      hasher.word(step.name);
      hashNested(value, step.plan, hasher.result(), visit);
    }
  }
}

function keyHash(row: Branch, place: Place): EntryHash {
  const hasher = new EntryHasher().reset(place.name);
  for (const key of (row.schema as ListNode).keys) {
    hashLeaf(hasher, key, row.slots[key.slot] as LeafValue);
  }
  return hasher.result();
}

/** Returns whether the branch had anything to hash. */
function hashBranch(hasher: EntryHasher, plan: Plan, branch: Branch): boolean {
  const { slots } = branch;
  let any = false;
  for (const step of plan.steps) {
    const value = slots[step.slot];
    if (value === undefined || isDefault(step.node, value)) continue;
    any = hashStep(hasher, step, value) || any;
  }
  return any;
}

function isDefault(node: DataSchemaNode, value: Slot): boolean {
  return node.kind === 'leaf' && node.defaultValue !== undefined && node.defaultValue === value;
}

function hashStep(hasher: EntryHasher, step: Step, value: Slot): boolean {
  const { node, plan } = step;
  if (node.kind === 'leaf') {
    hasher.word(step.name);
    hashLeaf(hasher, node, value as LeafValue);
    return true;
  }
  if (node.kind === 'leaf-list') {
    const texts = (value as readonly LeafValue[]).map((item) => node.type.canonical(item));
    if (node.orderedBy === 'system') texts.sort(compare);
    hasher.word(step.name);
    hasher.text(texts.join('\u0000'));
    return true;
  }
  if (!plan || !(value instanceof Branch) || node.kind !== 'container') return false;
  if (!node.presence && !hasContent(plan, value)) return false;
  hasher.word(step.name);
  hashBranch(hasher, plan, value);
  // The end is marked, so that a leaf does not slip from a container to what follows it.
  hasher.word(0x7fffffff);
  return true;
}

/** Whether a container without presence holds anything that counts: an empty one is as if absent. */
function hasContent(plan: Plan, branch: Branch): boolean {
  return plan.steps.some((step) => {
    const value = branch.slots[step.slot];
    if (value === undefined || value instanceof DataList || isDefault(step.node, value))
      return false;
    if (!(value instanceof Branch)) return true;
    const presence = step.node.kind === 'container' && step.node.presence;
    return presence || (step.plan !== undefined && hasContent(step.plan, value));
  });
}

function hashLeaf(hasher: EntryHasher, node: DataSchemaNode, value: LeafValue): void {
  switch (typeof value) {
    case 'string':
      hasher.text(value);
      return;
    case 'number':
      hasher.number(value);
      return;
    case 'boolean':
      hasher.word(value ? 1 : 2);
      return;
    default:
      if (node.kind === 'leaf' && value !== null) hasher.text(node.type.canonical(value));
      else hasher.word(3);
  }
}
