/**
 * Whether a user may make of one configuration what another is (RFC 8341, sections 3.2.5, 3.2.8 and 3.4.5): every
 * node that is created, changed or deleted needs the right for that. Nodes that stay need none, and those of which
 * another allowed change is the cause neither.
 */
import {
  Branch,
  DataList,
  diffTree,
  isExcluded,
  isNonPresence,
  longestIncreasing,
} from '../../src/data/index.ts';
import type { DiffPlace, DiffVisitor, Slot } from '../../src/data/index.ts';
import { printPath } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import type { DataSchemaNode, LeafListNode, LeafValue } from '../../src/yang/index.ts';
import type { InstanceState } from './instance-state.ts';
import type { Policy } from './policy.ts';
import { Way, deniedAt } from './visible-path.ts';
import type { WayStep } from './visible-path.ts';

type WriteOperation = 'create' | 'update' | 'delete';

const WRITES = ['create', 'update', 'delete'] as const;

/** Errors in one answer. */
const MAX_ERRORS = 10;

/** What is denied, with the paths as far as the user may read them. Empty when all is permitted. */
export function deniedWrites(policy: Policy, before: Branch, after: Branch): readonly RpcError[] {
  const check = new WriteCheck(policy);
  try {
    diffTree(before, after, check);
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  return check.errors;
}

class WriteCheck implements DiffVisitor {
  readonly #policy: Policy;
  readonly #errors = new Map<string, RpcError>();
  /** The state of the last place: nodes that differ come together. */
  #last: { readonly place: DiffPlace; readonly state: InstanceState } | undefined;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  get errors(): readonly RpcError[] {
    return [...this.#errors.values()];
  }

  created(node: DataSchemaNode, value: Slot, place: DiffPlace): void {
    this.#whole('create', { node, value, state: this.#stateAt(place), way: wayTo(place) });
  }

  deleted(node: DataSchemaNode, value: Slot, place: DiffPlace): void {
    const state = this.#stateAt(place);
    if (state.grants(node, 'delete')) return;
    // Data of one case goes when another gets some, and what a `when` forbids goes by itself (section 3.2.5).
    if (isExcluded(branchesTo(place), node)) return;
    this.#whole('delete', { node, value, state, way: wayTo(place) });
  }

  changed(node: DataSchemaNode, before: Slot, after: Slot, place: DiffPlace): void {
    const state = this.#stateAt(place);
    if (node.kind === 'leaf-list') {
      this.#values(node, before as Values, after as Values, { state, place });
    } else if (!state.allows(node, 'update')) this.#deny([...wayTo(place), { node }]);
  }

  enter(node: DataSchemaNode, _before: Branch, after: Branch, place: DiffPlace): boolean {
    const state = node.kind === 'list' ? this.#stateAt(place).enter(after) : this.#stateAt(place);
    const children = 'dataChildren' in node ? node.dataChildren : [];
    return !children.every((child) => WRITES.every((it) => state.grants(child, it)));
  }

  /** An entry that has been moved is updated: its place is part of it (RFC 7950, section 7.8.6). */
  reordered(node: DataSchemaNode, before: DataList, after: DataList, place: DiffPlace): void {
    const state = this.#stateAt(place);
    if (state.grants(node, 'update')) return;
    const old = [...before];
    const places = new Map(old.map((row, index) => [row, index]));
    const stayed = [...after].flatMap((row) => {
      const was = before.get(row);
      const index = was && places.get(was);
      return index === undefined ? [] : [{ row, index }];
    });
    const inPlace = new Set(longestIncreasing(stayed.map(({ index }) => index)));
    for (const [index, { row }] of stayed.entries()) {
      if (inPlace.has(index) || state.enter(row).allows(node, 'update')) continue;
      this.#deny([...wayTo(place), { node, entry: row }]);
    }
  }

  /** A node with all that is in it. */
  #whole(operation: WriteOperation, { node, value, state, way }: Subtree): void {
    if (value === undefined || state.grants(node, operation)) return;
    if (value instanceof DataList) {
      for (const row of value) this.#whole(operation, { node, value: row, state, way });
      return;
    }
    const entry = node.kind === 'list' && value instanceof Branch ? value : undefined;
    const own = entry ? state.enter(entry) : state;
    const here = [...way, { node, entry }];
    if (node.kind === 'leaf-list') {
      for (const item of value as Values) {
        if (state.enterValue(node, item).allows(node, operation)) continue;
        this.#deny([...way, { node, value: item }]);
      }
      return;
    }
    // A container without presence is no data: it is there all the same (RFC 7950, section 7.5.1).
    if (!isNonPresence(node) && !own.allows(node, operation)) {
      this.#deny(here);
      return;
    }
    if (!(value instanceof Branch)) return;
    for (const child of value.schema.dataChildren) {
      const inside = value.slots[child.slot];
      this.#whole(operation, { node: child, value: inside, state: own, way: here });
    }
  }

  #values(
    node: LeafListNode,
    before: Values,
    after: Values,
    { state, place }: { readonly state: InstanceState; readonly place: DiffPlace },
  ): void {
    const check = (operation: WriteOperation, value: LeafValue): void => {
      if (state.enterValue(node, value).allows(node, operation)) return;
      this.#deny([...wayTo(place), { node, value }]);
    };
    const old = indexes(node, before);
    const now = indexes(node, after);
    for (const value of before) if (!now.has(node.type.canonical(value))) check('delete', value);
    const stayed: { readonly value: LeafValue; readonly index: number }[] = [];
    for (const value of after) {
      const index = old.get(node.type.canonical(value));
      if (index === undefined) check('create', value);
      else stayed.push({ value, index });
    }
    if (node.orderedBy !== 'user') return;
    const inPlace = new Set(longestIncreasing(stayed.map(({ index }) => index)));
    for (const [index, { value }] of stayed.entries()) {
      if (!inPlace.has(index)) check('update', value);
    }
  }

  #deny(way: readonly WayStep[]): void {
    const visible = new Way(this.#policy);
    for (const each of way) visible.go(each);
    this.#errors.set(printPath(visible.visiblePath), deniedAt(visible));
    if (this.#errors.size >= MAX_ERRORS) throw new Enough();
  }

  #stateAt(place: DiffPlace): InstanceState {
    if (this.#last?.place === place) return this.#last.state;
    const above = place.parent ? this.#stateAt(place.parent) : this.#policy.start;
    const branch = place.after ?? place.before;
    const state = branch?.schema.kind === 'list' ? above.enter(branch) : above;
    this.#last = { place, state };
    return state;
  }
}

type Values = readonly LeafValue[];

interface Subtree {
  readonly node: DataSchemaNode;
  readonly value: Slot;
  /** Of the parent. */
  readonly state: InstanceState;
  /** To the parent. */
  readonly way: readonly WayStep[];
}

class Enough extends Error {}

function wayTo(place: DiffPlace): readonly WayStep[] {
  return branchesTo(place).flatMap((branch): readonly WayStep[] => {
    const { schema } = branch;
    if (schema.kind === 'list') return [{ node: schema, entry: branch }];
    return schema.kind === 'container' ? [{ node: schema }] : [];
  });
}

/** From the root down, as they are afterwards. */
function branchesTo(place: DiffPlace): readonly Branch[] {
  const branches: Branch[] = [];
  for (let at: DiffPlace | undefined = place; at; at = at.parent) {
    const branch = at.after ?? at.before;
    if (branch) branches.push(branch);
  }
  return branches.reverse();
}

function indexes(node: LeafListNode, values: Values): ReadonlyMap<string, number> {
  return new Map(values.map((value, index) => [node.type.canonical(value), index]));
}
