/**
 * `unique` (RFC 7950, section 7.8.3): an index of the combinations in a list, carried from one version
 * of the list to the next by what has changed between them.
 */
import type { PathStep } from '../../error/index.ts';
import type { DataSchemaNode, LeafValue, ListNode } from '../../yang/index.ts';
import { DataList } from '../list.ts';
import { Branch } from '../node.ts';
import { casesAllow, emptyBranch } from '../tree/defaults.ts';
import { isNonPresence, schemaDefault } from '../tree/implied.ts';
import { pathStep } from '../tree/path.ts';

type UniqueLeaves = ListNode['unique'][number];

/** Entries that agree in all leaves of one `unique` statement. */
export interface UniqueConflict {
  readonly leaves: UniqueLeaves;
  readonly rows: readonly Branch[];
}

class UniqueIndex {
  readonly #leaves: UniqueLeaves;
  readonly #rows = new Map<string, Set<Branch>>();
  readonly #conflicts = new Set<string>();
  #list: DataList | undefined;

  constructor(leaves: UniqueLeaves) {
    this.#leaves = leaves;
  }

  conflicts(list: DataList): readonly UniqueConflict[] {
    DataList.diff(this.#list, list, {
      added: (row) => {
        this.#add(row);
      },
      removed: (row) => {
        this.#remove(row);
      },
      changed: (before, after) => {
        this.#remove(before);
        this.#add(after);
      },
    });
    this.#list = list;
    const leaves = this.#leaves;
    return [...this.#conflicts].map((key) => ({ leaves, rows: [...(this.#rows.get(key) ?? [])] }));
  }

  #add(row: Branch): void {
    const key = combination(row, this.#leaves);
    if (key === undefined) return;
    const rows = this.#rows.get(key);
    if (!rows) {
      this.#rows.set(key, new Set([row]));
      return;
    }
    rows.add(row);
    if (rows.size > 1) this.#conflicts.add(key);
  }

  #remove(row: Branch): void {
    const key = combination(row, this.#leaves);
    const rows = key === undefined ? undefined : this.#rows.get(key);
    if (key === undefined || !rows) return;
    rows.delete(row);
    if (rows.size < 2) this.#conflicts.delete(key);
    if (rows.size === 0) this.#rows.delete(key);
  }
}

const indexes = new WeakMap<DataList, readonly UniqueIndex[]>();

/** The conflicts in `list`. `before` is an earlier version of it, if there is one. */
export function uniqueConflicts(
  list: DataList,
  before: DataList | undefined,
): readonly UniqueConflict[] {
  const found =
    indexes.get(list) ??
    (before && indexes.get(before)) ??
    list.schema.unique.map((leaves) => new UniqueIndex(leaves));
  indexes.set(list, found);
  return found.flatMap((index) => index.conflicts(list));
}

/** Undefined when a leaf has no value: then the entry is not compared. */
function combination(row: Branch, leaves: UniqueLeaves): string | undefined {
  const texts: string[] = [];
  for (const chain of leaves) {
    const text = leafText(row, chain);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return JSON.stringify(texts);
}

function leafText(row: Branch, chain: readonly DataSchemaNode[]): string | undefined {
  let branch = row;
  for (const node of chain) {
    const value = branch.slots[node.slot];
    if (node.kind === 'leaf') {
      const used = value ?? (casesAllow(branch, node) ? schemaDefault(node) : undefined);
      return value === null
        ? ''
        : used === undefined
          ? undefined
          : node.type.canonical(used as LeafValue);
    }
    if (value instanceof Branch) branch = value;
    else if (isNonPresence(node)) branch = emptyBranch(node);
    else return undefined;
  }
  return undefined;
}

/** Paths of the leaves of one entry, for error-info (RFC 7950, section 15.1). */
export function nonUniquePaths(
  conflict: UniqueConflict,
  list: readonly PathStep[],
): readonly (readonly PathStep[])[] {
  const parent = list.slice(0, -1);
  return conflict.rows.flatMap((row) =>
    conflict.leaves.map((chain) => [
      ...parent,
      pathStep(row.schema as ListNode, row),
      ...chain.map((node) => pathStep(node)),
    ]),
  );
}
