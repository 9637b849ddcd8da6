/** What validation says when expressions take too long or cannot be evaluated: an error, and no exception. */
import assert from 'node:assert/strict';
import {
  applyEdit,
  parseDocument,
  printDocument,
  validate,
  validateDocument,
  validateFull,
} from '../../../src/data/index.ts';
import type { ValidateOptions } from '../../../src/data/index.ts';
import type { SchemaContext } from '../../../src/yang/index.ts';
import { compileBody, dataOf, decodeRoot, errorText } from '../../support/data-text.ts';

const entries = Array.from({ length: 50 }, (_, k) => `<e><k>${String(k)}</k><v>1</v></e>`).join('');

describe('limits of validation', () => {
  const list = 'list e { key k; leaf k { type uint8; } leaf v { type uint8; } ';
  const cases: readonly (readonly [what: string, body: string, options: ValidateOptions])[] = [
    ['counting everything in each entry', `${list} must "count(//e) < 99"; }`, { maxVisits: 2000 }],
    ['nested predicates', `${list} must "not(//*[//* = 'no'])"; }`, { maxVisits: 2000 }],
    ['the text of everything', `${list} must "string-length(/) > 0"; }`, { maxVisits: 2000 }],
    [
      'siblings of siblings',
      `${list} must "not(preceding-sibling::e[v = 2])"; }`,
      { maxVisits: 2000 },
    ],
    ['sorting', `${list} must "count(../e/.. | ../e) > 1"; }`, { maxVisits: 3000 }],
    [
      'a condition',
      `${list} } leaf m { when "count(//v) < 99"; type string; default 1; must "true()"; }`,
      { maxVisits: 100 },
    ],
  ];
  for (const [what, body, options] of cases) {
    it(`ends ${what}`, () => {
      const context = compileBody(body);
      const tree = dataOf(context, entries);
      assert.match(errorText(validateFull(tree, context, options)), /^resource-denied [^\n]*\n$/);
      assert.equal(errorText(validateFull(tree, context)), '', 'without the limit');
    });
  }

  it('ends a condition that decides what is required', () => {
    const context = compileBody(
      `${list} } leaf m { when "count(//v[//v = 2]) = 0"; type string; mandatory true; }`,
    );
    const errors = validateFull(dataOf(context, entries), context, { maxVisits: 300 });
    assert.match(errorText(errors), /^resource-denied \/\n$/);
  });

  it('ends a condition on a default that must be unique', () => {
    const context = compileBody(
      'list e { key k; unique v; leaf k { type uint8; } leaf v { type uint8; default 1; when "count(//k) > 999"; } }',
    );
    const rows = Array.from({ length: 50 }, (_, k) => `<e><k>${String(k)}</k></e>`).join('');
    const errors = validateFull(dataOf(context, rows), context, { maxVisits: 100 });
    assert.match(errorText(errors), /^resource-denied/);
  });

  it('reports what cannot be evaluated and goes on', () => {
    const context = compileBody(
      `leaf p { type string; must "re-match('a', .)"; } leaf q { type string; must "false()"; }`,
    );
    const errors = validateFull(dataOf(context, '<p>[</p><q>1</q>'), context);
    assert.equal(
      errorText(errors),
      'operation-failed /m:p\noperation-failed must-violation /m:q\n',
    );
    assert.match(errors[0]?.message ?? '', /no regular expression/);
  });

  const chain = (length: number): SchemaContext => {
    const leafs = Array.from({ length }, (_, n) => {
      const when = n === 0 ? '' : `when "../l${String(n - 1)}";`;
      return `leaf l${String(n)} { ${when} type uint8; default 1; }`;
    });
    return compileBody(
      `container c { presence p; ${leafs.join(' ')} must "l${String(length - 1)}"; }`,
    );
  };

  it('follows conditions that wait for each other, but not for ever', () => {
    const short = chain(30);
    assert.equal(errorText(validateFull(dataOf(short, '<c/>'), short)), '');
    const long = chain(200);
    const errors = validateFull(dataOf(long, '<c/>'), long);
    assert.match(errors[0]?.message ?? '', /conditions depend on each other/);
  });

  it('does not take forever for conditions that ask for each other twice', () => {
    const leafs = Array.from({ length: 40 }, (_, n) => {
      const below = `../l${String(n - 1)}`;
      const when = n === 0 ? '' : `when "${below} = 1 and ${below} = 1";`;
      return `leaf l${String(n)} { ${when} type uint8; default 1; }`;
    });
    const context = compileBody(`container c { presence p; ${leafs.join(' ')} must "l39"; }`);
    const errors = validateFull(dataOf(context, '<c/>'), context, { maxVisits: 5000 });
    assert.match(errorText(errors), /^resource-denied/);
  });

  it('leaves out of documents the defaults whose condition cannot be evaluated, and says so', () => {
    const context = chain(200);
    const source = { format: 'xml' as const };
    const { document } = parseDocument(context, '<c xmlns="urn:m"/>', source);
    assert.ok(document);
    for (const format of ['xml', 'json'] as const) {
      const { text, errors } = printDocument(document, { format, withDefaults: 'report-all' });
      assert.match(text, /l30\b/);
      assert.doesNotMatch(text, /l199\b/);
      assert.match(errors[0]?.message ?? '', /conditions depend on each other/);
    }
  });

  it('reports a condition of an empty container that cannot be evaluated', () => {
    const context = compileBody(
      'list e { key k; leaf k { type string; } container c { when "re-match(../k, ../k)"; leaf x { type string; } } }',
    );
    const xml = '<e xmlns="urn:m"><k>[</k><c/></e><e xmlns="urn:m"><k>a</k><c/></e>';
    const { document, errors } = parseDocument(context, xml, { format: 'xml' });
    assert.ok(document);
    assert.deepEqual(errors, []);
    assert.equal(
      errorText(validateDocument(document)),
      "operation-failed /m:e[k='[']\noperation-failed /m:e[k='[']/c\n",
    );
  });

  it('ends references to the values of a long leaf-list', () => {
    const context = compileBody(
      'leaf-list v { type int32; } leaf-list r { type instance-identifier; }',
    );
    const at = Array.from(
      { length: 60 },
      (_, n) => `<v>${n}</v><r xmlns:m="urn:m">/m:v[.='${n}']</r>`,
    );
    const tree = dataOf(context, at.join(''));
    assert.equal(errorText(validateFull(tree, context)), '');
    const errors = validateFull(tree, context, { maxVisits: 1000 });
    assert.match(errorText(errors), /^resource-denied/);
  });

  it('reports no more empty containers than it is asked for', () => {
    const context = compileBody(
      `list e { key k; leaf k { type int32; } container c { when "../k < 0"; leaf x { type string; } } }`,
    );
    const rows = Array.from({ length: 5000 }, (_, k) => `<e xmlns="urn:m"><k>${k}</k><c/></e>`);
    const { document } = parseDocument(context, rows.join(''), { format: 'xml' });
    assert.ok(document);
    assert.equal(validateDocument(document, { maxErrors: 7 }).length, 7);
  });

  it('reports a condition that cannot be evaluated during an edit', () => {
    const context = compileBody(
      `leaf p { type string; } leaf q { type string; when "re-match('a', ../p)"; }`,
    );
    const base = dataOf(context, '<p>a</p><q>1</q>');
    const result = applyEdit(base, decodeRoot(context, '<p>[</p>', { edit: true }));
    assert.equal(errorText(result.errors), 'operation-failed /m:q\n');
    assert.equal(result.tree, base);
  });

  it('validates against the data before that is the same', () => {
    const context = compileBody('leaf p { type string; must "false()"; }');
    const tree = dataOf(context, '<p>1</p>');
    assert.deepEqual(validate(tree, tree, context), []);
    assert.equal(validate(undefined, tree, context).length, 1);
  });
});
