/**
 * The grammar of YANG as data: which substatements a statement may have, how often and in which order
 * (RFC 7950, section 14 and the substatement tables of section 7; RFC 6020 for YANG version 1). What
 * arguments look like is in `argument-forms.ts`.
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
