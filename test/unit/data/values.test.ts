/** The order of values, and small rules of edits. */
import assert from 'node:assert/strict';
import type { DataList } from '../../../src/data/index.ts';
import {
  applyEdit,
  childValue,
  compareValues,
  compileSubtreeFilter,
  plainContent,
  validate,
} from '../../../src/data/index.ts';
import type { LeafValue } from '../../../src/yang/index.ts';
import { parseXml } from '../../../src/xml/index.ts';
import { compileBody, dataOf, decodeRoot, errorText, treeText } from '../../support/data-text.ts';

describe('values', () => {
  const context = compileBody(`
    identity base; identity one { base base; } identity two { base base; }
    leaf-list v { ordered-by user; type union { type int8; type uint64 { range "200..max"; } type boolean; type empty; type identityref { base base; } type instance-identifier { require-instance false; } type string; } }
    list e { key k; unique w; leaf k { type int8; } leaf w { type int8; } }`);
  const tree = dataOf(
    context,
    `<v>x</v><v/><v>18446744073709551615</v><v xmlns:m="urn:m">/m:v[.='2']</v><v xmlns:m="urn:m">m:two</v><v>true</v><v>3</v><v xmlns:m="urn:m">/m:v[.='1']</v><v xmlns:m="urn:m">m:one</v><v>false</v><v>a</v>`,
  );

  it('have an order: numbers by size, then by kind and text', () => {
    const values = childValue(tree, 'v') as readonly LeafValue[];
    const node = context.root.dataChildren[0];
    assert.equal(node?.kind, 'leaf-list');
    assert.deepEqual(
      values.toSorted(compareValues).map((value) => node.type.canonical(value)),
      [
        '3',
        '18446744073709551615',
        'a',
        'x',
        'false',
        'true',
        '',
        'm:one',
        'm:two',
        "/m:v[.='1']",
        "/m:v[.='2']",
      ],
    );
    for (const value of values) assert.equal(compareValues(value, value), 0);
  });

  it('are put beside others that are there only', () => {
    const edit = decodeRoot(
      context,
      '<v yang:insert="after" yang:value="none">b</v><v yang:insert="first">c</v>',
      { edit: true },
    );
    const result = applyEdit(tree, edit, { errorOption: 'continue-on-error' });
    assert.equal(errorText(result.errors), "bad-attribute missing-instance /m:v[.='b'] (value)\n");
    assert.match(treeText(result.tree), /^<v>c<\/v>/);
  });

  it('are not plain when they carry operations', () => {
    const edit = decodeRoot(context, '<e nc:operation="remove"><k>1</k></e>', { edit: true });
    assert.throws(() => plainContent(edit), /carries edit operations/);
  });

  it('stay unique when entries come, go and come back', () => {
    const list = (xml: string): DataList => childValue(dataOf(context, xml), 'e') as DataList;
    const first = dataOf(context, '<e><k>1</k><w>1</w></e><e><k>2</k><w>2</w></e>');
    const [one, two] = [...list('<e><k>1</k><w>2</w></e><e><k>3</k><w>1</w></e>')];
    assert.ok(one && two);
    assert.deepEqual(validate(undefined, first, context), []);
    const editor = (childValue(first, 'e') as DataList).edit();
    editor.delete(one);
    editor.set(two);
    editor.set(one);
    const rows = editor.done();
    const after = first.with(rows.schema, rows);
    assert.equal(
      errorText(validate(first, after, context)),
      'operation-failed data-not-unique /m:e\n',
    );
  });

  it('are selected at the top beside entries of a list', () => {
    const data = dataOf(context, '<v>x</v><v>y</v><e><k>1</k></e><e><k>2</k></e>');
    const filter = parseXml('<filter xmlns="urn:m"><v>x</v><e><k>2</k></e></filter>');
    const selection = compileSubtreeFilter(filter, context);
    const node = context.root.dataChildren.find(({ name }) => name === 'e');
    assert.equal(node?.kind, 'list');
    assert.equal(selection.list(node)?.keys?.length, 1);
    assert.equal(selection.container(node), undefined);
    assert.match(treeText(selection.prune(data)), /^<v>x<\/v>\n<e>\s*<k>2<\/k>\s*<\/e>\n$/);
  });
});
