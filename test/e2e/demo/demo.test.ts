/** `sami demo`: what it promises, on the simulated plane and, where it can, on the kernel's. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { STAGES } from '../../../client/index.ts';
import type { Stage } from '../../../client/index.ts';
import { describeOnKernel } from '../../support/namespaces.ts';
import { runSami, startSami } from '../../support/processes.ts';

interface Flows {
  readonly total: number;
  readonly alive: number;
}

interface DemoResult {
  readonly outcome: string;
  readonly procedure: string;
  readonly plane: string;
  readonly vm: string;
  readonly blackoutMs: number;
  readonly flows: Flows;
  readonly control: { readonly flows: Flows };
  readonly kinds: Readonly<
    Record<string, Readonly<Record<'before' | 'after' | 'lost' | 'extra', number>>>
  >;
  readonly stages: readonly (Readonly<
    Record<'durationMs' | 'entries' | 'bytes' | 'duplicates', number>
  > & { readonly name: Stage })[];
  readonly errors: readonly { readonly stage: string; readonly message: string }[];
}

const FLOWS = 6;
const NETNS = '/run/netns';

/** Runs the demonstration; its standard output has to be one JSON object and nothing else. */
async function demo(
  plane: 'simulated' | 'linux',
  ...args: readonly string[]
): Promise<DemoResult & { readonly code: number | null }> {
  const fixed = ['demo', '--json', '--plane', plane, '--flows', String(FLOWS)];
  const { code, stdout, stderr } = await runSami([...fixed, ...args]);
  assert.equal(stderr, '');
  assert.equal(stdout.trimEnd().split('\n').length, 1);
  return { ...(JSON.parse(stdout) as DemoResult), code };
}

function assertMigrated(result: DemoResult & { readonly code: number | null }): void {
  assert.equal(result.outcome, 'migrated', JSON.stringify(result.errors));
  assert.equal(result.code, 0);
  assert.deepEqual(result.control, { flows: { total: FLOWS, alive: 0 } });
  assert.deepEqual(result.flows, { total: FLOWS, alive: FLOWS });
  for (const { before, after, lost, extra } of Object.values(result.kinds)) {
    assert.deepEqual({ after, lost, extra }, { after: before, lost: 0, extra: 0 });
  }
}

/** `--fail STAGE`: undone before the decision, completed after it; the connections live either way. */
function assertFailed(stage: Stage, result: DemoResult & { readonly code: number | null }): void {
  assert.deepEqual(result.flows, { total: FLOWS, alive: FLOWS });
  assert.ok(
    result.errors.some((error) => error.stage === stage && /injected/.test(error.message)),
    JSON.stringify(result.errors),
  );
  const expected =
    stage === 'plan' ? ['refused', 3] : stage === 'retire' ? ['migrated', 0] : ['rolled-back', 4];
  assert.deepEqual([result.outcome, result.code], expected);
}

describe('sami demo on the simulated plane', function () {
  this.timeout(60_000);

  it('tells by one object that connections die without their state and live with it', async () => {
    const { code, ...result } = await demo('simulated', '--sessions', '3000');
    assertMigrated({ ...result, code });
    assert.deepEqual(Object.keys(result), [
      ...['outcome', 'procedure', 'plane', 'vm', 'blackoutMs', 'flows', 'control', 'kinds'],
      ...['stages', 'errors'],
    ]);
    assert.equal(result.procedure, 'hot');
    assert.equal(result.plane, 'simulated');
    assert.equal(typeof result.vm, 'string');
    assert.ok(result.blackoutMs > 0);
    assert.deepEqual(result.errors, []);
    assert.deepEqual(
      result.stages.map(({ name }) => name),
      STAGES,
    );
    for (const stage of result.stages) {
      assert.deepEqual(Object.keys(stage), [
        ...['name', 'durationMs', 'entries', 'bytes', 'duplicates'],
      ]);
    }
    assert.equal(result.kinds['session']?.before, 3000);
    const copied = result.stages.find(({ name }) => name === 'pre-copy');
    assert.ok((copied?.entries ?? 0) >= 3000);
  });

  for (const stage of STAGES) {
    it(`--fail ${stage}: no connection is lost`, async () => {
      assertFailed(stage, await demo('simulated', '--sessions', '50', '--fail', stage));
    });
  }

  it('prints a report for people without --json', async () => {
    const args = ['demo', '--plane', 'simulated', '--flows', '2', '--sessions', '10'];
    const { code, stdout, stderr } = await runSami(args);
    assert.equal(code, 0);
    assert.match(stdout, /without state migration +0 of 2 connections live/);
    assert.match(stdout, /with state migration +2 of 2 connections live/);
    assert.match(stderr, /simulated, as asked/);
  });
});

describeOnKernel('sami demo on the kernel', function (this: Mocha.Suite) {
  this.timeout(60_000);
  // Somebody else may run a demonstration at the same time; only what outlives its process is left over.
  afterEach(() => {
    assert.deepEqual(
      demoNamespaces().filter(({ pid }) => !isRunning(pid)),
      [],
    );
  });

  it('shows the same with real connections', async () => {
    const result = await demo('linux', '--sessions', '1000');
    assertMigrated(result);
    assert.equal(result.plane, 'linux');
    assert.ok((result.kinds['session']?.before ?? 0) >= 1000);
  });

  it('--fail switch-over: the old firewall serves on', async () => {
    assertFailed('switch-over', await demo('linux', '--sessions', '100', '--fail', 'switch-over'));
  });

  it('removes its namespaces when it is interrupted', async () => {
    const sami = startSami(['demo', '--plane', 'linux', '--flows', '3', '--sessions', '100']);
    const { stderr } = sami.child;
    assert.ok(stderr);
    await new Promise<void>((resolve) => {
      stderr.on('data', () => {
        if (sami.stderr.includes('the VM moves to the new one')) resolve();
      });
    });
    assert.equal(demoNamespaces().filter(({ pid }) => pid === sami.child.pid).length, 4);
    const { code, stdout } = await sami.kill('SIGINT');
    assert.notEqual(code, 0);
    assert.equal(stdout, '');
    assert.match(sami.stderr, /sami: [^\n]*interrupted[^\n]*\n$/);
  });
});

function demoNamespaces(): readonly { readonly name: string; readonly pid: number }[] {
  return readdirSync(NETNS).flatMap((name) => {
    const pid = /^sami-demo-(\d+)-/.exec(name)?.[1];
    return pid === undefined ? [] : [{ name, pid: Number(pid) }];
  });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
