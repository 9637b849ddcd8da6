/** What the argument of each statement looks like (RFC 7950, section 14; RFC 6020, section 12, for version 1). */

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

/** A day that there is: no 29 February but in leap years. */
function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  const date = new Date(Date.UTC(2000 + (year % 400), month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
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
const date: ArgumentForm = { matches: isDate, expected: 'a date as YYYY-MM-DD' };
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
  namespace: notEmpty,
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

/** Whether the argument of `namespace` is what it should be (section 7.1.3). */
export function isUri(text: string): boolean {
  return URI.test(text);
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
