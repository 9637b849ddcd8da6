/**
 * What differs between two trees, as edits of a YANG patch (RFC 8072, RFC 9144) that would make the second of the
 * first: one by one, so that they need not be held.
 */
import {
  Branch,
  DataList,
  compareValues,
  emptyBranch,
  keysOf,
  longestIncreasing,
  sameTree,
} from '../../src/data/index.ts';
import type { AnyValue, LeafListValue, Slot } from '../../src/data/index.ts';
import type {
  DataSchemaNode,
  LeafListNode,
  LeafValue,
  ListNode,
  ModuleInfo,
} from '../../src/yang/index.ts';

/** A node as it is on one side, with what says where it comes from. */
export interface Side {
  readonly node: DataSchemaNode;
  /** A leaf, one entry of a leaf-list, anydata, a container or an entry of a list. */
  readonly value: LeafValue | AnyValue | Branch;
  readonly place: Place;
}

export interface Edit {
  readonly operation: 'create' | 'delete' | 'insert' | 'move' | 'replace';
  readonly target: string;
  readonly where?: 'after' | 'first';
  readonly point?: string;
  /** In the target of the comparison. */
  readonly value?: Side;
  /** In its source. */
  readonly sourceValue?: Side;
}

/** The schema nodes above, and the keys of the entries: enough to find the place in another tree. */
export interface Place {
  readonly parent: Place | undefined;
  /** A branch of either tree. */
  readonly branch: Branch;
  /** RFC 8040, section 3.5.3. */
  readonly path: string;
  readonly module: ModuleInfo | undefined;
}

export interface DifferenceOptions {
  /** State data counts. */
  readonly state: boolean;
}

const ROWS_PER_STEP = 64;

/** Undefined where others may have a turn. */
export type Differences = Generator<Edit | undefined, void>;

export function* differences(
  before: Branch,
  after: Branch,
  options: DifferenceOptions,
): Differences {
  const place: Place = { parent: undefined, branch: after, path: '', module: undefined };
  yield* new Comparison(options).branches(before, after, place);
}

class Comparison {
  readonly #options: DifferenceOptions;

  constructor(options: DifferenceOptions) {
    this.#options = options;
  }

  *branches(before: Branch, after: Branch, place: Place): Differences {
    if (before === after) return;
    for (const child of after.schema.dataChildren) {
      if (!child.config && !this.#options.state) continue;
      if (child.kind === 'leaf' && child.isKey) continue;
      const [one, other] = [before.slots[child.slot], after.slots[child.slot]];
      if (one !== other) yield* this.#child(child, one, other, place);
    }
  }

  *#child(child: DataSchemaNode, before: Slot, after: Slot, place: Place): Differences {
    switch (child.kind) {
      case 'list':
        yield* this.#list(
          child,
          before as DataList | undefined,
          after as DataList | undefined,
          place,
        );
        break;
      case 'leaf-list':
        yield* leafList(
          child,
          (before ?? []) as LeafListValue,
          (after ?? []) as LeafListValue,
          place,
        );
        break;
      case 'container':
        yield* this.#container(
          child,
          before as Branch | undefined,
          after as Branch | undefined,
          place,
        );
        break;
      default:
        if (!isSame(before, after)) yield single(child, before, after, place);
    }
  }

  *#container(
    child: Extract<DataSchemaNode, { kind: 'container' }>,
    before: Branch | undefined,
    after: Branch | undefined,
    place: Place,
  ): Differences {
    if (child.presence && (!before || !after)) {
      yield single(child, before, after, place);
      return;
    }
    const branch = after ?? before ?? emptyBranch(child);
    const inner = placeOf(child, branch, place);
    yield* this.branches(before ?? emptyBranch(child), after ?? emptyBranch(child), inner);
  }

  *#list(
    child: ListNode,
    before: DataList | undefined,
    after: DataList | undefined,
    place: Place,
  ): Differences {
    const changes = changesOf(before, after);
    let told = 0;
    for (const [one, other] of changes.pairs) {
      if (one && other) yield* this.branches(one, other, placeOf(child, other, place));
      else if (one || !changes.isOrdered) yield single(child, one, other, place);
      if ((told += 1) % ROWS_PER_STEP === 0) yield;
    }
    if (changes.isOrdered && after) yield* inOrder(child, before, after, place);
  }
}

interface ListChanges {
  readonly pairs: readonly (readonly [Branch | undefined, Branch | undefined])[];
  readonly isOrdered: boolean;
}

function changesOf(before: DataList | undefined, after: DataList | undefined): ListChanges {
  const pairs: [Branch | undefined, Branch | undefined][] = [];
  DataList.diff(before, after, {
    added: (row) => pairs.push([undefined, row]),
    removed: (row) => pairs.push([row, undefined]),
    changed: (one, other) => pairs.push([one, other]),
  });
  const { ordered, schema } = (after ?? before) as DataList;
  return { pairs, isOrdered: ordered && schema.keys.length > 0 };
}

/** Entries that are new in a list ordered by user, or have another place (RFC 8072, section 2.5). */
function* inOrder(
  child: ListNode,
  before: DataList | undefined,
  after: DataList,
  place: Place,
): Differences {
  const rank = new Map<Branch, number>();
  for (const [at, row] of [...(before ?? [])].entries()) rank.set(row, at);
  const rows = [...after];
  const old = rows.map((row) => before?.get(row));
  const common = rows.flatMap((_row, at) => (old[at] ? [at] : []));
  const staying = new Set(
    longestIncreasing(common.map((at) => rank.get(old[at] as Branch) ?? 0)).map((it) => common[it]),
  );
  for (const [at, row] of rows.entries()) {
    if (staying.has(at)) continue;
    const previous = rows[at - 1];
    const where = previous ? ('after' as const) : ('first' as const);
    const point = previous && placeOf(child, previous, place).path;
    const present = old[at];
    const target = placeOf(child, row, place).path;
    const value = { node: child, value: row, place };
    yield {
      operation: present ? 'move' : 'insert',
      target,
      where,
      ...(point === undefined ? {} : { point }),
      ...(present ? { sourceValue: { ...value, value: present } } : { value }),
    };
  }
}

function* leafList(
  child: LeafListNode,
  before: LeafListValue,
  after: LeafListValue,
  place: Place,
): Differences {
  const has = (values: LeafListValue, item: LeafValue): boolean =>
    values.some((it) => compareValues(it, item) === 0);
  for (const item of before) if (!has(after, item)) yield single(child, item, undefined, place);
  for (const item of after) if (!has(before, item)) yield single(child, undefined, item, place);
}

/** A node that is there on one side only, or has another value. */
function single(child: DataSchemaNode, before: Slot, after: Slot, place: Place): Edit {
  const one = before === undefined ? undefined : sideOf(child, before, place);
  const other = after === undefined ? undefined : sideOf(child, after, place);
  const target = pathTo(child, after ?? before, place);
  if (!one) return { operation: 'create', target, ...(other ? { value: other } : {}) };
  if (!other) return { operation: 'delete', target, sourceValue: one };
  return { operation: 'replace', target, value: other, sourceValue: one };
}

function sideOf(node: DataSchemaNode, value: Slot, place: Place): Side {
  return { node, value: value as Side['value'], place };
}

function placeOf(child: DataSchemaNode, branch: Branch, parent: Place): Place {
  return { parent, branch, path: pathTo(child, branch, parent), module: child.module };
}

function pathTo(child: DataSchemaNode, value: Slot, { path, module }: Place): string {
  const prefix = child.module === module ? '' : `${child.module.name}:`;
  return `${path}/${prefix}${child.name}${instance(child, value)}`;
}

function instance(child: DataSchemaNode, value: Slot): string {
  if (child.kind === 'leaf-list') {
    return `=${encodeURIComponent(child.type.canonical(value as LeafValue))}`;
  }
  if (child.kind !== 'list' || child.keys.length === 0 || !(value instanceof Branch)) return '';
  const keys = keysOf(value).map((key, at) => child.keys[at]?.type.canonical(key) ?? '');
  return `=${keys.map(encodeURIComponent).join(',')}`;
}

function isSame(a: Slot, b: Slot): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a instanceof Branch && b instanceof Branch) return sameTree(a, b);
  if (isAny(a) && isAny(b)) return JSON.stringify(a.element) === JSON.stringify(b.element);
  return compareValues(a as LeafValue, b as LeafValue) === 0;
}

function isAny(value: Slot): value is AnyValue {
  return typeof value === 'object' && value !== null && 'element' in value;
}
