/** Location paths, operators and the core functions over a tree (XPath 1.0, sections 2 to 4). */
import assert from 'node:assert/strict';
import { compileXPath } from '../../../src/xpath/index.ts';
import type { CompiledXPath, XPathFunction, XPathValue } from '../../../src/xpath/index.ts';
import { TreeModel, parseTree } from '../../support/xpath-tree.ts';
import type { TreeNode } from '../../support/xpath-tree.ts';

const DOCUMENT = parseTree(`
  <a id="1">
    <b><c>1</c><d>x</d></b>
    <b><c>2</c><d>y</d><p:c>other</p:c></b>
    <b><c>3</c><c>4</c><d>z</d></b>
    <e>12</e>
    <empty/>
    <f><g><f><g>deep</g></f></g></f>
    <text> two  words </text>
  </a>`);

const model = new TreeModel();
const PREFIXES = new Map([
  ['p', 'urn:p'],
  ['t', 'urn:t'],
]);

function compile(text: string): CompiledXPath {
  return compileXPath(text, {
    resolvePrefix: (prefix) => PREFIXES.get(prefix),
    defaultNamespace: 'urn:t',
    variables: ['n', 's', 'set'],
  });
}

/** Nodes as a list of short descriptions, other values as they are. */
function show(value: XPathValue<TreeNode>): unknown {
  if (typeof value !== 'object') return value;
  return value.map(describeNode).join(' ');
}

function describeNode(node: TreeNode): string {
  if (node.kind === 'root') return '/';
  if (node.kind === 'attribute') return `@${node.name}`;
  const text = model.stringValue(node);
  return node.kind === 'text' ? `"${text}"` : `${node.name}:${text.trim().slice(0, 8)}`;
}

const a = DOCUMENT.children[0];
const variables = { n: 2, s: 'y', set: a?.children.slice(0, 2) ?? [] };

function evaluate(text: string): unknown {
  return show(compile(text).evaluate(model, DOCUMENT, { variables }));
}

describe('location paths', () => {
  const cases: readonly (readonly [expression: string, result: string])[] = [
    ['/', '/'],
    ['a/b/c', 'c:1 c:2 c:3 c:4'],
    ['/a/b/c', 'c:1 c:2 c:3 c:4'],
    ['/t:a/t:b/p:c', 'c:other'],
    ['/a/b/*', 'c:1 d:x c:2 d:y c:other c:3 c:4 d:z'],
    ['/a/b/p:*', 'c:other'],
    ['/a/b/t:*', 'c:1 d:x c:2 d:y c:3 c:4 d:z'],
    ['/a/b[2]/c', 'c:2'],
    ['/a/b[last()]/c', 'c:3 c:4'],
    ['/a/b[position() > 1]/c', 'c:2 c:3 c:4'],
    ['/a/b[c > 1][1]/d', 'd:y'],
    ['/a/b[1][c > 1]/d', ''],
    ['/a/b[position() = last() - 1]/d', 'd:y'],
    ['/a/b[c = 2 or c = 3]/d', 'd:y d:z'],
    ['/a/b[c][d = "z"]/c[2]', 'c:4'],
    ['/a/b/c[1]', 'c:1 c:2 c:3'],
    ['(/a/b/c)[1]', 'c:1'],
    ['(/a/b/c)[last()]', 'c:4'],
    ['/a/b[$n]/d', 'd:y'],
    ['/a/b[d = $s]/c', 'c:2'],
    ['$set/d', 'd:x d:y'],
    ['$set[2]/d', 'd:y'],
    ['//c', 'c:1 c:2 c:3 c:4'],
    ['//c[1]', 'c:1 c:2 c:3'],
    ['//c[. = 4]', 'c:4'],
    ['/descendant::c[1]', 'c:1'],
    ['//g', 'g:deep g:deep'],
    ['//f//g', 'g:deep g:deep'],
    ['//f/descendant-or-self::f', 'f:deep f:deep'],
    ['//g/ancestor::*', 'a:1x2yothe f:deep g:deep f:deep'],
    ['(//g)[2]/ancestor::*[1]', 'f:deep'],
    ['(//g)[2]/ancestor::*[last()]', 'a:1x2yothe'],
    ['(//g)[2]/ancestor-or-self::g', 'g:deep g:deep'],
    ['//c/..', 'b:1x b:2yother b:34z'],
    ['//c/../d', 'd:x d:y d:z'],
    ['/a/e/preceding-sibling::b[1]/d', 'd:z'],
    ['/a/e/preceding-sibling::b', 'b:1x b:2yother b:34z'],
    ['/a/b[1]/following-sibling::b[1]/d', 'd:y'],
    ['/a/b/following-sibling::b/d', 'd:y d:z'],
    ['/a/b[2]/following::c', 'c:3 c:4'],
    ['/a/b[3]/preceding::c', 'c:1 c:2'],
    ['/a/b[3]/preceding::*[1]', 'c:other'],
    ['/a/e/text()', '"12"'],
    ['/a/e/node()', '"12"'],
    ['/a/e/comment()', ''],
    ['/a/e/processing-instruction("x")', ''],
    ['/a/@id', '@id'],
    ['/a/attribute::*', '@id'],
    ['/a/namespace::*', ''],
    ['/a/b[1]/self::b/d', 'd:x'],
    ['/a/b/self::e', ''],
    ['/a/././b[1]/.//d', 'd:x'],
    ['/..', ''],
    ['/a/b[2]/d | /a/b[1]/d | /a/b[2]/d', 'd:x d:y'],
    ['(/a/e | /a/b)[1]/d', 'd:x'],
    ['/a/div', ''],
    ['/a/b [ 1 ] / child :: d', 'd:x'],
    ['/a/b[-1 + 2]/d', 'd:x'],
    ['/a/b[-position() = -2]/d', 'd:y'],
    ['/a/b[count(c | d) > 1][last()]/d', 'd:z'],
    ['/a/b[(c | d)[last()] = "z"]/d', 'd:z'],
  ];
  for (const [expression, result] of cases) {
    it(expression, () => {
      assert.equal(evaluate(expression), result);
    });
  }
});

describe('operators and functions', () => {
  const cases: readonly (readonly [expression: string, result: string | number | boolean])[] = [
    ['1 + 2 * 3 - 4 div 2', 5],
    ['-(2) - -3', 1],
    ['--2', 2],
    ['5 mod 2', 1],
    ['-5 mod 2', -1],
    ['5 mod -2', 1],
    ['1.5 mod 0.5', 0],
    ['2 * 3 = 6 and 1 < 2', true],
    ['1 or error', true],
    ['2 = 2 = 1', true],
    ['3 > 2 > 1', false],
    ['1 div 0', Infinity],
    ['-1 div 0', -Infinity],
    ['0 div 0', NaN],
    ['"1" = 1', true],
    ['"a" = true()', true],
    ['"" = false()', true],
    ['"a" < "b"', false],
    ['"1" < "2"', true],
    ['/a/b/c = 3', true],
    ['/a/b/c = 5', false],
    ['/a/b/c != 1', true],
    ['not(/a/b/c = 1)', false],
    ['/a/b/c = "3"', true],
    ['3 = /a/b/c', true],
    ['3 < /a/b/c', true],
    ['4 < /a/b/c', false],
    ['/a/b/c < 2', true],
    ['/a/b/c < 1', false],
    ['/a/nothing = ""', false],
    ['/a/nothing != ""', false],
    ['/a/nothing = false()', true],
    ['/a/b = true()', true],
    ['/a/nothing < true()', true],
    ['/a/b/c = /a/e', false],
    ['/a/b[3]/c = /a/b/c', true],
    ['/a/b[1]/c = /a/b[2]/c', false],
    ['/a/b[1]/c != /a/b[1]/c', false],
    ['/a/b/c != /a/b/c', true],
    ['/a/b[1]/c != /a/b[2]/c', true],
    ['/a/b/c < /a/b[1]/c', false],
    ['/a/b/c <= /a/b[1]/c', true],
    ['/a/b[1]/c < /a/b/c', true],
    ['/a/b/c > /a/e', false],
    ['/a/e >= /a/b/c', true],
    ['/a/b/d < /a/b/c', false],
    ['$set/c = 2', true],
    ['$n = 2', true],
    ['$n < /a/b/c', true],
    ['$s = /a/b/d', true],
    ['$set = $set', true],
    ['count(/a/b)', 3],
    ['count(//c | //d)', 7],
    ['count(//c/..)', 3],
    ['sum(/a/b/c)', 10],
    ['sum(/a/nothing)', 0],
    ['sum(/a/b/d)', NaN],
    ['position()', 1],
    ['last()', 1],
    ['local-name(/a/b/p:c)', 'c'],
    ['name(/a/b/p:c)', 'p:c'],
    ['namespace-uri(/a/b/p:c)', 'urn:p'],
    ['name(/a/nothing)', ''],
    ['local-name()', ''],
    ['string(/a/b)', '1x'],
    ['string(/a/nothing)', ''],
    ['string(1 div 3)', '0.3333333333333333'],
    ['string(-0)', '0'],
    ['string(1000000000000000000000000)', '1000000000000000000000000'],
    ['string(0.0000001)', '0.0000001'],
    ['string(-0.00000125)', '-0.00000125'],
    ['string(123456789012345690000000)', '123456789012345690000000'],
    ['string(1.5 * 1000000000000000000000)', '1500000000000000000000'],
    ['string(1 div 0)', 'Infinity'],
    ['string(number("a"))', 'NaN'],
    ['string(true())', 'true'],
    ['concat("a", 1, true())', 'a1true'],
    ['starts-with("abc", "ab")', true],
    ['contains("abc", "bc")', true],
    ['contains("abc", "")', true],
    ['substring-before("1999/04/01", "/")', '1999'],
    ['substring-before("abc", "x")', ''],
    ['substring-after("1999/04/01", "/")', '04/01'],
    ['substring-after("abc", "x")', ''],
    ['substring("12345", 2, 3)', '234'],
    ['substring("12345", 2)', '2345'],
    ['substring("12345", 1.5, 2.6)', '234'],
    ['substring("12345", 0, 3)', '12'],
    ['substring("12345", 0 div 0, 3)', ''],
    ['substring("12345", 1, 0 div 0)', ''],
    ['substring("12345", -42, 1 div 0)', '12345'],
    ['substring("12345", -1 div 0, 1 div 0)', ''],
    ['substring("a😀b", 2, 1)', '😀'],
    ['string-length("a😀b")', 3],
    ['string-length("")', 0],
    ['normalize-space(/a/text)', 'two words'],
    ['translate("bar", "abc", "AB")', 'BAr'],
    ['translate("--aaa--", "abc-", "ABC")', 'AAA'],
    ['boolean(0)', false],
    ['boolean(0 div 0)', false],
    ['boolean("false")', true],
    ['boolean(/a/empty)', true],
    ['number(" 12 ")', 12],
    ['number("-.5")', -0.5],
    ['number("1e3")', NaN],
    ['number("+1")', NaN],
    ['number("0x10")', NaN],
    ['number("")', NaN],
    ['number(true())', 1],
    ['number(/a/e)', 12],
    ['floor(-1.5)', -2],
    ['ceiling(-1.5)', -1],
    ['round(2.5)', 3],
    ['round(-2.5)', -2],
    ['round(0 div 0)', NaN],
    ['lang("en")', false],
    ['count(id("x"))', 0],
    ['"it\'s"', "it's"],
    ['.5 + 1.', 1.5],
  ];
  for (const [expression, result] of cases) {
    it(`${expression} is ${result}`, () => {
      assert.deepEqual(evaluate(expression), result);
    });
  }
});

describe('results by type', () => {
  it('converts to the type that the caller asks for', () => {
    const path = compile('/a/b/c');
    assert.equal(path.boolean(model, DOCUMENT), true);
    assert.equal(path.string(model, DOCUMENT), '1');
    assert.equal(path.number(model, DOCUMENT), 1);
    assert.equal(path.nodes(model, DOCUMENT).length, 4);
    assert.equal(
      path.some(model, DOCUMENT, (node) => model.stringValue(node) === '3'),
      true,
    );
    assert.equal(
      path.some(model, DOCUMENT, () => false),
      false,
    );
  });

  it('refuses nodes of what is no node-set', () => {
    assert.throws(() => compile('1').nodes(model, DOCUMENT), /the result must be a node-set/);
  });

  it('stops at the first node when only existence counts', () => {
    let seen = 0;
    compile('/a/b/c').some(model, DOCUMENT, () => ++seen === 2);
    assert.equal(seen, 2);
  });

  it('does not sort what is in document order already', () => {
    const before = model.calls.compareOrder;
    for (const text of ['/a/b/c', '//c', '../..', '/a/b[c > 1]/d']) {
      compile(text).nodes(model, DOCUMENT);
    }
    assert.equal(model.calls.compareOrder, before);
    compile('//c/..').nodes(model, DOCUMENT);
    assert.ok(model.calls.compareOrder > before, 'the control must sort');
  });

  it('finds the language that xml:lang gives', () => {
    const xml = 'http://www.w3.org/XML/1998/namespace';
    const tree = parseTree('<a xml:lang="en-GB"><b/></a>');
    const withNamespace = new (class extends TreeModel {
      override namespace(node: TreeNode) {
        return node.kind === 'attribute' ? xml : super.namespace(node);
      }
    })();
    const language = (text: string) =>
      compile(`/a/b[lang("${text}")]`).boolean(withNamespace, tree);
    assert.deepEqual(['en', 'EN-gb', 'de', 'e'].map(language), [true, true, false, false]);
  });

  it('checks the types of values of the host', () => {
    const options = { resolvePrefix: () => undefined, variables: ['v'] };
    const boolean = (text: string, v?: string | number) =>
      compileXPath(text, options).boolean(
        model,
        DOCUMENT,
        v === undefined ? {} : { variables: { v } },
      );
    assert.throws(() => boolean('$v/a', 'text'), /must be a node-set, not a string/);
    assert.throws(() => boolean('$v'), /variable "\$v" has no value/);
    assert.equal(boolean('$v + 1 = 3', 2), true);
    assert.equal(boolean('concat($v, "x") = "2x"', 2), true);
    assert.equal(boolean('not($v)', 0), true);
  });

  it('converts what functions of the host return', () => {
    const functions = new Map<string, XPathFunction>();
    const results = { string: 'x', number: 2, boolean: true, any: '3' } as const;
    for (const [name, value] of Object.entries(results)) {
      const result = name as keyof typeof results;
      functions.set(`give-${name}`, {
        minArguments: 0,
        maxArguments: 0,
        result,
        call: () => value,
      });
    }
    const evaluated = (text: string) =>
      compileXPath(text, { resolvePrefix: () => undefined, functions }).evaluate(model, DOCUMENT);
    assert.equal(evaluated('concat(give-string(), "y")'), 'xy');
    assert.equal(evaluated('give-number() * 2'), 4);
    assert.equal(evaluated('not(give-boolean())'), false);
    assert.equal(evaluated('concat(give-boolean(), give-number())'), 'true2');
    assert.equal(evaluated('give-any() + 1'), 4);
    assert.equal(evaluated('string(give-any())'), '3');
  });

  it('uses variables and functions of the host', () => {
    const compiled = compileXPath('twice($n) + count(pair(/a/e))', {
      resolvePrefix: () => undefined,
      defaultNamespace: 'urn:t',
      variables: ['n'],
      functions: new Map([
        [
          'twice',
          { minArguments: 1, maxArguments: 1, result: 'number', call: ([n]) => Number(n) * 2 },
        ],
        [
          'pair',
          {
            minArguments: 1,
            maxArguments: 1,
            result: 'node-set',
            call: ([set]) => (typeof set === 'object' ? [...set, ...set] : []),
          },
        ],
      ]),
    });
    assert.equal(compiled.number(model, DOCUMENT, { variables: { n: 21 } }), 43);
  });
});
