/** What holds for edits, differences and the codec whatever the data. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  Branch,
  applyEdit,
  decodeData,
  diffToEdit,
  diffTree,
  encodeData,
  encodeEdit,
  sameTree,
} from '../../../src/data/index.ts';
import type { DecodedTree } from '../../../src/data/index.ts';
import { XmlWriter } from '../../../src/xml/index.ts';
import { compileBody, dataOf, decodeRoot } from '../../support/data-text.ts';
import { EVERY_KIND, randomData } from '../../support/random-data.ts';

const context = compileBody(EVERY_KIND);
const read = (xml: string): Branch => dataOf(context, xml);

function editText(edit: DecodedTree): string {
  let text = '';
  const writer = new XmlWriter((part) => {
    text += part;
  });
  writer.open('urn:m', 'config');
  encodeEdit(writer, edit);
  writer.close();
  writer.end();
  return text;
}

function changes(before: Branch, after: Branch): number {
  let count = 0;
  const add = (): void => {
    count += 1;
  };
  diffTree(before, after, { created: add, deleted: add, changed: add, reordered: add });
  return count;
}

describe('trees', () => {
  it('read what they have written', () => {
    fc.assert(
      fc.property(randomData, (xml) => {
        const data = read(xml);
        assert.equal(encodeData(dataOf(context, encodeData(data))), encodeData(data));
      }),
    );
  });

  it('differ from each other by nothing exactly when they are the same', () => {
    fc.assert(
      fc.property(randomData, randomData, (first, second) => {
        const [before, after] = [read(first), read(second)];
        assert.equal(changes(before, after) === 0, sameTree(before, after));
      }),
    );
  });

  it('with equal content do not differ, whatever objects they are made of', () => {
    fc.assert(
      fc.property(randomData, (xml) => {
        assert.equal(changes(dataOf(context, xml), dataOf(context, xml)), 0);
      }),
    );
  });

  it('stay the same object when an edit changes nothing', () => {
    fc.assert(
      fc.property(randomData, (xml) => {
        const data = dataOf(context, xml);
        const { tree: after, errors } = applyEdit(data, decodeRoot(context, xml, { edit: true }));
        assert.deepEqual(errors, []);
        assert.equal(after, data);
      }),
    );
  });

  it('become each other by the edit made of their difference', () => {
    fc.assert(
      fc.property(randomData, randomData, (first, second) => {
        const [before, after] = [read(first), read(second)];
        for (const defaultOperation of ['none', 'merge'] as const) {
          const result = applyEdit(before, diffToEdit(before, after), { defaultOperation });
          assert.deepEqual(result.errors, []);
          assert.equal(encodeData(sorted(result.tree)), encodeData(sorted(after)));
        }
      }),
    );
  });

  it('become each other by that edit when it has been sent', () => {
    fc.assert(
      fc.property(randomData, randomData, (first, second) => {
        const [before, after] = [read(first), read(second)];
        const sent = editText(diffToEdit(before, after));
        const received = decodeData(context.root, sent, { edit: true });
        assert.deepEqual(received.errors, []);
        const result = applyEdit(before, received, { defaultOperation: 'none' });
        assert.deepEqual(result.errors, []);
        assert.ok(sameTree(result.tree, after), sent);
      }),
    );
  });

  it('are replaced as a whole by the default operation replace', () => {
    fc.assert(
      fc.property(randomData, randomData, (first, xml) => {
        const before = read(first);
        const edit = decodeRoot(context, xml, { edit: true });
        const result = applyEdit(before, edit, { defaultOperation: 'replace' });
        assert.ok(sameTree(result.tree, dataOf(context, xml)));
      }),
    );
  });
});

/** Entries of leaf-lists ordered by the system have no order: sorts them. */
function sorted(data: Branch): Branch {
  const slots = data.slots.map((value, slot) => {
    const node = data.schema.dataChildren[slot];
    if (value instanceof Branch) return sorted(value);
    if (node?.kind !== 'leaf-list' || node.orderedBy === 'user' || !Array.isArray(value))
      return value;
    return (value as readonly string[]).toSorted();
  });
  return new Branch(data.schema, slots);
}
