/** The place of an instance in the document it came from: found by reading the document once more. */
import type { PathStep } from '../../error/index.ts';
import type { BranchSchemaNode, DataSchemaNode, LeafValue } from '../../yang/index.ts';
import { Annotations } from '../codec/annotations.ts';
import type { Offsets } from '../codec/offsets.ts';
import { EditBranch, EditRows } from '../edit/edit-tree.ts';
import { DataList } from '../list.ts';
import { Branch } from '../node.ts';
import { pathStep } from '../tree/path.ts';
import type { DataDocument } from './document.ts';
import { DECODERS } from './decoders.ts';

export interface Locator {
  /**
   * Offset of what a path leads to, or of the nearest that is there on the way to it; undefined for a path that
   * is none of this document.
   */
  offsetOf(path: readonly PathStep[] | string | undefined): number | undefined;
}

/** The document is read again when the first place is asked for, and not before. */
export function createLocator(document: DataDocument): Locator {
  let found: PlaceFinder | undefined;
  return {
    offsetOf: (path) => {
      if (typeof path === 'string' || path === undefined) return undefined;
      return (found ??= readAgain(document)).offsetOf(path);
    },
  };
}

function readAgain({ context, source }: DataDocument): PlaceFinder {
  const offsets: Offsets = new Map();
  const decoded = DECODERS[source.format](context, source.text, source.options, {
    annotations: new Annotations(context),
    onError: () => undefined,
    offsets,
  });
  const operation = decoded?.operation;
  return new PlaceFinder(
    offsets,
    decoded?.tree?.content,
    operation && {
      name: operation.node.name,
      content: operation.tree.content,
      depth: decoded.ancestors.length,
    },
  );
}

type AnyBranch = Branch | EditBranch;

class PlaceFinder {
  readonly #offsets: Offsets;
  readonly #root: AnyBranch | undefined;
  readonly #operation: { name: string; content: AnyBranch; depth: number } | undefined;

  constructor(
    offsets: Offsets,
    root: AnyBranch | undefined,
    operation: { name: string; content: AnyBranch; depth: number } | undefined,
  ) {
    this.#offsets = offsets;
    this.#root = root;
    this.#operation = operation;
  }

  offsetOf(path: readonly PathStep[]): number | undefined {
    let at = this.#root;
    let offset: number | undefined;
    for (const [depth, step] of path.entries()) {
      if (!at) return offset;
      if (depth === this.#operation?.depth && step.name === this.#operation.name) {
        at = this.#operation.content;
        offset = this.#offsets.get(at)?.start ?? offset;
        continue;
      }
      const child = at.schema.dataChild(step.namespace, step.name);
      if (!child) return offset;
      const found = this.#child(at, child, step);
      if (found.offset === undefined) return offset;
      offset = found.offset;
      at = found.branch;
    }
    return offset;
  }

  #child(
    parent: AnyBranch,
    child: DataSchemaNode,
    step: PathStep,
  ): { readonly offset: number | undefined; readonly branch?: AnyBranch } {
    const slot = parent.slots[child.slot];
    if (slot instanceof Branch || slot instanceof EditBranch) {
      return { offset: this.#offsets.get(slot)?.start, branch: slot };
    }
    if (slot instanceof DataList || slot instanceof EditRows) {
      const row = findRow(slot, step);
      return row ? { offset: this.#offsets.get(row)?.start, branch: row } : { offset: undefined };
    }
    const index = child.kind === 'leaf-list' ? entryIndex(child.type, slot, step.value) : 0;
    return { offset: this.#offsets.get(parent)?.get(child.slot, index) };
  }
}

/** The entry with the keys of the step; the first one for a step that has none. */
function findRow(list: DataList | EditRows, step: PathStep): AnyBranch | undefined {
  const rows = list instanceof EditRows ? list.rows : (list as Iterable<AnyBranch>);
  const wanted = JSON.stringify(step.keys ?? []);
  for (const row of rows) {
    if (step.keys === undefined || step.keys.length === 0) return row;
    if (JSON.stringify(pathStep(schemaOf(row), row).keys) === wanted) return row;
  }
  return undefined;
}

function schemaOf(row: AnyBranch): DataSchemaNode {
  return row.schema as BranchSchemaNode & DataSchemaNode;
}

/** Of an entry that is there twice, the second place is the one at fault. */
function entryIndex(
  type: { canonical(value: LeafValue): string },
  slot: unknown,
  value: string | undefined,
): number {
  if (!Array.isArray(slot) || value === undefined) return 0;
  const found = slot.findLastIndex((item) => type.canonical(item as LeafValue) === value);
  return Math.max(0, found);
}
