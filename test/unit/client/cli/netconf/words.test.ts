/** Lines to words, words to options, options to a plan. */
import assert from 'node:assert/strict';
import { UsageError } from '../../../../../client/cli/exit-code.ts';
import { NO_PARAMETERS } from '../../../../../client/cli/netconf/parameters.ts';
import { FULL_TABLE, planOptions, planText } from '../../../../../client/cli/netconf/plan.ts';
import type { LineRow, Plan } from '../../../../../client/cli/netconf/plan.ts';
import type { GivenOption } from '../../../../../client/cli/netconf/option.ts';
import { splitWords } from '../../../../../client/cli/netconf/words.ts';

const WORDS: readonly (readonly [line: string, words: readonly string[]])[] = [
  ['get  -x /a/b ', ['get', '-x', '/a/b']],
  ['set "/a/b=c d"', ['set', '/a/b=c d']],
  ["set /a/b='c d'", ['set', '/a/b=c d']],
  ['set /a[k="x y"]/b=1', ['set', '/a[k="x y"]/b=1']],
  ["set /a[k='x ] y']/b=1", ['set', "/a[k='x ] y']/b=1"]],
  ['set /a/b=c\\ d', ['set', '/a/b=c d']],
  ['set "/a[k=\\"x\\"]/b=1"', ['set', '/a[k="x"]/b=1']],
  ['set ""', ['set', '']],
  ['', []],
];

/** What a plan does, as text: operations with values and the parameters that were asked about. */
function shown(plan: Plan, parameter: 'db' | 'persistId' | 'withDefaults'): readonly string[] {
  return plan.steps.map(({ row, values, parameters }) =>
    [row.name, ...values, `${parameter}=${parameters[parameter] ?? ''}`].join(' '),
  );
}

function plan(line: string): Plan {
  const { given } = FULL_TABLE.parse(splitWords(line));
  return planOptions(given as GivenOption<LineRow>[], NO_PARAMETERS);
}

const PLANS: readonly (readonly [
  line: string,
  parameter: 'db' | 'persistId',
  steps: readonly string[],
])[] = [
  ['--db running --get-config --lock', 'db', ['--get-config db=running', '--lock db=running']],
  ['--get-config --db running', 'db', ['--get-config db=running']],
  ['--get-config --db running --lock', 'db', ['--get-config db=', '--lock db=running']],
  ['--db a --get-config --db b --lock', 'db', ['--get-config db=a', '--lock db=b']],
  ['--edit-config a b --commit', 'db', ['--edit-config a b db=', '--commit db=']],
  ['--commit --persist-id p', 'persistId', ['--commit persistId=p']],
  [
    '--persist-id p --commit --cancel-commit',
    'persistId',
    ['--commit persistId=p', '--cancel-commit persistId='],
  ],
  ['--commit confirmed --get', 'db', ['--commit confirmed db=', '--get db=']],
  [
    '--db running -e get-config -e "lock --db candidate"',
    'db',
    ['--get-config db=running', '--lock db=candidate'],
  ],
];

const REFUSED: readonly (readonly [line: string, says: RegExp])[] = [
  ['--db a --get-config --db b', /--db has to come before the --get-config that it is for/],
  ['--hello --db running', /--db is for .*--get-config.*and none of them is given/],
  ['--kill-session', /--kill-session needs a value: id/],
  ['--kill-session --get', /--kill-session needs a value/],
  ['--hello=yes', /--hello takes no value/],
  ['--getconfig', /unknown option '--getconfig'; did you mean --get-config\?/],
  ['--timeout soon --commit confirmed', /"soon" is not a number of seconds/],
  ['--max-depth -1 --get-data', /"-1" is not a number of levels/],
];

describe('lines of sami netconf', () => {
  for (const [line, words] of WORDS) {
    it(`splits ${line || 'nothing'}`, () => {
      assert.deepEqual(splitWords(line), words);
    });
  }

  it('refuses a quote that is open', () => {
    assert.throws(() => splitWords('set "/a/b=c'), /quote that is not closed/);
  });

  for (const [line, parameter, steps] of PLANS) {
    it(`plans ${line}`, () => {
      assert.deepEqual(shown(plan(line), parameter), steps);
    });
  }

  for (const [line, says] of REFUSED) {
    it(`refuses ${line}`, () => {
      assert.throws(
        () => plan(line),
        (error: unknown) => error instanceof UsageError && says.test(error.message),
      );
    });
  }

  it('takes values in each form', () => {
    for (const line of ['-x/a --get', '-x /a --get', '--xpath=/a --get', '--xpath /a --get']) {
      assert.deepEqual(plan(line).steps[0]?.parameters.filter, { type: 'xpath', expression: '/a' });
    }
  });

  it('keeps parameters that stand alone on a line of the console', () => {
    const { steps, parameters } = planText('db running', NO_PARAMETERS);
    assert.deepEqual([steps.length, parameters.db], [0, 'running']);
    assert.deepEqual(shown(planText('get-config', parameters), 'db'), ['--get-config db=running']);
  });
});
