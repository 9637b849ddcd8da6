/**
 * Edits of push-change-updates (RFC 8641, section 3.5.2): whoever carries them out has what the server has, however
 * many versions came in between.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PendingEdits } from '../../../../server/notification/push/pending-edits.ts';
import type { Edit } from '../../../../server/notification/push/edit.ts';
import { treeEdits } from '../../../../server/notification/push/tree-edits.ts';
import { parseTargetPath } from '../../../../client/orchestrate/target-path.ts';
import type { TargetStep } from '../../../../client/orchestrate/target-path.ts';
import { DataList, emptyBranch, keyProbe, sameTree } from '../../../../src/data/index.ts';
import type { InsertPosition, Slot, Branch } from '../../../../src/data/index.ts';
import type {
  DataSchemaNode,
  LeafListNode,
  LeafValue,
  ListNode,
} from '../../../../src/yang/index.ts';
import { compileBody, dataOf } from '../../../support/data-text.ts';
import { EVERY_KIND, randomData } from '../../../support/random-data.ts';

const context = compileBody(EVERY_KIND);
const resolve = (prefix: string): string | undefined => context.modules.get(prefix)?.namespace;

/** A patch carried out the way RFC 8072 has it, on immutable trees. */
function patched(root: Branch, edit: Edit): Branch {
  return at(root, parseTargetPath(edit.target), edit);
}

function at(branch: Branch, [step, ...rest]: readonly TargetStep[], edit: Edit): Branch {
  assert.ok(step);
  const child = branch.schema.dataChildren.find(({ name }) => name === step.name);
  assert.ok(child, step.name);
  const value = branch.get(child);
  if (rest.length === 0) return branch.with(child, changed(child, value, step, edit));
  if (child.kind === 'list') {
    const list = value as DataList;
    const row = list.get(probeOf(child, step));
    assert.ok(row, `${edit.target}: the entry is not there`);
    return branch.with(child, list.with(at(row, rest, edit)));
  }
  assert.equal(child.kind, 'container');
  return branch.with(child, at((value as Branch | undefined) ?? emptyBranch(child), rest, edit));
}

function changed(node: DataSchemaNode, value: Slot, step: TargetStep, edit: Edit): Slot {
  if (node.kind === 'list') return changedList(node, value as DataList | undefined, step, edit);
  if (node.kind === 'leaf-list') {
    return changedLeafList(node, (value ?? []) as readonly LeafValue[], step, edit);
  }
  return edit.operation === 'delete' ? undefined : edit.value;
}

function changedList(
  node: ListNode,
  value: DataList | undefined,
  step: TargetStep,
  { operation, value: content, after }: Edit,
): Slot {
  const list = value ?? DataList.empty(node);
  const probe = probeOf(node, step);
  const present = list.get(probe);
  if (operation === 'delete') return list.without(probe);
  const row = operation === 'move' ? present : (content as Branch);
  assert.ok(row);
  if (operation !== 'insert' && operation !== 'move') return list.with(row);
  const anchor = after === undefined ? undefined : parseTargetPath(after).at(-1);
  const position: InsertPosition = anchor
    ? { where: 'after', anchor: probeOf(node, anchor) }
    : { where: 'first' };
  return list.without(probe).with(row, position);
}

function changedLeafList(
  node: LeafListNode,
  values: readonly LeafValue[],
  step: TargetStep,
  { operation, after }: Edit,
): Slot {
  const text = (value: LeafValue): string => node.type.canonical(value);
  const own = text(node.type.parse(step.values[0] ?? '', resolve));
  const others = values.filter((it) => text(it) !== own);
  if (operation === 'delete') return others.length > 0 ? others : undefined;
  const value = node.type.parse(step.values[0] ?? '', resolve);
  if (operation === 'create') return [...others, value];
  const anchor = after === undefined ? undefined : parseTargetPath(after).at(-1)?.values[0];
  const place = others.findIndex((it) => text(it) === anchor) + 1;
  return [...others.slice(0, place), value, ...others.slice(place)];
}

function probeOf(node: ListNode, { values }: TargetStep): Branch {
  const keys = node.keys.map((key, index) => key.type.parse(values[index] ?? '', resolve));
  return keyProbe(node, keys);
}

function versionOf(text: string): Branch {
  return dataOf(context, text);
}

describe('the edits between versions of a tree', () => {
  it('make the last version of the first, whatever came in between', () => {
    fc.assert(
      fc.property(fc.array(randomData, { minLength: 2, maxLength: 4 }), (texts) => {
        const [first, ...versions] = texts.map(versionOf) as [Branch, ...Branch[]];
        const pending = new PendingEdits();
        let before = first;
        for (const version of versions) {
          treeEdits(before, version, (change) => {
            pending.add(change);
          });
          before = version;
        }
        const result = pending.take(before).reduce(patched, first);
        assert.ok(sameTree(result, before));
      }),
      { numRuns: 150 },
    );
  });

  it('are none between equal trees', () => {
    fc.assert(
      fc.property(randomData, (text) => {
        const changes: string[] = [];
        treeEdits(versionOf(text), versionOf(text), ({ target }) => changes.push(target));
        assert.deepEqual(changes, []);
      }),
      { numRuns: 50 },
    );
  });
});
