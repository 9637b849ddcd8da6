/** `sami yang lint`: which modules are checked, what is printed, and the exit code. */
import assert from 'node:assert/strict';
import { moduleText, runYang } from '../../../../support/yang-command.ts';

const GOOD = moduleText('good', 'container c { leaf l { type string; } }');
const BAD = moduleText('bad', 'leaf a { type strin; }\n  leaf b { type nothing; }');
const WARNS = moduleText('warns', 'leaf a { type string; must "../nowhere"; }');
const USES = moduleText('uses', 'import lib { prefix l; } leaf a { type l:t; }');
const LIB = moduleText('lib', 'typedef t { type string; }');
const PART =
  'submodule part { yang-version 1.1; belongs-to whole { prefix w; } leaf x { type strin; } }';
const WHOLE = moduleText('whole', 'include part;');

interface LintCase {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly code: number;
  readonly err?: RegExp;
}

const CASES: readonly LintCase[] = [
  {
    name: 'says nothing of a good module',
    files: { 'good.yang': GOOD },
    args: ['$D/good.yang'],
    code: 0,
  },
  {
    name: 'prints every error with place, code, caret and suggestion',
    files: { 'bad.yang': BAD },
    args: ['$D/bad.yang'],
    code: 1,
    err: /^\.\/bad\.yang:1:\d+: error: .*\[unknown-type\]\n.*\n +\^~+\n.*string.*\n\.\/bad\.yang:2:\d+: error: .*\[unknown-type\]\n[^]*\n2 errors\n$/,
  },
  {
    name: 'checks several files and names only the bad one',
    files: { 'good.yang': GOOD, 'bad.yang': BAD },
    args: ['$D/good.yang', '$D/bad.yang'],
    code: 1,
    err: /^(?!.*good\.yang)[^]*2 errors\n$/,
  },
  {
    name: 'lets warnings pass',
    files: { 'warns.yang': WARNS },
    args: ['$D/warns.yang'],
    code: 0,
    err: /warning: .*\[unknown-xpath-node\][^]*1 warning\n$/,
  },
  {
    name: 'keeps quiet about warnings',
    files: { 'warns.yang': WARNS },
    args: ['-q', '$D/warns.yang'],
    code: 0,
  },
  {
    name: 'fails for warnings when told to',
    files: { 'warns.yang': WARNS },
    args: ['--werror', '$D/warns.yang'],
    code: 1,
    err: /1 warning\n$/,
  },
  {
    name: 'finds imports beside the file',
    files: { 'uses.yang': USES, 'lib.yang': LIB },
    args: ['$D/uses.yang'],
    code: 0,
  },
  {
    name: 'does not look beside the file when told so',
    files: { 'uses.yang': USES, 'lib.yang': LIB },
    args: ['--no-search', '$D/uses.yang'],
    code: 1,
    err: /\[module-not-found\]/,
  },
  {
    name: 'finds imports in --path, and in what is below it',
    files: { 'a/uses.yang': USES, 'b/c/lib.yang': LIB },
    args: ['--path', '$D/b', '$D/a/uses.yang'],
    code: 0,
  },
  {
    name: 'finds imports in the directories of YANG_MODPATH',
    files: { 'a/uses.yang': USES, 'b/lib.yang': LIB },
    args: ['$D/a/uses.yang'],
    variables: { YANG_MODPATH: '$D/none:$D/b' },
    code: 0,
  },
  {
    name: 'does not find them elsewhere',
    files: { 'a/uses.yang': USES, 'b/lib.yang': LIB },
    args: ['$D/a/uses.yang'],
    code: 1,
    err: /\[module-not-found\]/,
  },
  {
    name: 'takes a module by name',
    files: { 'b/lib.yang': LIB },
    args: ['--path', '$D/b', 'lib'],
    code: 0,
  },
  {
    name: 'knows the modules that come with it',
    files: {
      'a.yang': moduleText(
        'a',
        'import ietf-inet-types { prefix inet; } leaf a { type inet:host; }',
      ),
    },
    args: ['$D/a.yang'],
    code: 0,
  },
  {
    name: 'forgets the modules that come with it when told so',
    files: {
      'a.yang': moduleText(
        'a',
        'import ietf-inet-types { prefix inet; } leaf a { type inet:host; }',
      ),
    },
    args: ['--no-bundled', '$D/a.yang'],
    code: 1,
    err: /\[module-not-found\]/,
  },
  {
    name: 'checks a submodule with the module it belongs to',
    files: { 'part.yang': PART, 'whole.yang': WHOLE },
    args: ['$D/part.yang'],
    code: 1,
    err: /part\.yang:1:\d+: error: .*\[unknown-type\]/,
  },
  {
    name: 'says of a submodule that its module is missing, and checks the rest',
    files: { 'part.yang': PART, 'bad.yang': BAD },
    args: ['$D/part.yang', '$D/bad.yang'],
    code: 1,
    err: /^\.\/part\.yang:1:36: error: module "whole", which submodule "part" belongs to, is not available \[module-not-found\]\n[^]*\n3 errors\n$/,
  },
  {
    name: 'takes any file name',
    files: { 'draft-3.txt': GOOD },
    args: ['$D/draft-3.txt'],
    code: 0,
  },
  {
    name: 'says that a file is no module',
    files: { 'x.yang': 'hello' },
    args: ['$D/x.yang'],
    code: 1,
    err: /x\.yang:1:1: error/,
  },
  {
    name: 'refuses a file that is not there',
    files: {},
    args: ['$D/x.yang'],
    code: 2,
    err: /^sami: no file "\.\/x\.yang"\n$/,
  },
  {
    name: 'refuses a directory that is given as a file',
    files: { 'x.yang/good.yang': GOOD },
    args: ['$D/x.yang'],
    code: 2,
    err: /^sami: "\.\/x\.yang" is a directory, not a file\n$/,
  },
  {
    name: 'refuses standard input twice',
    files: {},
    args: ['-', '-'],
    code: 2,
    err: /^sami: "-", standard input, is there twice\n$/,
  },
  {
    name: 'refuses two texts of one module',
    files: { 'good.yang': GOOD, 'copy.yang': GOOD },
    args: ['$D/good.yang', '$D/copy.yang'],
    code: 2,
    err: /^sami: "\.\/good\.yang" and "\.\/copy\.yang" are both the module "good"\n$/,
  },
  {
    name: 'takes the same file twice',
    files: { 'good.yang': GOOD },
    args: ['$D/good.yang', '$D/good.yang'],
    code: 0,
  },
  {
    name: 'refuses a directory that is not there',
    files: { 'good.yang': GOOD },
    args: ['--path', '$D/none', '$D/good.yang'],
    code: 2,
    err: /^sami: --path: no directory "\.\/none"\n$/,
  },
  {
    name: 'refuses features of a module that is not given',
    files: { 'good.yang': GOOD },
    args: ['--features', 'other:f', '$D/good.yang'],
    code: 2,
    err: /^sami: --features names "other"/,
  },
  {
    name: 'refuses features in another form',
    files: { 'good.yang': GOOD },
    args: ['--features', 'f', '$D/good.yang'],
    code: 2,
    err: /^sami: --features wants "module:feature,feature", not "f"\n$/,
  },
  {
    name: 'reports a feature that the module does not have',
    files: { 'good.yang': GOOD },
    args: ['--features', 'good:f', '$D/good.yang'],
    code: 1,
    err: /\[unknown-feature\]/,
  },
];

describe('sami yang lint', () => {
  for (const { name, files, args, variables, code, err = /^$/ } of CASES) {
    it(name, async () => {
      const result = await runYang(files, ['lint', ...args], variables);
      assert.equal(result.out, '');
      assert.match(result.err, err);
      assert.equal(result.code, code);
    });
  }

  it('prints diagnostics as JSON', async () => {
    const { code, out } = await runYang({ 'bad.yang': BAD }, ['lint', '--json', '$D/bad.yang']);
    assert.equal(code, 1);
    const { diagnostics } = JSON.parse(out) as { readonly diagnostics: readonly object[] };
    assert.equal(diagnostics.length, 2);
    const { message, ...rest } = diagnostics[0] as { readonly message: string };
    assert.match(message, /strin/);
    assert.deepEqual(rest, {
      ...{ code: 'unknown-type', severity: 'error', file: './bad.yang' },
      ...{ line: 1, column: 79, endLine: 1, endColumn: 84, suggestion: 'string' },
    });
  });

  it('prints an empty list when there is nothing to say', async () => {
    const { code, out } = await runYang({ 'good.yang': GOOD }, ['lint', '--json', '$D/good.yang']);
    assert.deepEqual(JSON.parse(out), { diagnostics: [] });
    assert.equal(code, 0);
  });
});
