/**
 * Applies an edit to a tree (RFC 6241, section 7.2; RFC 7950, sections 7.5.8, 7.6.7, 7.7.9, 7.8.6, 7.9).
 *
 * Only the way to what is edited is copied. Plain data that meets nothing in the tree is put there as
 * it is, whatever its size.
 */
import { dataExists, dataMissing, missingInstance } from '../../error/index.ts';
import type { PathStep, RpcError } from '../../error/index.ts';
import type { DataSchemaNode, LeafValue, ListNode } from '../../yang/index.ts';
import { DataList } from '../list.ts';
import type { DataListEditor, InsertPosition } from '../list.ts';
import { Branch } from '../node.ts';
import type { AnyValue, Slot } from '../node.ts';
import { sameSlot, sameTree } from '../diff.ts';
import { emptyBranch } from '../tree/defaults.ts';
import { pathStep } from '../tree/path.ts';
import { removeUnconditioned } from '../validate/resolve-when.ts';
import { Draft, isNothing } from './draft.ts';
import { editLeafList } from './edit-leaf-list.ts';
import { EditBranch, EditLeaf } from './edit-tree.ts';
import type {
  DecodedTree,
  DefaultOperation,
  EditLeafList,
  EditOperation,
  EditSlot,
  EditRows,
} from './edit-tree.ts';

export interface EditOptions {
  /** Default `merge`. */
  readonly defaultOperation?: DefaultOperation;
  /** Default `stop-on-error`. */
  readonly errorOption?: 'stop-on-error' | 'continue-on-error' | 'rollback-on-error';
}

export interface EditResult {
  /** The changed tree. With errors: what has been done in spite of them, `base` for rollback-on-error. */
  readonly tree: Branch;
  readonly errors: readonly RpcError[];
}

/**
 * `base` is the root, or any branch of which `edit` has the same schema node. When it is the root, nodes
 * whose `when` has become false are removed (RFC 7950, section 8.3.2). An edit that brings data against
 * its `when` does nothing, whatever the error option.
 */
export function applyEdit(base: Branch, edit: DecodedTree, options: EditOptions = {}): EditResult {
  const errorOption = options.errorOption ?? 'stop-on-error';
  const run = new EditRun(errorOption === 'continue-on-error');
  let tree = base;
  try {
    tree = run.content(base, edit.content, options.defaultOperation ?? 'merge');
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    tree = error.partial instanceof Branch ? error.partial : base;
  }
  if (run.errors.length === 0 && tree.schema.kind === 'root' && tree !== base) {
    const resolved = removeUnconditioned(base, tree, tree.schema.context);
    run.errors.push(...resolved.errors);
    tree = resolved.errors.length > 0 ? base : resolved.tree;
  }
  const isGivenUp = run.errors.length > 0 && errorOption === 'rollback-on-error';
  return { tree: isGivenUp ? base : tree, errors: run.errors };
}

type Operation = EditOperation | 'none';

/** Ends the work after the first error; what has been done so far travels upwards in it. */
class Stopped extends Error {
  partial: Slot = undefined;
}

class EditRun {
  readonly errors: RpcError[] = [];
  readonly #continues: boolean;
  /** The way to where we are: the nodes, and for list entries the entry. */
  readonly #nodes: DataSchemaNode[] = [];
  readonly #entries: ({ readonly slots: readonly unknown[] } | undefined)[] = [];

  constructor(continues: boolean) {
    this.#continues = continues;
  }

  /** The content of the request's root against the tree. */
  content(base: Branch, edit: Branch | EditBranch, operation: DefaultOperation): Branch {
    if (operation === 'replace') return this.#children(emptyBranch(base.schema), edit, 'replace');
    return this.#children(base, edit, operation);
  }

  /** A container or list entry; `base` is undefined when there is none. */
  #branch(
    base: Branch | undefined,
    edit: Branch | EditBranch,
    inherited: Operation,
  ): Branch | undefined {
    const operation = (edit instanceof EditBranch ? edit.operation : undefined) ?? inherited;
    const { schema } = edit;
    switch (operation) {
      case 'delete':
        if (base === undefined) this.#fail(dataMissing({ path: this.#path() }));
        return undefined;
      case 'remove':
        return undefined;
      case 'create':
        if (base !== undefined && !isNothing(base)) {
          this.#fail(dataExists({ path: this.#path() }));
          return base;
        }
        return this.#anew(edit, 'create');
      case 'replace': {
        const result = this.#anew(edit, 'replace');
        return base && result && sameTree(base, result) ? base : result;
      }
      case 'merge':
        return base === undefined ? this.#anew(edit, 'merge') : this.#children(base, edit, 'merge');
      case 'none': {
        const implied = schema.kind === 'container' && !schema.presence;
        if (base === undefined && !implied) {
          this.#fail(dataMissing({ path: this.#path() }));
          return undefined;
        }
        const result = this.#children(base ?? emptyBranch(schema), edit, 'none');
        return base === undefined && isNothing(result) ? undefined : result;
      }
    }
  }

  /** A branch that meets nothing in the tree. */
  #anew(edit: Branch | EditBranch, operation: Operation): Branch | undefined {
    if (edit instanceof Branch) return edit;
    const result = this.#children(emptyBranch(edit.schema), edit, operation);
    return isNothing(result) && edit.operation === undefined ? undefined : result;
  }

  /** Applies the children of `edit` to those of `base`. */
  #children(base: Branch, edit: Branch | EditBranch, operation: Operation): Branch {
    const { schema } = base;
    const { dataChildren } = schema;
    const slots = edit.slots as readonly EditSlot[];
    const draft = new Draft(base);
    for (let slot = 0; slot < slots.length; slot += 1) {
      const item = slots[slot];
      if (item === undefined) continue;
      const node = dataChildren[slot] as DataSchemaNode;
      if (node.kind === 'leaf' && node.isKey) {
        draft.setKey(slot, item);
        continue;
      }
      try {
        draft.set(node, this.#slot(node, draft.get(slot), item, operation));
      } catch (error) {
        if (error instanceof Stopped) {
          if (error.partial !== undefined) draft.set(node, error.partial);
          error.partial = draft.done();
        }
        throw error;
      }
    }
    return draft.done();
  }

  #slot(node: DataSchemaNode, base: Slot, item: EditSlot, operation: Operation): Slot {
    switch (node.kind) {
      case 'leaf':
      case 'anydata':
      case 'anyxml':
        return this.#leaf(node, base, item as LeafValue | AnyValue | EditLeaf, operation);
      case 'leaf-list':
        return editLeafList(
          {
            node,
            path: () => this.#path(),
            fail: (error) => {
              this.#fail(error);
            },
          },
          base as readonly LeafValue[] | undefined,
          item as EditLeafList | readonly LeafValue[],
          operation,
        );
      case 'container':
        return this.#inside(node, undefined, () =>
          this.#branch(base as Branch | undefined, item as Branch | EditBranch, operation),
        );
      case 'list':
        return this.#list(base as DataList | undefined, item as DataList | EditRows, operation);
    }
  }

  #leaf(
    node: DataSchemaNode,
    base: Slot,
    item: LeafValue | AnyValue | EditLeaf,
    inherited: Operation,
  ): Slot {
    const value = item instanceof EditLeaf ? item.value : item;
    const operation = item instanceof EditLeaf ? item.operation : inherited;
    switch (operation) {
      case 'delete':
        if (base === undefined) this.#fail(dataMissing({ path: this.#path(node) }));
        return undefined;
      case 'remove':
        return undefined;
      case 'create':
        if (base !== undefined) {
          this.#fail(dataExists({ path: this.#path(node) }));
          return base;
        }
        return value;
      case 'none':
        if (base === undefined) this.#fail(dataMissing({ path: this.#path(node) }));
        return base;
      default:
        return base !== undefined && sameSlot(node, base, value) ? base : value;
    }
  }

  #list(
    base: DataList | undefined,
    edit: DataList | EditRows,
    operation: Operation,
  ): DataList | undefined {
    if (
      edit instanceof DataList &&
      operation !== 'none' &&
      (base === undefined || base.size === 0)
    ) {
      return edit;
    }
    const { schema } = edit;
    const editor = (base ?? DataList.empty(schema)).edit();
    try {
      if (edit instanceof DataList) {
        edit.forEach((row) => {
          this.#row(schema, editor, row, operation);
        });
      } else {
        for (const row of edit.rows) this.#row(schema, editor, row, operation);
      }
    } catch (error) {
      if (error instanceof Stopped) error.partial = listOrNothing(editor);
      throw error;
    }
    return listOrNothing(editor);
  }

  #row(
    schema: ListNode,
    editor: DataListEditor,
    edit: Branch | EditBranch,
    operation: Operation,
  ): void {
    const probe = edit instanceof Branch ? edit : new Branch(schema, edit.slots as readonly Slot[]);
    const present = editor.get(probe);
    if (present === undefined && edit instanceof Branch && operation !== 'none') {
      editor.set(edit);
      return;
    }
    const row = this.#inside(schema, probe, () => this.#branch(present, edit, operation));
    if (row === undefined) {
      if (present) editor.delete(probe);
      return;
    }
    const insert = edit instanceof EditBranch ? edit.insert : undefined;
    if (insert) this.#insertRow(schema, editor, row, insert);
    else if (row !== present) editor.set(row);
  }

  #insertRow(schema: ListNode, editor: DataListEditor, row: Branch, insert: InsertPosition): void {
    if ('anchor' in insert) {
      const anchor = editor.get(insert.anchor);
      const isItself = anchor !== undefined && anchor === editor.get(row);
      if (anchor === undefined || isItself) {
        this.#fail(missingInstance([...this.#path(), pathStep(schema, row)], 'key', schema.name));
        return;
      }
    }
    editor.set(row, insert);
  }

  /** Runs `work` one level deeper, so that errors have their path. */
  #inside<T>(
    node: DataSchemaNode,
    entry: { readonly slots: readonly unknown[] } | undefined,
    work: () => T,
  ): T {
    this.#nodes.push(node);
    this.#entries.push(entry);
    const result = work();
    this.#nodes.pop();
    this.#entries.pop();
    return result;
  }

  #path(leaf?: DataSchemaNode): readonly PathStep[] {
    const steps = this.#nodes.map((node, index) => pathStep(node, this.#entries[index]));
    return leaf ? [...steps, pathStep(leaf)] : steps;
  }

  #fail(error: RpcError): void {
    this.errors.push(error);
    if (!this.#continues) throw new Stopped();
  }
}

function listOrNothing(editor: DataListEditor): DataList | undefined {
  return editor.size === 0 ? undefined : editor.done();
}
