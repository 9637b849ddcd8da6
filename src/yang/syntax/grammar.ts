/**
 * The grammar of YANG as data: which substatements a statement may have and how often, and what its
 * argument looks like (RFC 7950, section 14 and the substatement tables of section 7; RFC 6020 for
 * YANG version 1).
 */

export interface Cardinality {
  readonly min: 0 | 1;
  /** 1 or Infinity. */
  readonly max: number;
  /** Only in YANG 1.1. */
  readonly since11: boolean;
}

export type SubstatementTable = ReadonlyMap<string, Cardinality>;

/*
 * Marks after a keyword: none 0..1, "*" 0..n, "!" exactly 1, "+" 1..n; "^" only in YANG 1.1.
 */
const DATA_DEFINITIONS = 'anydata*^ anyxml* choice* container* leaf* leaf-list* list* uses*';
const DEFINITIONS = 'grouping* typedef*';
const DOCUMENTATION = 'description reference status';
const BODY = `${DATA_DEFINITIONS} ${DEFINITIONS} augment* deviation* extension* feature* identity* notification* rpc*`;
const META = 'contact description import* include* organization reference revision*';
const CONSTRAINT_TEXT = 'description error-app-tag error-message reference';
const SHORT_CASES = 'anydata*^ anyxml* choice*^ container* leaf* leaf-list* list*';
const OPERATION = `${DEFINITIONS} ${DOCUMENTATION} if-feature* input output`;

const TABLE: Readonly<Record<string, string>> = {
  action: OPERATION,
  anydata: `${DOCUMENTATION} config if-feature* mandatory must* when`,
  anyxml: `${DOCUMENTATION} config if-feature* mandatory must* when`,
  argument: 'yin-element',
  augment: `${DATA_DEFINITIONS} ${DOCUMENTATION} action*^ case* if-feature* notification*^ when`,
  base: '',
  'belongs-to': 'prefix!',
  bit: `${DOCUMENTATION} if-feature*^ position`,
  case: `${DATA_DEFINITIONS} ${DOCUMENTATION} if-feature* when`,
  choice: `${SHORT_CASES} ${DOCUMENTATION} case* config default if-feature* mandatory when`,
  config: '',
  contact: '',
  container: `${DATA_DEFINITIONS} ${DEFINITIONS} ${DOCUMENTATION} action*^ config if-feature* must* notification*^ presence when`,
  default: '',
  description: '',
  // With an argument that is none of these, anything that one of them may have.
  deviate: 'config default* mandatory max-elements min-elements must* type unique* units',
  'deviate add': 'config default* mandatory max-elements min-elements must* unique* units',
  'deviate delete': 'default* must* unique* units',
  'deviate not-supported': '',
  'deviate replace': 'config default mandatory max-elements min-elements type units',
  deviation: 'description deviate+ reference',
  enum: `${DOCUMENTATION} if-feature*^ value`,
  'error-app-tag': '',
  'error-message': '',
  extension: `${DOCUMENTATION} argument`,
  feature: `${DOCUMENTATION} if-feature*`,
  'fraction-digits': '',
  grouping: `${DATA_DEFINITIONS} ${DEFINITIONS} ${DOCUMENTATION} action*^ notification*^`,
  identity: `${DOCUMENTATION} base* if-feature*^`,
  'if-feature': '',
  import: 'description^ prefix! reference^ revision-date',
  include: 'description^ reference^ revision-date',
  input: `${DATA_DEFINITIONS} ${DEFINITIONS} must*^`,
  key: '',
  leaf: `${DOCUMENTATION} config default if-feature* mandatory must* type! units when`,
  'leaf-list': `${DOCUMENTATION} config default*^ if-feature* max-elements min-elements must* ordered-by type! units when`,
  length: CONSTRAINT_TEXT,
  list: `${DATA_DEFINITIONS} ${DEFINITIONS} ${DOCUMENTATION} action*^ config if-feature* key max-elements min-elements must* notification*^ ordered-by unique* when`,
  mandatory: '',
  'max-elements': '',
  'min-elements': '',
  modifier: '',
  module: `${BODY} ${META} namespace! prefix! yang-version`,
  must: CONSTRAINT_TEXT,
  namespace: '',
  notification: `${DATA_DEFINITIONS} ${DEFINITIONS} ${DOCUMENTATION} if-feature* must*^`,
  'ordered-by': '',
  organization: '',
  output: `${DATA_DEFINITIONS} ${DEFINITIONS} must*^`,
  path: '',
  pattern: `${CONSTRAINT_TEXT} modifier^`,
  position: '',
  prefix: '',
  presence: '',
  range: CONSTRAINT_TEXT,
  reference: '',
  refine:
    'config default* description if-feature*^ mandatory max-elements min-elements must* presence reference',
  'require-instance': '',
  revision: 'description reference',
  'revision-date': '',
  rpc: OPERATION,
  status: '',
  submodule: `${BODY} ${META} belongs-to! yang-version`,
  type: 'base* bit* enum* fraction-digits length path pattern* range require-instance type*',
  typedef: `${DOCUMENTATION} default type! units`,
  unique: '',
  units: '',
  uses: `${DOCUMENTATION} augment* if-feature* refine* when`,
  value: '',
  when: 'description reference',
  'yang-version': '',
  'yin-element': '',
};

/** Substatements that YANG version 1 allows only once where YANG 1.1 allows many. */
export const SINGLE_IN_VERSION_1: Readonly<Record<string, readonly string[]>> = {
  identity: ['base'],
  type: ['base'],
  refine: ['default'],
  'deviate add': ['default'],
  'deviate delete': ['default'],
};

const CARDINALITIES = new Map(
  Object.entries(TABLE).map(([keyword, substatements]) => [keyword, parseTable(substatements)]),
);

function parseTable(text: string): SubstatementTable {
  const words = text.split(' ').filter((word) => word !== '');
  return new Map(words.map(parseEntry));
}

function parseEntry(word: string): readonly [string, Cardinality] {
  const keyword = word.replace(/[*!+^]+$/, '');
  const marks = word.slice(keyword.length);
  const min = marks.includes('!') || marks.includes('+') ? 1 : 0;
  const max = marks.includes('*') || marks.includes('+') ? Infinity : 1;
  return [keyword, { min, max, since11: marks.includes('^') }];
}

/** Substatements of a keyword; undefined for a keyword that YANG does not have. */
export function substatementsOf(keyword: string): SubstatementTable | undefined {
  return CARDINALITIES.get(keyword);
}

/** The parts of a module in the order that section 14 asks for; what is not named is the body. */
const SECTIONS: ReadonlyMap<string, number> = new Map([
  ['yang-version', 1],
  ['namespace', 1],
  ['prefix', 1],
  ['belongs-to', 1],
  ['import', 2],
  ['include', 2],
  ['organization', 3],
  ['contact', 3],
  ['description', 3],
  ['reference', 3],
  ['revision', 4],
]);

export const SECTION_COUNT = 5;

/** Number of the part of a module that a statement belongs to, from 1. */
export function sectionOf(keyword: string): number {
  return SECTIONS.get(keyword) ?? SECTION_COUNT;
}

/** Form of an argument: what it must match, and how to say so. */
export interface ArgumentForm {
  readonly matches: (text: string) => boolean;
  readonly expected: string;
  /** Everything that matches, where that is a few words. */
  readonly words?: readonly string[];
}

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const REFERENCE = /^(?:[A-Za-z_][A-Za-z0-9_.-]*:)?[A-Za-z_][A-Za-z0-9_.-]*$/;
/** RFC 3986, section 3, with any characters that a URI may have after the scheme. */
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$/;

/** Only of simple patterns: a repeated group exhausts the stack on an argument of some megabytes. */
function form(pattern: RegExp, expected: string): ArgumentForm {
  return { matches: (text) => pattern.test(text), expected };
}

function words(...allowed: readonly string[]): ArgumentForm {
  const quoted = allowed.map((word) => `"${word}"`);
  const expected = `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1) ?? ''}`;
  return { matches: (text) => allowed.includes(text), expected, words: allowed };
}

function isNodeId(text: string): boolean {
  return text.split('/').every((step) => REFERENCE.test(step));
}

/** Parts separated by white space; there may be some at the ends. */
function list(isPart: (text: string) => boolean, expected: string): ArgumentForm {
  const matches = (text: string): boolean => {
    const parts = text.split(/[ \t\r\n]+/).filter((part) => part !== '');
    return parts.length > 0 && parts.every(isPart);
  };
  return { matches, expected };
}

const any: ArgumentForm = { matches: () => true, expected: 'a string' };
const notEmpty: ArgumentForm = {
  matches: (text) => /[^ \t\r\n]/.test(text),
  expected: 'a string that is not empty',
};
const identifier = form(IDENTIFIER, 'an identifier');
const reference = form(REFERENCE, 'an identifier with or without a prefix');
const boolean = words('true', 'false');
const date = form(
  /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$/,
  'a date as YYYY-MM-DD',
);
const nonNegative = form(/^(?:0|[1-9][0-9]*)$/, 'a non-negative integer');
const absoluteNodeId: ArgumentForm = {
  matches: (text) => text.startsWith('/') && isNodeId(text.slice(1)),
  expected: 'an absolute schema node identifier',
};
const descendantNodeId: ArgumentForm = {
  matches: isNodeId,
  expected: 'a descendant schema node identifier',
};

/** Form of each keyword's argument; `undefined` where the statement takes none. */
const ARGUMENTS: Readonly<Record<string, ArgumentForm | undefined>> = {
  action: identifier,
  anydata: identifier,
  anyxml: identifier,
  argument: identifier,
  augment: absoluteNodeId,
  base: reference,
  'belongs-to': identifier,
  bit: identifier,
  case: identifier,
  choice: identifier,
  config: boolean,
  contact: any,
  container: identifier,
  default: any,
  description: any,
  deviate: words('add', 'delete', 'replace', 'not-supported'),
  deviation: absoluteNodeId,
  enum: {
    matches: (text) => text !== '' && !/^\p{White_Space}|\p{White_Space}$/u.test(text),
    expected: 'a string without white space at its ends',
  },
  'error-app-tag': any,
  'error-message': any,
  extension: identifier,
  feature: identifier,
  'fraction-digits': form(/^(?:[1-9]|1[0-8])$/, 'a number from 1 to 18'),
  grouping: identifier,
  identity: identifier,
  'if-feature': notEmpty,
  import: identifier,
  include: identifier,
  input: undefined,
  key: list((part) => REFERENCE.test(part), 'names of leafs'),
  leaf: identifier,
  'leaf-list': identifier,
  length: notEmpty,
  list: identifier,
  mandatory: boolean,
  'max-elements': form(/^(?:unbounded|[1-9][0-9]*)$/, 'a positive integer or "unbounded"'),
  'min-elements': nonNegative,
  modifier: form(/^invert-match$/, '"invert-match"'),
  module: identifier,
  must: notEmpty,
  namespace: form(URI, 'a URI'),
  notification: identifier,
  'ordered-by': words('user', 'system'),
  organization: any,
  output: undefined,
  path: notEmpty,
  pattern: any,
  position: nonNegative,
  prefix: identifier,
  presence: any,
  range: notEmpty,
  reference: any,
  refine: descendantNodeId,
  'require-instance': boolean,
  revision: date,
  'revision-date': date,
  rpc: identifier,
  status: words('current', 'deprecated', 'obsolete'),
  submodule: identifier,
  type: reference,
  typedef: identifier,
  unique: list(isNodeId, 'descendant schema node identifiers'),
  units: any,
  uses: reference,
  value: form(/^-?(?:0|[1-9][0-9]*)$/, 'an integer'),
  when: notEmpty,
  // check-grammar looks at the version itself.
  'yang-version': any,
  'yin-element': boolean,
};

/** Whether a text is a name with or without a prefix (rule identifier-ref). */
export function isReference(text: string): boolean {
  return REFERENCE.test(text);
}

/** Whether a text is an identifier. */
export function isIdentifier(text: string): boolean {
  return IDENTIFIER.test(text);
}

/** Whether version 1 refuses an identifier: it must not begin with "xml" (RFC 6020, section 12). */
export function isReservedInVersion1(identifierText: string): boolean {
  return /^xml/i.test(identifierText);
}

/** Statements whose argument is an identifier that they define. */
export function definesIdentifier(keyword: string): boolean {
  return ARGUMENTS[keyword] === identifier;
}

/** Every keyword of YANG. */
export function keywords(): Iterable<string> {
  return Object.keys(ARGUMENTS);
}

/**
 * What the argument of a keyword must look like; undefined when the statement takes none. An augment in uses
 * has another form than one in a module; in an extension it may have either.
 */
export function argumentFormOf(
  keyword: string,
  parent?: string,
  argument?: string,
): ArgumentForm | undefined {
  if (keyword !== 'augment' || parent === undefined) {
    return Object.hasOwn(ARGUMENTS, keyword) ? ARGUMENTS[keyword] : undefined;
  }
  const isRelative = parent.includes(':') && argument?.startsWith('/') === false;
  return isRelative || parent === 'uses' ? descendantNodeId : absoluteNodeId;
}

/**
 * Statements that have at least one data definition (section 14), and whether to insist: the tables of
 * section 7 do not, where it does no harm.
 */
export const NEEDS_DATA: ReadonlyMap<string, 'must' | 'should'> = new Map([
  ['augment', 'should'],
  ['input', 'must'],
  ['list', 'should'],
  ['output', 'must'],
]);

/** Statements that define data nodes, or bring some. */
export const DATA_KEYWORDS: ReadonlySet<string> = new Set([
  ...parseTable(DATA_DEFINITIONS).keys(),
  'action',
  'case',
  'notification',
]);

/** Statements that define nodes of the schema tree. */
export const NODE_KEYWORDS: ReadonlySet<string> = new Set([
  'action',
  'anydata',
  'anyxml',
  'case',
  'choice',
  'container',
  'input',
  'leaf',
  'leaf-list',
  'list',
  'notification',
  'output',
  'rpc',
]);
