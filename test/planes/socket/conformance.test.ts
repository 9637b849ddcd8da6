/**
 * The conformance kit: the example in C passes all of it, and for each check there is a plane with one fault
 * that fails just that one.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { CHECKS, testPlane } from '../../../client/plane-test/index.ts';
import type { CheckResult } from '../../../client/plane-test/index.ts';
import { SystemClock } from '../../../src/node/index.ts';
import { vmNode } from '../../support/simulated-device.ts';
import { CPlane, PLANE_SOURCE, describeWithCompiler } from './c-plane.ts';
import { ScriptedPlane } from './scripted-plane.ts';
import type { Fault } from './scripted-plane.ts';

/** Check by the fault that it finds. */
const FAULTS: Readonly<Record<Fault, string>> = {
  'no-boot-id': 'hello',
  'first-version-only': 'hello-versions',
  'any-version': 'hello-version',
  'no-hello-needed': 'hello-first',
  'odd-features': 'kinds',
  'used-stuck': 'kinds-used',
  'new-boot-id': 'boot-id',
  'silent-unknown-call': 'unknown-call',
  'strict-members': 'unknown-member',
  'open-after-malformed': 'malformed-line',
  'id-optional': 'line-without-id',
  'any-length': 'long-line',
  'strict-ids': 'ended-call',
  'drops-member': 'every-table',
  eager: 'prepare',
  'abort-applies': 'abort',
  'abort-strict': 'abort-unknown',
  'abort-stuck': 'abort-open',
  'apply-anything': 'apply-unprepared',
  'apply-again': 'apply-twice',
  'applies-aborted': 'apply-aborted',
  'refusal-half': 'refusal',
  'second-wins': 'second-prepare',
  merges: 'set',
  'no-remove': 'remove',
  'remove-strict': 'remove-absent',
  'no-clear': 'clear',
  'sets-last': 'line-order',
  'keeps-deleted': 'delete-vm',
  'mixes-vms': 'vms-apart',
  'mode-empties': 'modes',
  ages: 'standby-age',
  'credit-once': 'prepare-credit',
  'early-ok': 'prepare-waits',
  'no-read-credit': 'read-credit',
  'long-lines': 'max-line',
  'ignores-key': 'read-key',
  'read-missing-refused': 'read-empty',
  'reads-anything': 'read-unknown',
  'one-at-a-time': 'side-by-side',
  'cancel-ignored': 'read-cancel',
  'index-cursor': 'read-while-changing',
  'late-changes': 'watch',
  reversed: 'watch-order',
  delta: 'watch-values',
  'all-vms': 'watch-vm',
  'silent-delete': 'watch-delete',
  'no-watch-credit': 'watch-credit',
  'silent-loss': 'watch-lost',
  'watch-uncancelled': 'watch-cancel',
  'hello-empties': 'cut-hello',
  'line-kept': 'cut-line',
  'prepare-stays': 'cut-prepare',
  'prepared-applied': 'cut-prepared',
  'read-breaks': 'cut-read',
  'watch-breaks': 'cut-watch',
  'apply-half': 'cut-apply',
  'forgets-many': 'stream',
  overfull: 'room',
  'abort-breaks': 'cut-abort',
};

async function failing(
  path: string,
  entries: number,
  timeoutMs = 500,
): Promise<readonly CheckResult[]> {
  const clock = new SystemClock();
  const { results } = await testPlane({
    path,
    clock,
    vm: vmNode(),
    entries,
    timeoutMs,
    waitMs: 10,
  });
  assert.equal(results.length, CHECKS.length);
  return results.filter(({ ok }) => !ok);
}

describe('conformance kit for planes in other processes', () => {
  it('has nothing against a plane that keeps to the protocol', async () => {
    await using plane = await ScriptedPlane.start();
    assert.deepEqual(await failing(plane.socket, 1_000, 5_000), []);
  });

  it('has a broken plane for each of its checks', () => {
    const found = new Set(Object.values(FAULTS));
    assert.deepEqual([...found].sort(), CHECKS.map(({ name }) => name).sort());
  });

  for (const [fault, check] of Object.entries(FAULTS) as [Fault, string][]) {
    it(`finds a plane with fault ${fault} in check ${check}, and in no other`, async () => {
      await using plane = await ScriptedPlane.start({ fault });
      const failed = await failing(plane.socket, 1_000);
      assert.deepEqual(
        failed.map(({ name }) => name),
        [check],
        JSON.stringify(failed, null, 1),
      );
    });
  }
});

describeWithCompiler('example plane in C', () => {
  it('has fewer than 300 lines, as its users are told', async () => {
    const lines = (await readFile(PLANE_SOURCE, 'utf8')).split('\n').length - 1;
    assert.ok(lines < 300, `${lines}`);
  });

  it('passes every check, with all kinds, and a million entries', async () => {
    const kinds = [
      'session=1000000',
      'cumulative-security',
      'sticky-group',
      'sticky',
      'acl-static',
    ];
    await using plane = await CPlane.start(...kinds, 'dhcp-binding', 'nat=50');
    assert.deepEqual(await failing(plane.socket, 1_000_000, 10_000), []);
  });
});
