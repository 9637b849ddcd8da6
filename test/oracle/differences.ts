/**
 * Where we and yanglint 2.1.30 part company, each with the section of RFC 7950 (unless another RFC is
 * named) that proves us right. A test fails when an entry is not true any more.
 */

/** Modules of the corpora, by `module` or `module:feature`. */
export const DIFFERENT_MODULES: ReadonlyMap<string, string> = new Map([
  [
    'ietf-netconf:confirmed-commit',
    '7.20.1: that a server also supports what a feature depends on is no rule about the module',
  ],
  ['ietf-system:local-users', '7.20.1, as above'],
  ['ietf-system:radius-authentication', '7.20.1, as above'],
  ['ietf-system:ntp-udp-port', '7.20.1, as above'],
  ['yuma123-netconf:confirmed-commit', '7.20.1, as above'],
  [
    'yang',
    'RFC 6020, 9.12: no empty in a union of version 1; it is the internal module of libyang',
  ],
]);

/** Cases of test/cases, by name. */
export const DIFFERENT_CASES: ReadonlyMap<string, string> = new Map([
  ['circular-leafref', '9.9: it would have no type; yanglint does not notice'],
  [
    'features',
    '7.20.1: a feature whose condition is false is not supported; yanglint refuses to enable it',
  ],
  ['7.20.1-features', '7.20.1, as above'],
  ['loose-namespace', '7.1.3: the empty text is no URI'],
  ['refined-default', '7.6.4: the default of a leaf fits its type, also where a use replaces it'],
  ['version-1-augment', 'RFC 6020, 5.1: a submodule refers to what it includes only'],
  ['unknown-extension', '7.19: substatements of an extension that are not defined anywhere'],
  ['version-1', 'RFC 6020, 6.1.3: a backslash before any other character stands for itself'],
  [
    '12-coexistence',
    '12: submodules have the version of their module, and version 1 imports no revision that is written in 1.1',
  ],
  ['wrong-import-version', '12: version 1 may not ask for a revision that is written in 1.1'],
  ['wrong-include-version', '12: a module of one version may not include a submodule of the other'],
  [
    '5.6.5-implemented-modules',
    '5.6.5: the revision that is asked for is implemented; yanglint has by then implemented an imported one',
  ],
  ['7.13.2-refine', 'yanglint crashes'],
  [
    '7.21.5-when',
    '7.21.5: the conditions form a chain, no circle; yanglint takes the context node for the conditional one',
  ],
  [
    '9.9.2-deref-in-a-path',
    '9.9.2: not in the grammar, and a warning; yanglint takes it in its extended mode only',
  ],
  ['9.12-members-in-version-1', 'RFC 6020, 9.12: no empty and no leafref in a union of version 1'],
]);

/** Cases that yanglint would need very long for: our limits against hostile input. */
export const NOT_ASKED: ReadonlySet<string> = new Set(['nested-too-deep', 'too-many-nodes']);

/** Modules whose trees differ. */
export const DIFFERENT_TREES: ReadonlyMap<string, string> = new Map([
  [
    'ietf-ipv6-unicast-routing',
    '5.1: what its submodule augments belongs to the module; yanglint leaves it out',
  ],
  [
    'ietf-yang-push',
    '7.20.2: the notification that it augments depends on a feature that is not supported, so it is not there',
  ],
  ['ietf-netconf-nmda', '7.20.2: the same of the rpc validate'],
]);

/** Modules whose trees make yanglint crash. */
export const TREE_CRASHES: ReadonlySet<string> = new Set([
  'sami-acl',
  'sami-connection',
  'sami-cumulative',
  'sami-nat',
  'sami-profile',
  'sami-session',
  'sami-snooping',
  'sami-sticky',
  'ietf-list-pagination',
  'ietf-netconf',
  'ietf-netconf-with-defaults',
  'ietf-origin',
  'yang',
]);

/** A kind of difference in verdicts on documents. */
export interface DocumentRule {
  readonly reason: string;
  /** What each side says; '' for who accepts. */
  readonly ours: RegExp;
  readonly yanglint: RegExp;
  /** Only for documents with this mutation. */
  readonly mutation?: string;
}

const ACCEPTED = /^$/;

const DOCUMENT_RULES: readonly DocumentRule[] = [
  {
    reason: '9.2.1, 9.3.1: a number is sign and digits, without space around them',
    ours: /"(?:\s|\\u\{a\})[^"]*" (?:is not a|fits no)|(?:\s|\\u\{a\})" (?:is not a|fits no)/,
    yanglint: ACCEPTED,
  },
  {
    reason:
      '7.3, 9.4: xpath1.0 (RFC 6991) and node-instance-identifier (RFC 8341) are strings without restrictions; that the text should be XPath is said in their descriptions only',
    ours: ACCEPTED,
    yanglint:
      /XPath|expression '|Unterminated string|Failed to resolve prefix|supposed to be a function call|Invalid instance-identifier ".*" value - syntax error/,
  },
  {
    reason: '7.5: a container has one instance; yanglint overlooks a second one that is empty',
    ours: /is given twice/,
    yanglint: ACCEPTED,
  },
  {
    reason: '9.4.5: classes may be subtracted from classes (XML Schema Part 2, appendix F)',
    ours: ACCEPTED,
    yanglint: /does not conform to "\[a-z-\[aeiou\]\]\+"/,
  },
  {
    reason: '9.4.5: \\w is all but punctuation, separators and others: "€" is in it',
    ours: ACCEPTED,
    yanglint: /"\d+\s+[^"]*" does not conform to "\\d\+\\s\\w\+"/,
  },
  {
    reason: '9.4.5: \\w is all but punctuation, separators and others: "_" is not in it',
    ours: /does not match the pattern "\\d\+\\s\\w\+"/,
    yanglint: ACCEPTED,
  },
  {
    reason:
      '9.4.5: what matches the patterns of an IPv6 address in RFC 6991 is a value of the type',
    ours: ACCEPTED,
    yanglint: /Failed to convert IPv6 address/,
  },
  {
    reason: '7.8.5: keys are the first in an entry; yanglint notices that only sometimes',
    ours: /comes too late: keys come first/,
    yanglint: ACCEPTED,
  },
  {
    reason: '6.4 (XPath 1.0, 4.2): string-length() counts characters; yanglint counts octets',
    ours: ACCEPTED,
    yanglint: /Must condition "string-length\(/,
  },
  {
    reason:
      '7.7.2: the defaults of a leaf-list are in use together or not at all; yanglint tags and trims each entry that equals one',
    ours: /^prints \w+ (?:trim|report-all-tagged): .*oracle-types:defaulted/,
    yanglint: /^prints/,
  },
  {
    reason:
      '7.9: nodes of one case only; yanglint overlooks those of a second one that are empty containers',
    ours: /belongs to another case of the choice/,
    yanglint: ACCEPTED,
  },
  {
    reason:
      '9.12: the first member that takes the text decides; yanglint remembers that JSON had a string for one of two numbers that are equal, and lets a member decide by whether its leafref has a target',
    ours: /^prints json .*oracle-(?:types:numbers|references:either) = \d+$/,
    yanglint: /^prints json .*oracle-(?:types:numbers|references:either) = "\d+"$/,
  },
  {
    reason:
      'RFC 6991, 3: a time that does not exist, such as on day 0, has no canonical form; yanglint makes another time of it',
    ours: /^prints \w+ [\w-]+: [^=]* = "?\d{4}-\d\d-\d\dT/,
    yanglint: /^prints \w+ [\w-]+: [^=]* = "?-?\d{4}-\d\d-\d\dT/,
  },
  {
    reason: '9.2.1: space makes a text of what is a number without it, and that refers to nothing',
    ours: /the instance referred to does not exist/,
    yanglint: ACCEPTED,
    mutation: 'space around',
  },
  {
    reason: 'RFC 6991, 4: xpath1.0 has no canonical form; yanglint puts space around operators',
    ours: /^prints \w+ [\w-]+: [^=]*(?:stream-xpath-filter|select) = /,
    yanglint: /^prints/,
  },
  {
    reason: '9.3.1: a decimal number has a digit before its point',
    ours: /^"[+-]?\.\d+" is not a decimal number/,
    yanglint: ACCEPTED,
  },
  {
    reason: 'XML 1.0, 2.5: comments are no part of the text around them',
    ours: ACCEPTED,
    yanglint: /^/,
    mutation: 'comment in a value',
  },
  {
    reason:
      'Namespaces in XML 1.0, 5: a prefix must be declared; yanglint takes such content of anydata',
    ours: /unbound namespace prefix/,
    yanglint: ACCEPTED,
  },
  {
    reason: 'yanglint crashes',
    ours: /^/,
    yanglint: /^crashed$/,
  },
];

/** The rule that explains a difference. */
export function explain(
  ours: string,
  yanglint: string,
  mutation: string | undefined,
): DocumentRule | undefined {
  return DOCUMENT_RULES.find(
    (rule) =>
      (rule.mutation === undefined || rule.mutation === mutation) &&
      rule.ours.test(ours) &&
      rule.yanglint.test(yanglint),
  );
}
