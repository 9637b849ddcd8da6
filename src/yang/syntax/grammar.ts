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
  deviate: '',
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
const SECTIONS: Readonly<Record<string, number>> = {
  'yang-version': 1,
  namespace: 1,
  prefix: 1,
  'belongs-to': 1,
  import: 2,
  include: 2,
  organization: 3,
  contact: 3,
  description: 3,
  reference: 3,
  revision: 4,
};

/** Number of the part of a module that a statement belongs to, from 1. */
export function sectionOf(keyword: string): number {
  return SECTIONS[keyword] ?? 5;
}

/** Form of an argument: what it must match, and how to say so. */
export interface ArgumentForm {
  readonly pattern: RegExp;
  readonly expected: string;
}

const IDENTIFIER = '[A-Za-z_][A-Za-z0-9_.-]*';
const REFERENCE = `(?:${IDENTIFIER}:)?${IDENTIFIER}`;
const NODE_IDS = `${REFERENCE}(?:/${REFERENCE})*`;
const SEPARATOR = '[ \\t\\r\\n]+';

function form(pattern: string, expected: string): ArgumentForm {
  return { pattern: new RegExp(`^(?:${pattern})$`), expected };
}

const identifier = form(IDENTIFIER, 'an identifier');
const reference = form(REFERENCE, 'an identifier with or without a prefix');
const boolean = form('true|false', '"true" or "false"');
const date = form('[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])', 'a date as YYYY-MM-DD');
const nonNegative = form('0|[1-9][0-9]*', 'a non-negative integer');
const string = form('[^]*', 'a string');
const nonEmpty = form('[^]*[^ \\t\\r\\n][^]*', 'a string that is not empty');

/** Form of each keyword's argument; `undefined` where the statement takes none. */
const ARGUMENTS: Readonly<Record<string, ArgumentForm | undefined>> = {
  action: identifier,
  anydata: identifier,
  anyxml: identifier,
  argument: identifier,
  augment: form(`/?${NODE_IDS}`, 'a schema node identifier'),
  base: reference,
  'belongs-to': identifier,
  bit: identifier,
  case: identifier,
  choice: identifier,
  config: boolean,
  contact: string,
  container: identifier,
  default: string,
  description: string,
  deviate: form(
    'add|delete|replace|not-supported',
    '"add", "delete", "replace" or "not-supported"',
  ),
  deviation: form(`/${NODE_IDS}`, 'an absolute schema node identifier'),
  enum: form('[^ \\t\\r\\n](?:[^]*[^ \\t\\r\\n])?', 'a string without white space at its ends'),
  'error-app-tag': string,
  'error-message': string,
  extension: identifier,
  feature: identifier,
  'fraction-digits': form('[1-9]|1[0-8]', 'a number from 1 to 18'),
  grouping: identifier,
  identity: identifier,
  'if-feature': nonEmpty,
  import: identifier,
  include: identifier,
  input: undefined,
  key: form(
    `[ \\t\\r\\n]*${REFERENCE}(?:${SEPARATOR}${REFERENCE})*[ \\t\\r\\n]*`,
    'names of leafs',
  ),
  leaf: identifier,
  'leaf-list': identifier,
  length: nonEmpty,
  list: identifier,
  mandatory: boolean,
  'max-elements': form('unbounded|[1-9][0-9]*', 'a positive integer or "unbounded"'),
  'min-elements': nonNegative,
  modifier: form('invert-match', '"invert-match"'),
  module: identifier,
  must: nonEmpty,
  namespace: form('[^ \\t\\r\\n]+', 'a URI'),
  notification: identifier,
  'ordered-by': form('user|system', '"user" or "system"'),
  organization: string,
  output: undefined,
  path: nonEmpty,
  pattern: string,
  position: nonNegative,
  prefix: identifier,
  presence: string,
  range: nonEmpty,
  reference: string,
  refine: form(NODE_IDS, 'a descendant schema node identifier'),
  'require-instance': boolean,
  revision: date,
  'revision-date': date,
  rpc: identifier,
  status: form('current|deprecated|obsolete', '"current", "deprecated" or "obsolete"'),
  submodule: identifier,
  type: reference,
  typedef: identifier,
  unique: form(
    `[ \\t\\r\\n]*${NODE_IDS}(?:${SEPARATOR}${NODE_IDS})*[ \\t\\r\\n]*`,
    'descendant schema node identifiers',
  ),
  units: string,
  uses: reference,
  value: form('0|-?[1-9][0-9]*', 'an integer'),
  when: nonEmpty,
  // check-grammar looks at the version itself.
  'yang-version': string,
  'yin-element': boolean,
};

/** What the argument of a keyword must look like; undefined when the statement takes none. */
export function argumentFormOf(keyword: string): ArgumentForm | undefined {
  return ARGUMENTS[keyword];
}

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
