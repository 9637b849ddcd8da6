/**
 * The tables of substatements in RFC 7950 (sections 7 and 9) and RFC 6020, cell by cell: what is allowed is
 * accepted, what is not is reported, once too often, missing, or of a later version.
 */
import assert from 'node:assert/strict';
import { compile, type DiagnosticCode } from '../../../../src/yang/index.ts';

/** Marks: none 0..1, "*" 0..n, "!" exactly 1, "+" 1..n. */
type Tables = Readonly<Record<string, string>>;

const VERSION_11: Tables = {
  action: 'description grouping* if-feature* input output reference status typedef*',
  anydata: 'config description if-feature* mandatory must* reference status when',
  anyxml: 'config description if-feature* mandatory must* reference status when',
  argument: 'yin-element',
  augment:
    'action* anydata* anyxml* case* choice* container* description if-feature* leaf* leaf-list* list* notification* reference status uses* when',
  bit: 'description if-feature* position reference status',
  case: 'anydata* anyxml* choice* container* description if-feature* leaf* leaf-list* list* reference status uses* when',
  choice:
    'anydata* anyxml* case* choice* config container* default description if-feature* leaf* leaf-list* list* mandatory reference status when',
  container:
    'action* anydata* anyxml* choice* config container* description grouping* if-feature* leaf* leaf-list* list* must* notification* presence reference status typedef* uses* when',
  deviation: 'description deviate+ reference',
  enum: 'description if-feature* reference status value',
  extension: 'argument description reference status',
  feature: 'description if-feature* reference status',
  grouping:
    'action* anydata* anyxml* choice* container* description grouping* leaf* leaf-list* list* notification* reference status typedef* uses*',
  identity: 'base* description if-feature* reference status',
  import: 'description prefix! reference revision-date',
  include: 'description reference revision-date',
  input:
    'anydata* anyxml* choice* container* grouping* leaf* leaf-list* list* must* typedef* uses*',
  leaf: 'config default description if-feature* mandatory must* reference status type! units when',
  'leaf-list':
    'config default* description if-feature* max-elements min-elements must* ordered-by reference status type! units when',
  length: 'description error-app-tag error-message reference',
  list: 'action* anydata* anyxml* choice* config container* description grouping* if-feature* key leaf* leaf-list* list* max-elements min-elements must* notification* ordered-by reference status typedef* unique* uses* when',
  module:
    'anydata* anyxml* augment* choice* contact container* description deviation* extension* feature* grouping* identity* import* include* leaf* leaf-list* list* namespace! notification* organization prefix! reference revision* rpc* typedef* uses* yang-version',
  must: 'description error-app-tag error-message reference',
  notification:
    'anydata* anyxml* choice* container* description grouping* if-feature* leaf* leaf-list* list* must* reference status typedef* uses*',
  output:
    'anydata* anyxml* choice* container* grouping* leaf* leaf-list* list* must* typedef* uses*',
  pattern: 'description error-app-tag error-message modifier reference',
  range: 'description error-app-tag error-message reference',
  revision: 'description reference',
  rpc: 'description grouping* if-feature* input output reference status typedef*',
  submodule:
    'anydata* anyxml* augment* belongs-to! choice* contact container* description deviation* extension* feature* grouping* identity* import* include* leaf* leaf-list* list* notification* organization reference revision* rpc* typedef* uses* yang-version',
  type: 'base* bit* enum* fraction-digits length path pattern* range require-instance type*',
  typedef: 'default description reference status type! units',
  uses: 'augment* description if-feature* reference refine* status when',
  'deviate add': 'config default* mandatory max-elements min-elements must* unique* units',
  'deviate delete': 'default* must* unique* units',
  'deviate not-supported': '',
  'deviate replace': 'config default mandatory max-elements min-elements type units',
};

/** Where the table and the grammar of section 12 differ, which is in uses and type, it is the grammar. */
const VERSION_1: Tables = {
  anyxml: 'config description if-feature* mandatory must* reference status when',
  argument: 'yin-element',
  augment:
    'anyxml* case* choice* container* description if-feature* leaf* leaf-list* list* reference status uses* when',
  bit: 'description position reference status',
  case: 'anyxml* choice* container* description if-feature* leaf* leaf-list* list* reference status uses* when',
  choice:
    'anyxml* case* config container* default description if-feature* leaf* leaf-list* list* mandatory reference status when',
  container:
    'anyxml* choice* config container* description grouping* if-feature* leaf* leaf-list* list* must* presence reference status typedef* uses* when',
  deviation: 'description deviate+ reference',
  enum: 'description reference status value',
  extension: 'argument description reference status',
  feature: 'description if-feature* reference status',
  grouping:
    'anyxml* choice* container* description grouping* leaf* leaf-list* list* reference status typedef* uses*',
  identity: 'base description reference status',
  import: 'prefix! revision-date',
  include: 'revision-date',
  input: 'anyxml* choice* container* grouping* leaf* leaf-list* list* typedef* uses*',
  leaf: 'config default description if-feature* mandatory must* reference status type! units when',
  'leaf-list':
    'config description if-feature* max-elements min-elements must* ordered-by reference status type! units when',
  length: 'description error-app-tag error-message reference',
  list: 'anyxml* choice* config container* description grouping* if-feature* key leaf* leaf-list* list* max-elements min-elements must* ordered-by reference status typedef* unique* uses* when',
  module:
    'anyxml* augment* choice* contact container* description deviation* extension* feature* grouping* identity* import* include* leaf* leaf-list* list* namespace! notification* organization prefix! reference revision* rpc* typedef* uses* yang-version',
  must: 'description error-app-tag error-message reference',
  notification:
    'anyxml* choice* container* description grouping* if-feature* leaf* leaf-list* list* reference status typedef* uses*',
  output: 'anyxml* choice* container* grouping* leaf* leaf-list* list* typedef* uses*',
  pattern: 'description error-app-tag error-message reference',
  range: 'description error-app-tag error-message reference',
  revision: 'description reference',
  rpc: 'description grouping* if-feature* input output reference status typedef*',
  submodule:
    'anyxml* augment* belongs-to! choice* contact container* description deviation* extension* feature* grouping* identity* import* include* leaf* leaf-list* list* notification* organization reference revision* rpc* typedef* uses* yang-version',
  type: 'base bit* enum* fraction-digits length path pattern* range require-instance type*',
  typedef: 'default description reference status type! units',
  uses: 'augment* description if-feature* reference refine* status when',
  'deviate add': 'config default mandatory max-elements min-elements must* unique* units',
  'deviate delete': 'default must* unique* units',
  'deviate not-supported': '',
  'deviate replace': 'config default mandatory max-elements min-elements type units',
};

/** A statement of each kind, to be put into others. */
const SAMPLES: Readonly<Record<string, string>> = {
  action: 'action x;',
  anydata: 'anydata x;',
  anyxml: 'anyxml x;',
  argument: 'argument x;',
  augment: 'augment /x { leaf x { type string; } }',
  base: 'base x;',
  'belongs-to': 'belongs-to m { prefix m; }',
  bit: 'bit x;',
  case: 'case x;',
  choice: 'choice x;',
  config: 'config true;',
  contact: 'contact x;',
  container: 'container x;',
  default: 'default x;',
  description: 'description x;',
  deviate: 'deviate add;',
  deviation: 'deviation /x { deviate add; }',
  enum: 'enum x;',
  'error-app-tag': 'error-app-tag x;',
  'error-message': 'error-message x;',
  extension: 'extension x;',
  feature: 'feature x;',
  'fraction-digits': 'fraction-digits 1;',
  grouping: 'grouping x;',
  identity: 'identity x;',
  'if-feature': 'if-feature x;',
  import: 'import x { prefix x; }',
  include: 'include x;',
  input: 'input { leaf x { type string; } }',
  key: 'key x;',
  leaf: 'leaf x { type string; }',
  'leaf-list': 'leaf-list x { type string; }',
  length: 'length 1;',
  list: 'list x { key x; leaf x { type string; } }',
  mandatory: 'mandatory true;',
  'max-elements': 'max-elements 1;',
  'min-elements': 'min-elements 1;',
  modifier: 'modifier invert-match;',
  module: 'module x { namespace "urn:x"; prefix x; }',
  must: 'must x;',
  namespace: 'namespace "urn:x";',
  notification: 'notification x;',
  'ordered-by': 'ordered-by user;',
  organization: 'organization x;',
  output: 'output { leaf x { type string; } }',
  path: 'path /x;',
  pattern: 'pattern x;',
  position: 'position 1;',
  prefix: 'prefix x;',
  presence: 'presence x;',
  range: 'range 1;',
  reference: 'reference x;',
  refine: 'refine x { description x; }',
  'require-instance': 'require-instance true;',
  revision: 'revision 2026-01-01;',
  'revision-date': 'revision-date 2026-01-01;',
  rpc: 'rpc x;',
  status: 'status current;',
  submodule: 'submodule x { belongs-to m { prefix m; } }',
  type: 'type string;',
  typedef: 'typedef x { type string; }',
  unique: 'unique x;',
  units: 'units x;',
  uses: 'uses x;',
  value: 'value 1;',
  when: 'when x;',
  'yang-version': 'yang-version 1.1;',
  'yin-element': 'yin-element true;',
};

/** Where a statement stands, when it is not at the top of a module. */
const AROUND: Readonly<Record<string, (text: string) => string>> = {
  action: (text) => `container c { ${text} }`,
  argument: (text) => `extension e { ${text} }`,
  bit: (text) => `typedef t { type bits { ${text} } }`,
  case: (text) => `choice c { ${text} }`,
  deviate: (text) => `deviation /c { ${text} }`,
  enum: (text) => `typedef t { type enumeration { ${text} } }`,
  input: (text) => `rpc r { ${text} }`,
  length: (text) => `typedef t { type string { ${text} } }`,
  must: (text) => `container c { ${text} }`,
  output: (text) => `rpc r { ${text} }`,
  pattern: (text) => `typedef t { type string { ${text} } }`,
  range: (text) => `typedef t { type int8 { ${text} } }`,
  type: (text) => `typedef t { ${text} }`,
};

/** What the statement that is looked at begins with. */
const HEADS: Readonly<Record<string, string>> = {
  augment: 'augment /c',
  deviation: 'deviation /c',
  input: 'input',
  length: 'length 1',
  must: 'must x',
  output: 'output',
  pattern: 'pattern x',
  range: 'range 1',
  revision: 'revision 2026-01-01',
  type: 'type union',
};

/** What the grammar asks for beyond the tables: data definitions. */
const NEEDED: Readonly<Record<string, string>> = {
  augment: 'leaf y { type string; }',
  input: 'leaf y { type string; }',
  list: 'key y; leaf y { type string; }',
  output: 'leaf y { type string; }',
};

/** Codes of the grammar: whatever else is wrong with the samples does not matter here. */
const CODES: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>([
  'missing-argument',
  'missing-substatement',
  'needs-version-1.1',
  'repeated-substatement',
  'unexpected-argument',
  'unexpected-substatement',
  'unknown-keyword',
]);

interface Table {
  readonly statement: string;
  readonly marks: ReadonlyMap<string, string>;
}

function tablesOf(tables: Tables): readonly Table[] {
  return Object.entries(tables).map(([statement, text]) => {
    const words = text.split(' ').filter((word) => word !== '');
    const marks = new Map(words.map((word) => [word.replace(/[*!+]$/, ''), word.slice(-1)]));
    return { statement, marks };
  });
}

/** The statement with these substatements, on one line; what else it must have is added. */
function line({ statement, marks }: Table, substatements: readonly string[], left: string): string {
  const [keyword = ''] = statement.split(' ');
  const required = [...marks]
    .filter(([name, mark]) => '!+'.includes(mark) && name !== left && !substatements.includes(name))
    .map(([name]) => SAMPLES[name] ?? '');
  const needed = substatements.includes('key')
    ? 'leaf y { type string; }'
    : (NEEDED[statement] ?? '');
  const body = [...required, ...substatements.map((name) => SAMPLES[name] ?? ''), needed];
  const head = HEADS[statement] ?? (keyword === 'deviate' ? statement : `${keyword} s`);
  const text = `${head} { ${body.join(' ')} }`;
  return AROUND[keyword]?.(text) ?? text;
}

/** Codes of the grammar by line, the first line being 1. */
function codesOf(
  lines: readonly string[],
  statement: string,
  version: string,
): readonly (readonly string[])[] {
  const found = lines.map((): string[] => []);
  const isRoot = statement === 'module' || statement === 'submodule';
  const texts = isRoot
    ? lines
    : [`module m { yang-version ${version}; namespace "urn:m"; prefix m;\n${lines.join('\n')}\n}`];
  for (const [index, text] of texts.entries()) {
    const files = new Map([
      ['m', text],
      ['s', text],
    ]);
    if (statement === 'submodule') {
      const include = 'include s;';
      files.set(
        'm',
        `module m { yang-version ${version}; namespace "urn:m"; prefix m; ${include} }`,
      );
    }
    const name = statement === 'module' ? 's' : 'm';
    for (const { code, line: at, file } of compile(files, { modules: [{ name }] }).diagnostics) {
      if (!CODES.has(code) || (isRoot && file !== 's')) continue;
      found[isRoot ? index : at - 2]?.push(code);
    }
  }
  return found;
}

/** The version is a substatement of module and submodule like others. */
function withVersion({ statement }: Table, text: string, version: string): string {
  if (statement !== 'module' && statement !== 'submodule') return text;
  return text.includes('yang-version') ? text : text.replace('{', `{ yang-version ${version};`);
}

for (const [version, tables, later] of [
  ['1.1', VERSION_11, {}],
  ['1', VERSION_1, VERSION_11],
] as const) {
  const laterTables = new Map(tablesOf(later).map((table) => [table.statement, table.marks]));

  describe(`substatements in YANG version ${version}`, () => {
    for (const table of tablesOf(tables)) {
      const { statement, marks } = table;
      const isLater = (name: string): boolean => laterTables.get(statement)?.has(name) ?? false;
      const names = Object.keys(SAMPLES).filter(
        (name) => version === '1.1' || name !== 'yang-version',
      );
      const codes = (
        of: readonly string[],
        part: (name: string) => readonly string[],
        left = false,
      ) =>
        codesOf(
          of.map((name) => withVersion(table, line(table, part(name), left ? name : ''), version)),
          statement,
          version,
        ).map((found, index) => [of[index], ...new Set(found)]);

      it(`of ${statement} are those of the table`, () => {
        const allowed = names.filter((name) => marks.has(name));
        assert.deepEqual(
          codes(allowed, (name) => [name]),
          allowed.map((name) => [name]),
        );
        const others = names.filter((name) => !marks.has(name));
        assert.deepEqual(
          codes(others, (name) => [name]),
          others.map((name) => [
            name,
            isLater(name) ? 'needs-version-1.1' : 'unexpected-substatement',
          ]),
        );
      });

      it(`of ${statement} are there as often as it says`, () => {
        const many = names.filter((name) => '*+'.includes(marks.get(name) ?? ' '));
        assert.deepEqual(
          codes(many, (name) => [name, name]),
          many.map((name) => [name]),
        );
        const single = names.filter((name) => marks.has(name) && !many.includes(name));
        const isMany = (name: string): boolean =>
          laterTables.get(statement)?.get(name) === '*' && name !== 'augment';
        assert.deepEqual(
          codes(single, (name) => [name, name]),
          single.map((name) => [
            name,
            isMany(name) ? 'needs-version-1.1' : 'repeated-substatement',
          ]),
        );
        const required = names.filter((name) => '!+'.includes(marks.get(name) ?? ' '));
        assert.deepEqual(
          codes(required, () => [], true),
          required.map((name) => [name, 'missing-substatement']),
        );
      });
    }
  });
}
