/** What a change costs: it grows with the change, not with what is there. */
import assert from 'node:assert/strict';
import {
  Branch,
  DataList,
  applyEdit,
  childNode,
  childValue,
  diffTree,
  emptyRoot,
  validate,
} from '../../../src/data/index.ts';
import type { Slot } from '../../../src/data/index.ts';
import { compileBody, decodeRoot } from '../../support/data-text.ts';

const context = compileBody(`
  container c { leaf-list address { type int32; }
    container t { list s { key k; must "../../address = owner"; leaf k { type int32; } leaf owner { type int32; }
      leaf mark { type int32; } } } }`);

/** An entry that counts how often somebody looks at its content. */
class CountingRow extends Branch {
  constructor(schema: Branch['schema'], slots: readonly Slot[], count: () => void) {
    super(schema, slots);
    Object.defineProperty(this, 'slots', {
      get: () => {
        count();
        return slots;
      },
    });
  }
}

function looksFor(size: number, edit: string): number {
  let looks = 0;
  const count = (): void => {
    looks += 1;
  };
  const root = emptyRoot(context);
  const c = childNode(root.schema, 'c') as Branch['schema'] & { kind: 'container' };
  const t = childNode(c, 't') as Branch['schema'] & { kind: 'container' };
  const s = childNode(t, 's') as Branch['schema'] & { kind: 'list' };
  const rows = Array.from({ length: size }, (_, k) => new CountingRow(s, [k, 1], count));
  const table = new Branch(t, []).with(s, DataList.from(s, rows));
  const before = root.with(
    c,
    new Branch(c, []).with(childNode(c, 'address'), [1, 2]).with(t, table),
  );
  looks = 0;
  const { tree, errors } = applyEdit(before, decodeRoot(context, edit, { edit: true }));
  assert.deepEqual(errors, []);
  assert.deepEqual(validate(before, tree, context), []);
  let changes = 0;
  const change = (): void => {
    changes += 1;
  };
  diffTree(before, tree, { created: change, deleted: change, changed: change });
  assert.equal(changes, 1);
  return looks;
}

describe('cost of a change', () => {
  const edits = {
    'changing an entry': '<c><t><s><k>77</k><mark>5</mark></s></t></c>',
    'adding an entry': '<c><t><s><k>-5</k><owner>2</owner></s></t></c>',
    'deleting an entry': '<c><t><s nc:operation="delete"><k>50</k></s></t></c>',
  };
  for (const [name, edit] of Object.entries(edits)) {
    it(`${name} looks at hardly more entries of 50 000 than of 500`, () => {
      const few = looksFor(500, edit);
      const many = looksFor(50_000, edit);
      assert.ok(many < few * 2.5, `${String(few)} and ${String(many)}`);
      assert.ok(many < 1000, String(many));
    });
  }

  it('a constraint that reads an address is checked again when addresses change', () => {
    const edit = '<c><address nc:operation="delete">2</address></c>';
    assert.ok(looksFor(500, edit) >= 500, 'the control: here every entry has to be looked at');
  });

  it('plain entries that meet nothing are put into the tree as they are', () => {
    const request = decodeRoot(context, '<c><t><s><k>1</k></s></t></c>', { edit: true });
    const { tree } = applyEdit(emptyRoot(context), request);
    assert.equal(tree.slots[0], request.content.slots[0]);
    assert.ok(childValue(tree.slots[0] as Branch, 't') instanceof Branch);
  });
});
