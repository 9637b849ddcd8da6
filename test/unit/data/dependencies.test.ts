/** One row for each way in which a change somewhere can make a constraint elsewhere false. */
import assert from 'node:assert/strict';
import { applyEdit, validate, validateFull } from '../../../src/data/index.ts';
import { compileBody, dataOf, decodeRoot, errorText } from '../../support/data-text.ts';

interface Row {
  readonly what: string;
  readonly body: string;
  readonly before: string;
  readonly edit: string;
  readonly errors: string;
}

const ROWS: readonly Row[] = [
  {
    what: 'the text of a container',
    body: `container b { container d { leaf x { type string; } } } leaf a { type string; must "../b = 'y'"; }`,
    before: '<b><d><x>y</x></d></b><a>1</a>',
    edit: '<b><d><x>z</x></d></b>',
    errors: 'operation-failed must-violation /m:a\n',
  },
  {
    what: 'the order of entries',
    body: `list e { key k; ordered-by user; leaf k { type string; } } leaf a { type string; must "../e[1]/k = 'x'"; }`,
    before: '<e><k>x</k></e><e><k>y</k></e><a>1</a>',
    edit: '<e yang:insert="first"><k>y</k></e>',
    errors: 'operation-failed must-violation /m:a\n',
  },
  {
    what: 'what a path goes through and leaves again',
    body: `leaf b { type string; } leaf a { type string; must "boolean(../b/..)"; }`,
    before: '<b>1</b><a>1</a>',
    edit: '<b nc:operation="delete"/>',
    errors: 'operation-failed must-violation /m:a\n',
  },
  {
    what: 'the number of entries that lack what comes after',
    body: `list e { key k; ordered-by user; leaf k { type string; } leaf v { type string; } } leaf a { type string; must "../e[2]/v"; }`,
    before: '<e><k>x</k></e><e><k>y</k><v>1</v></e><a>1</a>',
    edit: '<e yang:insert="first"><k>z</k></e>',
    errors: 'operation-failed must-violation /m:a\n',
  },
  {
    what: 'an entry before another in the same list',
    body: `list e { key k; ordered-by user; leaf k { type string; } leaf v { type int8; } must "not(preceding-sibling::e/v > v)"; }`,
    before: '<e><k>x</k><v>1</v></e><e><k>y</k><v>2</v></e>',
    edit: '<e><k>x</k><v>3</v></e>',
    errors: "operation-failed must-violation /m:e[k='y']\n",
  },
  {
    what: 'a default that comes into use with a case',
    body: `choice ch { case one { leaf x { type string; } leaf d { type string; default bad; must ". = 'good'"; } } leaf y { type string; } }`,
    before: '<y>1</y>',
    edit: '<x>1</x>',
    errors: 'operation-failed must-violation /m:d\n',
  },
  {
    what: 'a default whose condition has become true',
    body: `leaf x { type string; } container c { leaf d { when "../../x"; type string; default 1; } } leaf a { type string; must "not(../c/d)"; }`,
    before: '<a>1</a>',
    edit: '<x>1</x>',
    errors: 'operation-failed must-violation /m:a\n',
  },
  {
    what: 'a constraint in a container that a condition has let be',
    body: `leaf x { type string; } container c { when "../x"; leaf d { type string; mandatory true; } container in { must "../e"; } leaf e { type string; } }`,
    before: '',
    edit: '<x>1</x>',
    errors: 'data-missing /m:c/d\noperation-failed must-violation /m:c/in\n',
  },
  {
    what: 'a default in a unique statement',
    body: `leaf x { type string; } list e { key k; unique v; leaf k { type string; } leaf v { when "/x"; type string; default same; } }`,
    before: '<e><k>1</k></e><e><k>2</k></e>',
    edit: '<x>1</x>',
    errors: 'operation-failed data-not-unique /m:e\n',
  },
  {
    what: 'what an instance-identifier refers to',
    body: 'leaf x { type string; } leaf other { type string; } leaf a { type instance-identifier; }',
    before: '<x>1</x><other>1</other><a xmlns:m="urn:m">/m:x</a>',
    edit: '<x nc:operation="delete"/>',
    errors: 'data-missing instance-required /m:a\n',
  },
  {
    what: 'what an instance-identifier in a union refers to',
    body: 'leaf x { type string; } leaf a { type union { type int8; type instance-identifier; } }',
    before: '<x>1</x><a xmlns:m="urn:m">/m:x</a>',
    edit: '<x nc:operation="delete"/>',
    errors: 'data-missing instance-required /m:a\n',
  },
  {
    what: 'what the path of a leafref reads on the way of deref()',
    body: `list e { key k; leaf k { type string; } leaf v { type string; } leaf w { type string; } }
      leaf which { type string; } leaf r { type leafref { path "/e[k = current()/../which]/v"; require-instance false; } }
      leaf a { type string; must "deref(../r)/../w = 'good'"; }`,
    before:
      '<e><k>1</k><v>s</v><w>good</w></e><e><k>2</k><v>s</v><w>bad</w></e><which>1</which><r>s</r><a>1</a>',
    edit: '<which>2</which>',
    errors: 'operation-failed must-violation /m:a\n',
  },
  {
    what: 'what deref() of an instance-identifier leads to',
    body: `leaf x { type string; } leaf i { type instance-identifier; } leaf a { type string; must "deref(../i) = 'good'"; }`,
    before: '<x>good</x><i xmlns:m="urn:m">/m:x</i><a>1</a>',
    edit: '<x>bad</x>',
    errors: 'operation-failed must-violation /m:a\n',
  },
  {
    what: 'an ancestor by name',
    body: `container c { leaf x { type string; } container d { leaf a { type string; must "ancestor::c/x = 'good'"; } } }`,
    before: '<c><x>good</x><d><a>1</a></d></c>',
    edit: '<c><x>bad</x></c>',
    errors: 'operation-failed must-violation /m:c/d/a\n',
  },
  {
    what: 'a text node',
    body: `leaf x { type string; } leaf a { type string; must "../x/text()/../../x = 'good'"; }`,
    before: '<x>good</x><a>1</a>',
    edit: '<x>bad</x>',
    errors: 'operation-failed must-violation /m:a\n',
  },
  {
    what: 'what is around the text of a leaf',
    body: `leaf x { type string; } leaf a { type string; must "../x/text()/self::node()/descendant-or-self::node()/ancestor::x = 'good' and not(../x/text()/child::node() | ../x/text()/descendant::node() | ../x/text()/preceding-sibling::node() | ../x/@at) and ../x/text()/ancestor-or-self::node()"; }`,
    before: '<x>good</x><a>1</a>',
    edit: '<x>bad</x>',
    errors: 'operation-failed must-violation /m:a\n',
  },
  {
    what: 'more than can be told',
    body: `leaf x { type string; } leaf a { type string; must "not(${'(../*|/*|../../*)['.repeat(8)}(.|../*|/*) = 'bad'${']'.repeat(8)})"; }`,
    before: '<x>good</x>',
    edit: '<x>bad</x><a>1</a>',
    errors: 'operation-failed must-violation /m:a\n',
  },
  {
    what: 'a default that a reference refers to and that is set',
    body: `container c { leaf d { type string; default x; } } leaf a { type leafref { path "/c/d"; } }`,
    before: '<a>x</a>',
    edit: '<c><d>y</d></c>',
    errors: 'data-missing instance-required /m:a\n',
  },
  {
    what: 'a default that a reference refers to and whose case goes',
    body: `choice ch { default one; case one { leaf d { type string; default x; } } leaf y { type string; } } leaf a { type leafref { path "/d"; } }`,
    before: '<a>x</a>',
    edit: '<y>1</y>',
    errors: 'data-missing instance-required /m:a\n',
  },
  {
    what: 'the text of all',
    body: `leaf x { type string; } leaf a { type string; must "contains(/, 'good')"; }`,
    before: '<x>good</x><a>1</a>',
    edit: '<x>bad</x>',
    errors: 'operation-failed must-violation /m:a\n',
  },
  {
    what: 'the target of a leafref in a union',
    body: `leaf-list n { type string; } leaf a { type union { type int8; type leafref { path "/n"; } } }`,
    before: '<n>x</n><n>y</n><a>x</a>',
    edit: '<n nc:operation="delete">x</n>',
    errors: 'data-missing instance-required /m:a\n',
  },
  {
    what: 'the targets of many references',
    body: `list t { key k; leaf k { type string; } leaf v { type string; } } list e { key k; leaf k { type leafref { path "../../t/v"; } } }`,
    before: `<t><k>1</k><v>a</v></t><t><k>2</k><v>b</v></t>${'abab'
      .split('')
      .map((v, n) => (n < 2 ? `<e><k>${v}</k></e>` : ''))
      .join('')}`,
    edit: ['c', 'd', 'f', 'g', 'h', 'i'].map((k) => `<e><k>${k}</k></e>`).join(''),
    errors: ['c', 'd', 'f', 'g', 'h', 'i']
      .map((k) => `data-missing instance-required /m:e[k='${k}']/k\n`)
      .join(''),
  },
];

describe('what a change makes false elsewhere', () => {
  for (const { what, body, before, edit, errors } of ROWS) {
    it(what, () => {
      const context = compileBody(body);
      const base = dataOf(context, before);
      assert.equal(errorText(validateFull(base, context)), '', 'valid before');
      const { tree, errors: faults } = applyEdit(base, decodeRoot(context, edit, { edit: true }));
      assert.equal(errorText(faults), '');
      assert.equal(errorText(validate(base, tree, context)), errors);
      assert.equal(errorText(validateFull(tree, context)), errors, 'the whole');
    });
  }
});
