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
]);

/** Cases of test/cases, by name. */
export const DIFFERENT_CASES: ReadonlyMap<string, string> = new Map([
  ['circular-leafref', '9.9: it would have no type; yanglint does not notice'],
  ['duplicate-import', '7.1.5: the same revision imported twice; a warning in yanglint'],
  [
    'duplicate-revision',
    '7.1.9: revisions are told apart by their dates; yanglint does not notice',
  ],
  [
    'features',
    '7.20.1: a feature whose condition is false is not supported; yanglint refuses to enable it',
  ],
  ['unknown-extension', '7.19: substatements of an extension that are not defined anywhere'],
  ['version-1', 'RFC 6020, 6.1.3: a backslash before any other character stands for itself'],
  ['wrong-include-version', '12: a module of one version may not include a submodule of the other'],
]);

/** Cases that yanglint would need very long for: our limits against hostile input. */
export const NOT_ASKED: ReadonlySet<string> = new Set(['nested-too-deep', 'too-many-nodes']);
