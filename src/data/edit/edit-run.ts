/** An edit branch by branch: operations, order and errors (RFC 6241, section 7.2; RFC 7950, section 7). */
import { dataExists, dataMissing, missingInstance } from '../../error/index.ts';
import type { RpcError } from '../../error/index.ts';
import type { DataSchemaNode, LeafValue, ListNode } from '../../yang/index.ts';
import { sameSlot, sameTree } from '../diff.ts';
import { DataList } from '../list.ts';
import type { DataListEditor, InsertPosition } from '../list.ts';
import { Branch } from '../node.ts';
import type { AnyValue, Slot } from '../node.ts';
import { emptyBranch } from '../tree/defaults.ts';
import { pathStep } from '../tree/path.ts';
import { Draft, isNothing } from './draft.ts';
import { editLeafList } from './edit-leaf-list.ts';
import { EditPath } from './edit-path.ts';
import { EditBranch, EditLeaf } from './edit-tree.ts';
import type {
  DefaultOperation,
  EditLeafList,
  EditRows,
  EditSlot,
  EffectiveOperation,
} from './edit-tree.ts';

/** Ends the work after the first error; what has been done so far travels upwards in it. */
export class Stopped extends Error {
  partial: Slot = undefined;
}

/** One edit on its way through the tree. Keeps the errors; unless it is to continue, it ends with {@link Stopped}. */
export class EditRun {
  readonly errors: RpcError[] = [];
  readonly #continues: boolean;
  readonly #way = new EditPath();

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
    inherited: EffectiveOperation,
  ): Branch | undefined {
    const operation = (edit instanceof EditBranch ? edit.operation : undefined) ?? inherited;
    const { schema } = edit;
    switch (operation) {
      case 'delete':
        if (base === undefined) this.#fail(dataMissing({ path: this.#way.steps() }));
        return undefined;
      case 'remove':
        return undefined;
      case 'create':
        if (base !== undefined && !isNothing(base)) {
          this.#fail(dataExists({ path: this.#way.steps() }));
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
          this.#fail(dataMissing({ path: this.#way.steps() }));
          return undefined;
        }
        const result = this.#children(base ?? emptyBranch(schema), edit, 'none');
        return base === undefined && isNothing(result) ? undefined : result;
      }
    }
  }

  /** A branch that meets nothing in the tree. */
  #anew(edit: Branch | EditBranch, operation: EffectiveOperation): Branch | undefined {
    if (edit instanceof Branch) return edit;
    const result = this.#children(emptyBranch(edit.schema), edit, operation);
    return isNothing(result) && edit.operation === undefined ? undefined : result;
  }

  /** Applies the children of `edit` to those of `base`. */
  #children(base: Branch, edit: Branch | EditBranch, operation: EffectiveOperation): Branch {
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

  #slot(node: DataSchemaNode, base: Slot, item: EditSlot, operation: EffectiveOperation): Slot {
    switch (node.kind) {
      case 'leaf':
      case 'anydata':
      case 'anyxml':
        return this.#leaf(node, base, item as LeafValue | AnyValue | EditLeaf, operation);
      case 'leaf-list':
        return editLeafList(
          {
            node,
            path: () => this.#way.steps(),
            fail: (error) => {
              this.#fail(error);
            },
          },
          base as readonly LeafValue[] | undefined,
          item as EditLeafList | readonly LeafValue[],
          operation,
        );
      case 'container':
        return this.#way.inside(node, undefined, () =>
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
    inherited: EffectiveOperation,
  ): Slot {
    const value = item instanceof EditLeaf ? item.value : item;
    const operation = item instanceof EditLeaf ? item.operation : inherited;
    switch (operation) {
      case 'delete':
        if (base === undefined) this.#fail(dataMissing({ path: this.#way.steps(node) }));
        return undefined;
      case 'remove':
        return undefined;
      case 'create':
        if (base !== undefined) {
          this.#fail(dataExists({ path: this.#way.steps(node) }));
          return base;
        }
        return value;
      case 'none':
        if (base === undefined) this.#fail(dataMissing({ path: this.#way.steps(node) }));
        return base;
      default:
        return base !== undefined && sameSlot(node, base, value) ? base : value;
    }
  }

  #list(
    base: DataList | undefined,
    edit: DataList | EditRows,
    operation: EffectiveOperation,
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
    operation: EffectiveOperation,
  ): void {
    const probe = edit instanceof Branch ? edit : new Branch(schema, edit.slots as readonly Slot[]);
    const present = editor.get(probe);
    if (present === undefined && edit instanceof Branch && operation !== 'none') {
      editor.set(edit);
      return;
    }
    const row = this.#way.inside(schema, probe, () => this.#branch(present, edit, operation));
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
        this.#fail(
          missingInstance([...this.#way.steps(), pathStep(schema, row)], 'key', schema.name),
        );
        return;
      }
    }
    editor.set(row, insert);
  }

  #fail(error: RpcError): void {
    this.errors.push(error);
    if (!this.#continues) throw new Stopped();
  }
}

function listOrNothing(editor: DataListEditor): DataList | undefined {
  return editor.size === 0 ? undefined : editor.done();
}
