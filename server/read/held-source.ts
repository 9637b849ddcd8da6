/**
 * A source that is held in memory as a whole, for filters whose conditions look at more than one place, and for
 * comparing. What it may hold is limited.
 */
import { Branch, DataList } from '../../src/data/index.ts';
import type { ListSelection, Selection } from '../../src/data/index.ts';
import type { DataSchemaNode, ListNode } from '../../src/yang/index.ts';
import { eachRow } from './each-row.ts';
import { tooMuch } from './limits.ts';
import type { ContainerPart, ListPart, Part, Row, Source } from './source.ts';
import { wait } from './steps.ts';
import type { Steps } from './steps.ts';

export interface HeldSource {
  /** Everything in one tree. */
  readonly tree: Branch;
  /** The same with its parts, which are at hand now, and where they come from. */
  readonly source: Source;
}

/** Reads what `wanted` may look at, or everything, up to a number of entries from elsewhere. */
export function* hold(
  source: Source,
  wanted: Selection | undefined,
  maxEntries: number,
): Steps<HeldSource> {
  return yield* new Holder(maxEntries).source(source, wanted);
}

class Holder {
  readonly #maxEntries: number;
  #entries = 0;

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  *source(source: Source, wanted: Selection | undefined): Steps<HeldSource> {
    let tree = source.branch;
    const parts = new Map<DataSchemaNode, Part>();
    for (const [child, part] of source.parts ?? []) {
      if (wanted?.selects(child) === false) continue;
      if (part.kind === 'container') {
        const held = yield* this.#container(part, wanted?.container(child));
        if (!held) continue;
        parts.set(child, { kind: 'container', read: () => Promise.resolve(held.source) });
        if (!isNothing(held.tree)) tree = tree.with(child, held.tree);
      } else {
        const entries = wanted?.list(child as ListNode);
        if (wanted && !entries) continue;
        const rows = yield* this.#rows(part, entries);
        parts.set(child, atHand(rows.sources));
        if (rows.trees.length > 0) {
          tree = tree.with(child, DataList.from(child as ListNode, rows.trees));
        }
      }
    }
    return { tree, source: { ...source, parts } };
  }

  *#container(part: ContainerPart, wanted: Selection | undefined): Steps<HeldSource | undefined> {
    const source = yield* wait(part.read(wanted));
    return source && (yield* this.source(source, wanted));
  }

  *#rows(
    part: ListPart,
    entries: ListSelection | undefined,
  ): Steps<{ readonly trees: readonly Branch[]; readonly sources: readonly Row[] }> {
    const trees: Branch[] = [];
    const sources: Row[] = [];
    const self = this as Holder;
    yield* eachRow(part, entries, (row) => {
      this.#entries += 1;
      if (this.#entries > this.#maxEntries) {
        throw tooMuch(`more than ${String(this.#maxEntries)} entries to look at together`);
      }
      if (row instanceof Branch) {
        trees.push(row);
        sources.push(row);
        return undefined;
      }
      return (function* (): Steps {
        const held = yield* self.source(row, entries?.entry(row.branch));
        trees.push(held.tree);
        sources.push(held.source);
      })();
    });
    return { trees, sources };
  }
}

/** The selection of what a filter has left of a tree. */
export function selectionOf(pruned: Branch, whole: Branch): Selection {
  return new TreeSelection(pruned, whole);
}

class TreeSelection implements Selection {
  readonly all: boolean;
  readonly #pruned: Branch;
  readonly #whole: Branch | undefined;

  constructor(pruned: Branch, whole: Branch | undefined) {
    this.#pruned = pruned;
    this.#whole = whole;
    // Trees share what is in both.
    this.all = pruned === whole;
  }

  selects(child: DataSchemaNode): boolean {
    return this.#pruned.slots[child.slot] !== undefined;
  }

  container(child: DataSchemaNode): Selection | undefined {
    const value = this.#pruned.slots[child.slot];
    if (!(value instanceof Branch)) return undefined;
    const whole = this.#whole?.slots[child.slot];
    return new TreeSelection(value, whole instanceof Branch ? whole : undefined);
  }

  list(child: ListNode): ListSelection | undefined {
    const value = this.#pruned.slots[child.slot];
    if (!(value instanceof DataList)) return undefined;
    const whole = this.#whole?.slots[child.slot];
    return new TreeListSelection(value, whole instanceof DataList ? whole : undefined);
  }

  prune(branch: Branch): Branch | undefined {
    const slots = branch.slots.map((value, slot) =>
      value === undefined ? undefined : this.#pruned.slots[slot],
    );
    const isEmpty = slots.every((value) => value === undefined);
    return isEmpty ? undefined : new Branch(branch.schema, slots);
  }
}

class TreeListSelection implements ListSelection {
  readonly schema: ListNode;
  readonly all: boolean;
  readonly keys = undefined;
  readonly #pruned: DataList;
  readonly #whole: DataList | undefined;
  /** Entries of a list without keys that are still to come, in order. */
  readonly #unkeyed: Branch[];

  constructor(pruned: DataList, whole: DataList | undefined) {
    this.schema = pruned.schema;
    this.all = pruned === whole;
    this.#pruned = pruned;
    this.#whole = whole;
    this.#unkeyed = pruned.schema.keys.length === 0 ? [...pruned] : [];
  }

  prune(row: Branch): Branch | undefined {
    return this.entry(row)?.prune(row);
  }

  entry(row: Branch): Selection | undefined {
    if (this.schema.keys.length > 0) {
      const pruned = this.#pruned.get(row);
      return pruned && new TreeSelection(pruned, this.#whole?.get(row));
    }
    // Without keys an entry is known by what it shares with the one that it was made from.
    const at = this.#unkeyed.findIndex((it) =>
      it.slots.every((value, slot) => value === undefined || value === row.slots[slot]),
    );
    const found = this.#unkeyed[at];
    return found && new TreeSelection(found, row);
  }
}

function atHand(rows: readonly Row[]): ListPart {
  return {
    kind: 'list',
    async *read() {
      for (let at = 0; at < rows.length; at += BATCH) {
        yield await Promise.resolve(rows.slice(at, at + BATCH));
      }
    },
  };
}

const BATCH = 100;

function isNothing(branch: Branch): boolean {
  const { schema } = branch;
  if (schema.kind === 'container' && schema.presence) return false;
  return branch.slots.every((slot) => slot === undefined);
}
