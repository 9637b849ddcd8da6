/** The grammar of XPath 1.0, and what is said about texts that do not follow it. */
import assert from 'node:assert/strict';
import { XPathError, compileXPath } from '../../../src/xpath/index.ts';
import type { Expression, XPathLimits } from '../../../src/xpath/index.ts';

function compile(text: string, limits: Partial<XPathLimits> = {}) {
  const resolvePrefix = (prefix: string) => (prefix === 'p' ? 'urn:p' : undefined);
  return compileXPath(text, { resolvePrefix, limits });
}

/** The syntax tree with a pair of parentheses for each operator. */
function show(expression: Expression): string {
  switch (expression.kind) {
    case 'binary':
      return `(${show(expression.left)} ${expression.operator} ${show(expression.right)})`;
    case 'union':
      return `(${show(expression.left)} | ${show(expression.right)})`;
    case 'negate':
      return `-${show(expression.operand)}`;
    case 'literal':
      return JSON.stringify(expression.value);
    case 'number':
      return String(expression.value);
    case 'variable':
      return `$${expression.name}`;
    case 'call':
      return `${expression.name}(${expression.arguments.map(show).join(', ')})`;
    case 'filter': {
      const predicates = expression.predicates.map((it) => `[${show(it)}]`).join('');
      return `{${show(expression.primary)}}${predicates}${expression.steps.map(() => '/…').join('')}`;
    }
    case 'path': {
      const steps = expression.steps.map(({ axis, test, predicates }) => {
        const name = test.kind === 'name' ? (test.name ?? '*') : `${test.kind}()`;
        return `${axis}::${name}${predicates.map((it) => `[${show(it)}]`).join('')}`;
      });
      return (expression.absolute ? '/' : '') + steps.join('/');
    }
  }
}

describe('XPath grammar', () => {
  const cases: readonly (readonly [text: string, tree: string])[] = [
    ['1+2*3', '(1 + (2 * 3))'],
    ['1-2-3', '((1 - 2) - 3)'],
    ['a or b and c = d', '(child::a or (child::b and (child::c = child::d)))'],
    ['a < b = c', '((child::a < child::b) = child::c)'],
    ['- a | b', '-(child::a | child::b)'],
    ['- - a', '--child::a'],
    ['* * *', '(child::* * child::*)'],
    ['div div div', '(child::div div child::div)'],
    ['and and and', '(child::and and child::and)'],
    ['or or mod', '(child::or or child::mod)'],
    ['a-b', 'child::a-b'],
    ['a -b', '(child::a - child::b)'],
    ['a/* * 2', '(child::a/child::* * 2)'],
    ['@* * 2', '(attribute::* * 2)'],
    ['. * ..', '(self::node() * parent::node())'],
    ['(a)*(b)', '(child::a * child::b)'],
    ['a[1]*2', '(child::a[1] * 2)'],
    ['text()', 'child::text()'],
    ['node ()', 'child::node()'],
    ['text', 'child::text'],
    ['count', 'child::count'],
    ['count(a)', 'count(child::a)'],
    ['//a', '/descendant-or-self::node()/child::a'],
    ['a//b', 'child::a/descendant-or-self::node()/child::b'],
    ['/', '/'],
    ['(a)[1]/b', '{child::a}[1]/…'],
    ['current()/../a', '{current()}/…/…'],
    ["'a\"b'", '"a\\"b"'],
    ['p:a', 'child::a'],
    ['p:*', 'child::*'],
    ['ancestor-or-self::p:a', 'ancestor-or-self::a'],
    ['.5', '0.5'],
    ['a[b][c]', 'child::a[child::b][child::c]'],
    ['\t a \r\n= b ', '(child::a = child::b)'],
    ['größe', 'child::größe'],
  ];
  for (const [text, tree] of cases) {
    it(`${JSON.stringify(text)} is ${tree}`, () => {
      assert.equal(show(compile(text).ast), tree);
    });
  }
});

describe('XPath syntax errors', () => {
  const cases: readonly (readonly [text: string, offset: number, message: RegExp])[] = [
    ['', 0, /expected a step of a path or another operand instead of the end/],
    ['a b', 2, /expected an operator instead of "b"/],
    ['a[', 2, /expected a step/],
    ['a[1', 3, /expected "\]" instead of the end/],
    ['(a', 2, /expected "\)"/],
    ['a)', 1, /expected the end of the expression instead of "\)"/],
    ['"abc', 0, /no closing quote/],
    ['a = ', 4, /expected a step/],
    ['a/', 2, /expected a step/],
    ['x:a', 0, /prefix "x" is not declared/],
    ['parents::a', 0, /no axis "parents"/],
    ['child::', 7, /expected a name/],
    ['frob(1)', 0, /no function "frob"/],
    ['1 + count()', 4, /count\(\) takes 1 arguments, not 0/],
    ['substring("a")', 0, /takes 2 to 3 arguments, not 1/],
    ['concat("a")', 0, /takes at least 2 arguments/],
    ['count(1)', 0, /argument 1 of count\(\) must be a node-set, not a number/],
    ['"a"[1]', 0, /must be a node-set, not a string/],
    ['1 | a', 2, /the left of "\|" must be a node-set/],
    ['$x', 0, /no variable "\$x"/],
    ['$', 0, /expected the name of a variable/],
    ['a ! b', 2, /unexpected character "!"/],
    ['a # b', 2, /unexpected character "#"/],
    ['re-match("a", "[")', 0, /no regular expression/],
    ['derived-from(a, "x:b")', 0, /prefix "x" of identity "x:b" is not declared/],
  ];
  for (const [text, offset, message] of cases) {
    it(`${JSON.stringify(text)}: ${message.source}`, () => {
      assert.throws(
        () => compile(text),
        (error) =>
          error instanceof XPathError && error.offset === offset && message.test(error.message),
      );
    });
  }
});

describe('limits of XPath expressions', () => {
  const nest = (count: number): string => '('.repeat(count) + 'a' + ')'.repeat(count);

  it('refuses deep nesting and allows some', () => {
    compile(nest(90));
    assert.throws(() => compile(nest(200)), /nested deeper than 100/);
    assert.throws(() => compile('a['.repeat(200)), /nested deeper/);
    assert.throws(() => compile('not('.repeat(200)), /nested deeper/);
    assert.throws(() => compile(nest(10), { maxDepth: 5 }), /nested deeper than 5/);
  });

  it('refuses long chains and allows some', () => {
    const chains = [' or a', ' + 1', ' | a', '/.', '/self::a[1]', '/..', '/descendant::a'];
    for (const link of chains) {
      const compiled = compile(`/a${link.repeat(490)}`);
      assert.equal(compiled.boolean(EMPTY, 0), false, link);
    }
    assert.throws(() => compile(`a${' + a'.repeat(5000)}`), /more than 1000 operators in a row/);
    assert.throws(() => compile(`a${'/a'.repeat(5000)}`), /more than 1000 steps/);
    assert.throws(() => compile(`a${' | a'.repeat(5000)}`), /more than 1000 operators in a row/);
    assert.throws(
      () => compile(`a${' or a'.repeat(12_000)}`),
      /more than 20000 operators and steps/,
    );
  });

  it('takes long lists of alternatives, which generated modules have', () => {
    const terms = Array.from({ length: 4000 }, (_, index) => `. = 'v${String(index)}'`);
    assert.equal(compile(terms.join(' or ')).boolean(EMPTY, 0), false);
    assert.equal(compile(`${terms.join(' and ')} or true()`).boolean(EMPTY, 0), true);
  });

  it('takes any number of minus signs', () => {
    assert.equal(compile(`${'-'.repeat(50_000)}1`).number(EMPTY, 0), 1);
  });

  it('refuses long texts', () => {
    assert.throws(() => compile(`"${'x'.repeat(70_000)}"`), /longer than 65536/);
  });
});

/** A tree of one node. */
const EMPTY = {
  root: () => 0,
  parent: () => undefined,
  children: () => [],
  namespace: () => '',
  localName: () => '',
  stringValue: () => '',
  kind: () => 'root' as const,
  compareOrder: () => 0,
  same: () => true,
};
