/** Statements made without a text, and compared without their places. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Source, Statement, parseYang } from '../../src/yang/index.ts';

export type StatementTree = readonly [
  keyword: string,
  argument: string | undefined,
  substatements: readonly StatementTree[],
];

export function asTree({ keyword, argument, substatements }: Statement): StatementTree {
  return [keyword, argument, substatements.map(asTree)];
}

const AT = { source: new Source('made.yang', ''), start: 0, end: 0 };

export function asStatement(
  [keyword, argument, children]: StatementTree,
  parent?: Statement,
): Statement {
  const substatements: Statement[] = [];
  const statement = new Statement({ keyword, argument, substatements, parent, at: AT });
  for (const child of children) substatements.push(asStatement(child, statement));
  return statement;
}

/** The one module of a text without faults. */
export function parseGood(text: string): Statement {
  const { statement, diagnostics } = parseYang(text, 'x.yang');
  assert.deepEqual(
    diagnostics.map(({ line, message }) => `${String(line)}: ${message}`),
    [],
    text,
  );
  assert.ok(statement);
  return statement;
}

/** What quoting, escaping, trimming and white space in XML can go wrong with. */
const NASTY = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\t',
    '\n',
    '\r\n',
    'x',
    'a b',
    '"',
    "'",
    '\\',
    '\\n',
    '//',
    '/*',
    '*/',
    '+',
    '{',
    '}',
    ';',
    ' x\n  y ',
    'x \ny',
    'x\t\n\ty',
    '\n\n',
    'a\n',
    '\na',
    'a\\\nb',
    'it\'s "so"',
    '<&>]]>',
    '\u{1f600}',
    '\u00a0',
    '\u2028',
    'a/b/c/d'.repeat(12),
    '\\"'.repeat(60),
    'word '.repeat(30),
    '|'.repeat(100),
  ),
  fc.string({
    unit: fc.constantFrom(
      'a',
      'b',
      ' ',
      '\n',
      '\t',
      '\r',
      '"',
      "'",
      '\\',
      ';',
      '{',
      '}',
      '/',
      '*',
      '+',
      '<',
      '&',
      'é',
      '😀',
    ),
    maxLength: 120,
  }),
);

const KEYWORDS = [
  'container',
  'leaf',
  'type',
  'description',
  'must',
  'pattern',
  'key',
  'augment',
  'contact',
  'enum',
  'config',
  'uses',
  'refine',
  'error-message',
  'if-feature',
  'when',
  'unique',
  'units',
  'p:ext',
  'action',
  'typedef',
];

function treeOf(depth: number): fc.Arbitrary<StatementTree> {
  const children = depth === 0 ? fc.constant([]) : fc.array(treeOf(depth - 1), { maxLength: 5 });
  const argument = fc.option(NASTY, { nil: undefined });
  return fc.tuple(fc.constantFrom(...KEYWORDS), argument, children);
}

/** Modules whose statements make no sense, and whose arguments are hard to write. */
export function anyModule(header: readonly StatementTree[]): fc.Arbitrary<StatementTree> {
  return fc
    .array(treeOf(3), { maxLength: 6 })
    .map((children): StatementTree => ['module', 'm', [...header, ...children]]);
}
