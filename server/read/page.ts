/**
 * One page of the entries of a list (draft-ietf-netconf-list-pagination, section 3.1): where, sort-by, direction,
 * cursor or offset, limit, in this order. In memory is what the page needs, and no more.
 */
import {
  DataList,
  NodeRef,
  RpcErrorException,
  TREE_MODEL,
  emptyBranch,
  keysOf,
  rootRef,
} from '../../src/data/index.ts';
import type { Branch, LeafListValue, ListSelection, Slot } from '../../src/data/index.ts';
import { invalidValue } from '../../src/error/index.ts';
import type { XmlWriterAttribute } from '../../src/xml/index.ts';
import { XPathError } from '../../src/xpath/index.ts';
import type { CompiledXPath, VisitBudget } from '../../src/xpath/index.ts';
import type { DataSchemaNode, LeafListNode, LeafValue, ListNode } from '../../src/yang/index.ts';
import { tooMuch } from './limits.ts';
import { candidates, rowBranch } from './source.ts';
import type { ListPart, Row } from './source.ts';
import { eachRow } from './each-row.ts';
import { Pace } from './steps.ts';
import type { Steps } from './steps.ts';

const PAGINATION_NS = 'urn:ietf:params:xml:ns:yang:ietf-list-pagination';

export interface PageRequest {
  /** The list or leaf-list that is paged through; undefined when only lists below are limited. */
  readonly target: DataSchemaNode | undefined;
  readonly where: CompiledXPath | undefined;
  /** What all evaluations of `where` may visit together. */
  readonly budget: VisitBudget;
  /** The way from an entry down to the leaf that decides; the name of the locale is for the reply. */
  readonly sort:
    | {
        readonly path: readonly DataSchemaNode[];
        readonly locale: string;
        compare(a: LeafValue, b: LeafValue): number;
      }
    | undefined;
  readonly backwards: boolean;
  readonly cursor: string | undefined;
  readonly offset: number;
  readonly limit: number | undefined;
  readonly sublistLimit: number | undefined;
  /** Entries that may be held to sort them or to go backwards. */
  readonly maxHeld: number;
  /** Whether `sublist-limit` is about this list or leaf-list. */
  isBelow(child: DataSchemaNode): boolean;
}

/** An entry to write, with what is said of the page on it. */
export interface PagedRow {
  readonly row: Row;
  readonly attributes?: readonly XmlWriterAttribute[];
}

type Rows = DataList | ListPart;
type Visit = (row: PagedRow) => Steps | undefined;

/** Writes the page of the target list, or the first entries of a list below it. */
export function* writePage(
  page: PageRequest,
  child: ListNode,
  rows: Rows,
  entries: ListSelection | undefined,
  visit: Visit,
): Steps {
  const isTarget = page.target === child;
  const given: PageRequest = isTarget ? page : { ...page, ...FIRST, limit: page.sublistLimit };
  const work = new Pager(given, child, rows, entries, visit);
  yield* given.sort || given.backwards ? work.held() : work.streamed();
}

const FIRST = { where: undefined, sort: undefined, backwards: false, cursor: undefined, offset: 0 };

class Pager {
  readonly #page: PageRequest;
  readonly #child: ListNode;
  readonly #rows: Rows;
  readonly #entries: ListSelection | undefined;
  readonly #visit: Visit;

  constructor(
    page: PageRequest,
    child: ListNode,
    rows: Rows,
    entries: ListSelection | undefined,
    visit: Visit,
  ) {
    this.#page = page;
    this.#child = child;
    this.#rows = rows;
    this.#entries = entries;
    this.#visit = visit;
  }

  /** In the order of the list: entries go out as they come, one held back for what is said of the page. */
  *streamed(): Steps {
    const { cursor, offset, limit = Infinity } = this.#page;
    const before: Row[] = [];
    let isFound = cursor === undefined;
    let [skipped, taken, left] = [0, 0, 0];
    let held: Row | undefined;
    let next: string | undefined;
    const countsRest = this.#rows instanceof DataList;
    const self = this as Pager;
    yield* this.#each(function (row) {
      isFound ||= self.#cursorOf(row) === cursor;
      if (!isFound || skipped < offset) {
        if (isFound) skipped += 1;
        remember(before, row, limit);
        return undefined;
      }
      if (taken < limit) {
        taken += 1;
        const ready = held;
        held = row;
        return ready && self.#visit({ row: ready });
      }
      left += 1;
      next ??= self.#cursorOf(row);
      return countsRest ? undefined : 'stop';
    });
    if (!isFound) throw cursorNotFound(cursor ?? '');
    if (skipped < offset) throw offsetOutOfRange(offset, skipped);
    if (!held) return;
    const previous = before.length > 0 ? self.#cursorOf(before[0] as Row) : undefined;
    const remaining = left === 0 ? undefined : countsRest ? left : 'unknown';
    yield* this.#visit({ row: held, attributes: this.#said({ remaining, next, previous }) }) ?? [];
  }

  /** Sorted or backwards: what may be on the page is held until the list has ended. */
  *held(): Steps {
    const { sort, cursor, offset, limit = Infinity, maxHeld, backwards } = this.#page;
    const order = sort && this.#order(sort);
    const wanted = cursor === undefined ? offset + limit : Infinity;
    let [total, rows] = [0, [] as Row[]];
    yield* this.#each((row) => {
      total += 1;
      rows.push(row);
      if (rows.length > 2 * wanted) rows = this.#foremost(rows, order, wanted);
      if (rows.length > maxHeld)
        throw tooMuch(`more than ${String(maxHeld)} entries to put in order`);
      return undefined;
    });
    const ordered = order ? rows.sort(order) : rows;
    if (backwards) ordered.reverse();
    let start = offset;
    if (cursor !== undefined) {
      start = ordered.findIndex((row) => this.#cursorOf(row) === cursor);
      if (start < 0) throw cursorNotFound(cursor);
    } else if (offset > total) throw offsetOutOfRange(offset, total);
    const end = Math.min(start + limit, total);
    const [nextRow, previousRow] = [ordered[end], ordered[Math.max(0, start - limit)]];
    const said = this.#said({
      remaining: end < total ? total - end : undefined,
      next: nextRow && end < total ? this.#cursorOf(nextRow) : undefined,
      previous: previousRow && start > 0 ? this.#cursorOf(previousRow) : undefined,
    });
    for (let at = start; at < Math.min(end, ordered.length); at += 1) {
      const row = ordered[at] as Row;
      yield* this.#visit({ row, attributes: at === end - 1 ? said : [] }) ?? [];
      yield;
    }
  }

  /** Those of which the page is made, and the one after it. Backwards it is made of the last. */
  #foremost(rows: Row[], order: ((a: Row, b: Row) => number) | undefined, wanted: number): Row[] {
    if (order) rows.sort(order);
    return this.#page.backwards ? rows.slice(-(wanted + 1)) : rows.slice(0, wanted + 1);
  }

  /** Every entry that the filter and `where` let through. */
  *#each(visit: (row: Row) => Steps | undefined | 'stop'): Steps {
    const check = (row: Row): Steps | undefined | 'stop' =>
      this.#matches(rowBranch(row)) ? visit(row) : undefined;
    if (!(this.#rows instanceof DataList)) {
      yield* eachRow(this.#rows, this.#entries, check);
      return;
    }
    const pace = new Pace();
    for (const row of candidates(this.#rows, this.#entries)) {
      const steps = check(row);
      if (steps === 'stop') return;
      if (steps) yield* steps;
      if (pace.isEnough()) yield;
    }
  }

  #matches(row: Branch): boolean {
    const { where, budget } = this.#page;
    if (this.#entries && !this.#entries.all && !this.#entries.entry(row)) return false;
    if (!where) return true;
    try {
      return where.boolean(TREE_MODEL, rootRef(row, { budget }), { budget });
    } catch (error) {
      if (!(error instanceof XPathError)) throw error;
      if (budget.isSpent) throw tooMuch('"where" looks at too many nodes');
      const message = `"where" cannot be evaluated: ${error.reason}`;
      throw new RpcErrorException(invalidValue(message), { cause: error });
    }
  }

  #order(sort: NonNullable<PageRequest['sort']>): (a: Row, b: Row) => number {
    const { path } = sort;
    return (a, b) => {
      const [one, other] = [valueAt(rowBranch(a), path), valueAt(rowBranch(b), path)];
      if (one === undefined || other === undefined) {
        return Number(one === undefined) - Number(other === undefined);
      }
      return sort.compare(one, other);
    };
  }

  #said(page: {
    readonly remaining: number | 'unknown' | undefined;
    readonly next: string | undefined;
    readonly previous: string | undefined;
  }): readonly XmlWriterAttribute[] {
    const { sort, limit, target } = this.#page;
    // A cursor can be given for the target only.
    const hasCursors = limit !== undefined && target === this.#child;
    const said = Object.entries({
      remaining: page.remaining,
      next: hasCursors ? page.next : undefined,
      previous: hasCursors ? page.previous : undefined,
      locale: sort?.locale,
    });
    return said.flatMap(([name, value]) =>
      value === undefined ? [] : [pageAttribute(name, String(value))],
    );
  }

  /** Opaque to clients: the keys of an entry. */
  #cursorOf(row: Row): string | undefined {
    if (this.#child.keys.length === 0) return undefined;
    const keys = keysOf(rowBranch(row)).map((value, at) =>
      this.#child.keys[at]?.type.canonical(value),
    );
    return Buffer.from(JSON.stringify(keys)).toString('base64url');
  }
}

/** Entries of a leaf-list that are on the page, and what is said of it on the last one. */
export function pagedItems(
  page: PageRequest,
  child: LeafListNode,
  values: LeafListValue,
): { readonly items: LeafListValue; readonly attributes: readonly XmlWriterAttribute[] } {
  const isTarget = page.target === child;
  if (!isTarget && !page.isBelow(child)) return { items: values, attributes: [] };
  const {
    where,
    budget,
    backwards,
    offset,
    limit = Infinity,
  } = isTarget ? page : { ...page, ...FIRST, limit: page.sublistLimit };
  const parent = rootRef(emptyBranch(child.dataParent), { budget });
  let found = values.filter(
    (value) => where?.boolean(TREE_MODEL, new NodeRef(child, value, parent), { budget }) ?? true,
  );
  if (backwards) found = found.reverse();
  if (offset > found.length) throw offsetOutOfRange(offset, found.length);
  const items = found.slice(offset, offset + limit);
  const remaining = found.length - offset - items.length;
  const attributes = remaining > 0 ? [pageAttribute('remaining', String(remaining))] : [];
  return { items, attributes };
}

function pageAttribute(local: string, value: string): XmlWriterAttribute {
  return { namespace: PAGINATION_NS, local, value, prefix: 'lpg' };
}

/** The last entries before the page: where the page before it starts. */
function remember(before: Row[], row: Row, limit: number): void {
  if (limit === Infinity) return;
  before.push(row);
  if (before.length > limit) before.shift();
}

function valueAt(row: Branch, path: readonly DataSchemaNode[]): LeafValue | undefined {
  let value: Slot = row;
  for (const node of path) {
    value = (value as Branch | undefined)?.slots[node.slot];
    if (value === undefined) return undefined;
  }
  return value as unknown as LeafValue;
}

function offsetOutOfRange(offset: number, total: number): RpcErrorException {
  const message = `offset ${String(offset)} is beyond the ${String(total)} entries that there are`;
  return new RpcErrorException(
    invalidValue(message, { appTag: 'ietf-list-pagination:offset-out-of-range' }),
  );
}

function cursorNotFound(cursor: string): RpcErrorException {
  const message = `there is no entry for the cursor "${cursor}"`;
  return new RpcErrorException(
    invalidValue(message, { appTag: 'ietf-list-pagination:cursor-not-found' }),
  );
}
