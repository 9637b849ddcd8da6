/**
 * Every point of a move at which something can go wrong: before and after each message to each party.
 * Whatever happens, the VM is served by exactly one device and the other holds nothing of it.
 */
import assert from 'node:assert/strict';
import { NotRollableError, OrchestratorCrash, UnfinishedMoveError } from '../../../client/index.ts';
import type { MoveReport, StepListener, StepPoint } from '../../../client/index.ts';
import { MoveFixture } from '../../support/move-fixture.ts';

const CONFIRM_TIMEOUT_MS = 30_000;
/** A session that does not answer its close-session is given up after this time. */
const LONGEST_WAIT_MS = 5001;

/** Enough entries for more than one batch. */
const OPTIONS = { sessions: 40, old: { keepsTables: true }, new: { keepsTables: true } } as const;

function describePoint({ stage, party, message, when }: StepPoint, index: number): string {
  return `${String(index).padStart(3)} ${stage}: ${when} "${message}" (${party})`;
}

/** Calls `act` at the point with this number, once. */
function at(index: number, act: (point: StepPoint) => void | Promise<void>): StepListener {
  let next = 0;
  return async (point) => {
    if (next++ === index) await act(point);
  };
}

/** What has to become of a move in which the message at this point fails. */
function expectedOutcome({ stage, party, when }: StepPoint): MoveReport['outcome'] {
  if (stage === 'plan') return 'refused';
  const undecided = stage !== 'decide' || (party === 'journal' && when === 'before');
  return stage === 'retire' || !undecided ? 'migrated' : 'rolled-back';
}

async function recordPoints(): Promise<readonly StepPoint[]> {
  await using fixture = await MoveFixture.start(OPTIONS);
  const points: StepPoint[] = [];
  await fixture.move({ onStep: (point) => void points.push(point) });
  return points;
}

/** Lets every time-out of the devices run out. */
async function waitForTimeouts(fixture: MoveFixture): Promise<void> {
  for (const ms of [CONFIRM_TIMEOUT_MS + 1000, 601_000]) {
    fixture.clock.advance(ms);
    for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function assertServedOnce(fixture: MoveFixture, report: MoveReport): Promise<void> {
  const [old, target] = [await fixture.old.vm(), await fixture.new.vm()];
  const modes = { old: old?.mode, new: target?.mode, runsOn: fixture.hypervisor.place };
  const expected =
    report.outcome === 'migrated'
      ? { old: undefined, new: 'learning', runsOn: 'new' }
      : { old: 'learning', new: undefined, runsOn: 'old' };
  assert.deepEqual(modes, expected, JSON.stringify(report.errors));
  const serving = old ?? target;
  assert.match(serving?.tables['session'] ?? '', /^40 /);
  await assertUnlocked(fixture);
}

/** Another client can lock and change both devices: nothing is left locked, pending or edited. */
async function assertUnlocked(fixture: MoveFixture): Promise<void> {
  for (const device of [fixture.old, fixture.new]) {
    await using client = await device.connect();
    await client.lock('running');
    await client.lock('candidate');
    await client.commit();
  }
}

describe('a move in which something fails', function () {
  this.timeout(120_000);
  let points: readonly StepPoint[] = [];
  before(async () => {
    points = await recordPoints();
  });

  /** Runs `run` for each point and reports all that went wrong. */
  async function forEachPoint(
    run: (index: number, point: StepPoint) => Promise<void>,
    wanted: (point: StepPoint) => boolean = () => true,
  ): Promise<void> {
    const wrong: string[] = [];
    let runs = 0;
    for (const [index, point] of points.entries()) {
      if (!wanted(point)) continue;
      runs += 1;
      try {
        await run(index, point);
      } catch (error) {
        wrong.push(
          `${describePoint(point, index)}: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
    assert.ok(runs > 5, 'there were points');
    assert.deepEqual(wrong, []);
  }

  it('is undone or completed when any message fails', async () => {
    await forEachPoint(async (index, point) => {
      await using fixture = await MoveFixture.start(OPTIONS);
      const report = await fixture.move({
        onStep: at(index, () => {
          throw new Error('injected');
        }),
      });
      assert.equal(report.outcome, expectedOutcome(point));
      assert.match(report.errors[0]?.message ?? '', /injected/);
      await assertServedOnce(fixture, report);
    });
  });

  const delays = [
    { name: 'at once', wait: () => Promise.resolve() },
    { name: 'after all time-outs', wait: waitForTimeouts },
  ];
  for (const { name, wait } of delays) {
    it(`is undone or completed by resume ${name} when the orchestrator dies anywhere`, async () => {
      await forEachPoint(async (index) => {
        await using fixture = await MoveFixture.start(OPTIONS);
        await assert.rejects(
          fixture.move({
            onStep: at(index, () => {
              throw new OrchestratorCrash();
            }),
          }),
          OrchestratorCrash,
        );
        await wait(fixture);
        await assertServedOnce(fixture, await fixture.resume());
      });
    });
  }

  for (const role of ['old', 'new'] as const) {
    it(`survives a restart of the ${role} device anywhere`, async () => {
      await forEachPoint(async (index) => {
        await using fixture = await MoveFixture.start(OPTIONS);
        const report = await fixture.move({ onStep: at(index, () => fixture[role].restart()) });
        await assertServedOnce(fixture, report);
      });
    });

    it(`survives lost connections to the ${role} device anywhere`, async () => {
      await forEachPoint(async (index) => {
        await using fixture = await MoveFixture.start(OPTIONS);
        const report = await fixture.move({
          onStep: at(index, () => {
            fixture[role].cutSessions();
          }),
        });
        await assertServedOnce(fixture, report);
      });
    });

    it(`survives a cut of the network to the ${role} device anywhere`, async () => {
      await forEachPoint(async (index) => {
        await using fixture = await MoveFixture.start(OPTIONS);
        const settings = { answerTimeoutMs: 2000, confirmTimeoutS: 120 };
        const onStep = at(index, () => {
          fixture[role].hangSessions(LONGEST_WAIT_MS);
        });
        const report = await fixture.move({ settings, onStep });
        await assertServedOnce(fixture, report);
      });
    });

    it(`survives the death of the orchestrator and a restart of the ${role} device anywhere`, async () => {
      await forEachPoint(async (index) => {
        await using fixture = await MoveFixture.start(OPTIONS);
        const crash = at(index, () => {
          throw new OrchestratorCrash();
        });
        await assert.rejects(fixture.move({ onStep: crash }), OrchestratorCrash);
        await fixture[role].restart();
        await assertServedOnce(fixture, await fixture.resume());
      });
    });
  }

  it('copies again when the new device loses its tables after it has confirmed', async () => {
    await using fixture = await MoveFixture.start({ sessions: 40 });
    const report = await fixture.move({
      onStep: async ({ stage, party, message, when }) => {
        if (stage !== 'decide' || party !== 'new' || message !== 'commit' || when !== 'after')
          return;
        if (fixture.new.restarts === 0) await fixture.new.restart();
      },
    });
    assert.equal(fixture.new.restarts, 1);
    assert.equal(report.outcome, 'migrated');
    await assertServedOnce(fixture, report);
  });

  it('undoes a move that fails and meets a cut network while it is undone', async () => {
    for (let index = 0; index < 30; index += 1) {
      for (const role of ['old', 'new'] as const) {
        await using fixture = await MoveFixture.start(OPTIONS);
        let failed = false;
        let next = 0;
        const report = await fixture.move({
          settings: { answerTimeoutMs: 2000, confirmTimeoutS: 120 },
          onStep: ({ stage, when }) => {
            if (!failed && stage === 'verify' && when === 'after') {
              failed = true;
              throw new Error('injected');
            }
            if (failed && next++ === index) fixture[role].hangSessions(LONGEST_WAIT_MS);
          },
        });
        assert.equal(report.outcome, 'rolled-back', `${role} ${String(index)}`);
        await assertServedOnce(fixture, report);
      }
    }
  });

  it('survives a second death while it is being resumed', async () => {
    await forEachPoint(
      async (index) => {
        for (let second = 0; ; second += 7) {
          await using fixture = await MoveFixture.start(OPTIONS);
          const crash = (at_: number): StepListener =>
            at(at_, () => {
              throw new OrchestratorCrash();
            });
          await assert.rejects(fixture.move({ onStep: crash(index) }), OrchestratorCrash);
          const resumed = await fixture
            .resume({ onStep: crash(second) })
            .catch((error: unknown) => {
              if (error instanceof OrchestratorCrash) return undefined;
              throw error;
            });
          await assertServedOnce(fixture, resumed ?? (await fixture.resume()));
          if (resumed) return;
        }
      },
      ({ stage }) => stage === 'switch-over' || stage === 'decide' || stage === 'retire',
    );
  });

  it('leaves a decided move to resume when a device stays away', async () => {
    await using fixture = await MoveFixture.start(OPTIONS);
    const away = fixture.move({
      settings: { persistenceMs: 2000 },
      onStep: async ({ party, message, when }) => {
        if (party === 'journal' && message === 'commit' && when === 'after')
          await fixture.new.kill();
      },
    });
    await assert.rejects(away, UnfinishedMoveError);
    await assert.rejects(fixture.rollback(), NotRollableError);
    await fixture.new.start();
    const report = await fixture.resume();
    assert.equal(report.outcome, 'migrated');
    await assertServedOnce(fixture, report);
  });
});
