/**
 * Python's ncclient against the server: every operation that it has, with every option, step by step. What each
 * step brings stands here; how it asks, in `every_operation.py`.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { PASSWORD, Process, Site, USER } from '../support/processes.ts';
import { PYTHON, missingNcclient, packageRoot, skipIf } from '../support/tools.ts';

interface Step {
  readonly step: string;
  readonly result?: unknown;
  readonly error?: string;
  readonly fault?: string;
}

const NORTH = { plant: 'tomato', water: '70' };
const SOUTH = { plant: 'basil' };
const BOTH = { north: NORTH, south: SOUTH };
const NAMES = ['direct', 'north', 'south'];

const ok = { result: 'ok' };
const result = (value: unknown): Expected => ({ result: value });
const error = (tag: string): Expected => ({ error: tag });
type Expected = Omit<Step, 'step'>;

const CAPABILITIES = [
  'candidate:1.0',
  'confirmed-commit:1.1',
  'interleave:1.0',
  'notification:1.0',
  'partial-lock:1.0',
  'rollback-on-error:1.0',
  'startup:1.0',
  'url:1.0',
  'validate:1.1',
  'with-defaults:1.0',
  'with-operational-defaults:1.0',
  'writable-running:1.0',
  'xpath:1.0',
  'yang-library:1.0',
  'yang-library:1.1',
];

const STEPS: readonly (readonly [step: string, expected: Expected])[] = [
  ['capabilities', result(CAPABILITIES)],
  ['session ids differ', result(true)],
  ['edit candidate', ok],
  ['get-config candidate', result(BOTH)],
  ['get-config running is untouched', result({})],
  ['validate candidate', ok],
  ['commit', ok],
  ['get-config running', result(BOTH)],
  ['default-operation none', error('data-missing')],
  ['default-operation merge', ok],
  ['default-operation replace', ok],
  ['replaced candidate', result({ only: { plant: 'leek' } })],
  ['discard-changes', ok],
  ['discarded candidate', result(BOTH)],
  ['operation create of what exists', error('data-exists')],
  ['operation delete of nothing', error('data-missing')],
  ['operation remove of nothing', ok],
  ['operation delete', ok],
  ['deleted from candidate', result({ north: NORTH })],
  ['discard again', ok],
  ['test-only of what is valid', ok],
  ['test-only changes nothing', result(BOTH)],
  ['test-only of what is invalid', error('data-missing')],
  ['set of what is invalid', ok],
  ['validate what is invalid', error('data-missing')],
  ['commit what is invalid', error('data-missing')],
  ['discard what is invalid', ok],
  ['test-then-set', ok],
  ['rollback-on-error', error('data-missing')],
  ['rolled back', result(['north', 'south', 'test'])],
  ['continue-on-error', error('data-missing')],
  ['continued', result(['good', 'late', 'north', 'south', 'test'])],
  ['discard what was continued', ok],
  ['stop-on-error', error('data-missing')],
  ['discard what was stopped', ok],
  ['value out of range', error('invalid-value')],
  ['edit running', ok],
  ['edited running', result(NAMES)],
  ['get with a subtree filter', result({ north: NORTH })],
  ['get with an XPath filter', result({ south: SOUTH })],
  [
    'get-config with an XPath filter',
    result({ direct: { plant: 'mint' }, north: { plant: 'tomato' }, south: SOUTH }),
  ],
  ['with-defaults explicit', result(SOUTH)],
  ['with-defaults report-all', result({ ...SOUTH, water: '50' })],
  ['with-defaults trim', result(SOUTH)],
  ['with-defaults report-all-tagged', result({ ...SOUTH, water: '50' })],
  ['get with defaults', result({ ...SOUTH, water: '50' })],
  ['lock', ok],
  ['lock held by another', error('lock-denied')],
  ['edit against the lock', error('in-use')],
  ['unlock by another', error('operation-failed')],
  ['unlock', ok],
  ['locked()', result('held')],
  ['copy inline to candidate', ok],
  ['copied to candidate', result({ copied: { plant: 'kale' } })],
  ['copy running to candidate', ok],
  ['copied back', result(NAMES)],
  ['copy running to startup', ok],
  ['startup', result(NAMES)],
  ['validate running', ok],
  ['validate inline', ok],
  ['validate inline what is invalid', error('data-missing')],
  ['copy to a file', ok],
  ['copy from a file', ok],
  ['validate a file', ok],
  ['edit-config from a file', ok],
  ['delete a file', ok],
  ['validate a file that is gone', error('data-missing')],
  ['delete startup', ok],
  ['startup is empty', result([])],
  ['delete running', error('unknown-element')],
  ['discard copies', ok],
  ['edit to confirm', ok],
  ['commit confirmed', ok],
  ['confirming commit', ok],
  ['confirmed', result(true)],
  ['edit to cancel', ok],
  ['commit to cancel', ok],
  ['pending', result(true)],
  ['cancel-commit', ok],
  ['cancelled', result(false)],
  ['discard cancelled', ok],
  ['edit to persist', ok],
  ['commit with persist', ok],
  ['confirm without persist-id', error('in-use')],
  ['confirm with a wrong persist-id', error('invalid-value')],
  ['confirm with persist-id', ok],
  ['edit to cancel by token', ok],
  ['commit with another token', ok],
  ['cancel with persist-id', ok],
  ['cancelled by token', result(false)],
  ['cancel nothing', error('operation-failed')],
  ['discard at last', ok],
  ['get-schema', result('module greenhouse')],
  ['get-schema of nothing', error('invalid-value')],
  ['get-schema in a format that is not there', error('invalid-value')],
  ['dispatch get-data', result(true)],
  ['dispatch discard-changes', ok],
  ['rpc', ok],
  ['dispatch of nothing known', error('operation-not-supported')],
  // Power control is liberouter's own: ncclient sees that the server lacks its capability.
  ['poweroff-machine', { fault: 'MissingCapabilityError' }],
  ['reboot-machine', { fault: 'MissingCapabilityError' }],
  ['create-subscription', ok],
  ['create-subscription twice', error('operation-failed')],
  ['edit to be told of', ok],
  ['take_notification', result('running')],
  ['session of another begins', result(true)],
  ['interleaved get-config', result(true)],
  ['create-subscription in the past', ok],
  ['kill-session', ok],
  ['kill-session of nobody', error('invalid-value')],
  ['kill-session of oneself', error('invalid-value')],
  ['killed', result(false)],
  ['close-session', ok],
  ['closed', result(false)],
];

describe('every operation of ncclient', function () {
  this.timeout(60_000);
  const steps = new Map<string, Step>();

  before(async function () {
    skipIf(this, missingNcclient());
    await using site = await Site.open();
    const examples = join(packageRoot(), 'examples');
    const module = ['--no-default-modules', '--path', examples, '--module', 'greenhouse'];
    const device = await site.start('device', [...module, '--with', 'startup', '--with', 'url']);
    const python = new Process([PYTHON, join(packageRoot(), 'test/interop/every_operation.py')]);
    const access = { host: '127.0.0.1', port: device.port, username: USER, password: PASSWORD };
    python.child.stdin?.end(`${JSON.stringify(access)}\n`);
    const { stdout, stderr } = await python.ended;
    for (const line of stdout.trim().split('\n')) {
      const step = JSON.parse(line) as Step;
      steps.set(step.step, step);
    }
    assert.ok(steps.has('end'), `${stderr}\n${device.log}`);
    assert.doesNotMatch(device.log, /"bug"/);
  });

  for (const [name, expected] of STEPS) {
    it(name, () => {
      const { step, fault, ...came } = steps.get(name) ?? { step: undefined };
      assert.equal(step, name, 'the step was not reached');
      if (expected.fault === undefined)
        assert.deepEqual({ ...came, ...(fault ? { fault } : {}) }, expected);
      else assert.match(fault ?? '', new RegExp(expected.fault));
    });
  }

  it('is all that the script does', () => {
    assert.deepEqual([...steps.keys()], [...STEPS.map(([name]) => name), 'end']);
  });
});
