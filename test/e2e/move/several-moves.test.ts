/** Moves that share devices with each other and with other clients. */
import assert from 'node:assert/strict';
import { MoveFixture, VM } from '../../support/move-fixture.ts';
import type { TestDevice } from '../../support/move-fixture.ts';

async function addVm(device: TestDevice, id: string, address: string): Promise<void> {
  await device.configure(
    `<sami xmlns="urn:sami:yang:sami"><vm><id>${id}</id><address>${address}</address></vm></sami>`,
  );
  device.plane.fill(id, 40);
}

describe('several moves at once', () => {
  it('take turns on the devices they share, in both directions', async () => {
    await using fixture = await MoveFixture.start();
    const there = ['vm1', 'vm2', 'vm3'];
    const back = ['vm4', 'vm5'];
    for (const [index, id] of there.slice(1).entries()) {
      await addVm(fixture.old, id, `10.0.1.${String(index + 1)}`);
    }
    for (const [index, id] of back.entries()) {
      await addVm(fixture.new, id, `10.0.2.${String(index + 1)}`);
    }
    const hypervisor = { stop: done, continueOnNew: done, resumeOnOld: done };
    // Whoever waits lets the clock go on for all.
    const settings = { busyTimeoutMs: 3_600_000, confirmTimeoutS: 36_000, standbyLeaseS: 36_000 };
    const reports = await Promise.all([
      ...there.map((id) => fixture.move({ hypervisor, settings }, `m-${id}`, id)),
      ...back.map((id) => {
        const [old, target] = [fixture.new, fixture.old];
        return fixture.move({ hypervisor, settings, old, new: target }, `m-${id}`, id);
      }),
    ]);
    for (const { outcome, errors, kinds } of reports) {
      assert.equal(outcome, 'migrated', JSON.stringify(errors));
      assert.deepEqual(kinds, { session: { before: 40, after: 40, lost: 0, extra: 0 } });
    }
    for (const id of there) {
      assert.equal((await fixture.new.vm(id))?.mode, 'learning');
      assert.equal(await fixture.old.vm(id), undefined);
    }
    for (const id of back) {
      assert.equal((await fixture.old.vm(id))?.mode, 'learning');
      assert.equal(await fixture.new.vm(id), undefined);
    }
  });

  it('of one VM cannot both happen', async () => {
    await using fixture = await MoveFixture.start();
    const reports = await Promise.all([fixture.move({}, 'one'), fixture.move({}, 'two')]);
    const outcomes = reports.map(({ outcome }) => outcome).sort();
    assert.equal(outcomes.filter((outcome) => outcome === 'migrated').length, 1, outcomes.join());
    assert.equal((await fixture.new.vm())?.mode, 'learning');
    assert.equal(await fixture.old.vm(), undefined);
  });
});

describe('a move among other clients', () => {
  for (const datastore of ['candidate', 'running'] as const) {
    it(`waits for a lock on ${datastore} that somebody holds for a while`, async () => {
      await using fixture = await MoveFixture.start();
      const other = await fixture.new.connect();
      await other.lock(datastore);
      const start = fixture.clock.now();
      fixture.clock.setTimer(5000, () => void other.close());
      const report = await fixture.move();
      assert.equal(report.outcome, 'migrated', JSON.stringify(report.errors));
      assert.ok(fixture.clock.now() - start >= 5000);
    });
  }

  it('is undone when a lock is never given back', async () => {
    await using fixture = await MoveFixture.start();
    const other = await fixture.old.connect();
    await other.lock('candidate');
    const report = await fixture.move();
    assert.equal(report.outcome, 'rolled-back');
    assert.match(report.errors[0]?.message ?? '', /locked by session|held by session/);
    assert.equal(await fixture.new.vm(), undefined);
    assert.deepEqual(fixture.hypervisor.calls, ['abort']);
  });

  it('does not touch a VM that somebody made on the new device meanwhile', async () => {
    await using fixture = await MoveFixture.start();
    const report = await fixture.move({
      onStep: async ({ stage, party, message, when }) => {
        if (stage !== 'prepare' || party !== 'new' || message !== 'lock' || when !== 'before')
          return;
        if (await fixture.new.vm()) return;
        await addVm(fixture.new, VM, '10.9.9.9');
      },
    });
    assert.equal(report.outcome, 'rolled-back');
    assert.equal(report.errors[0]?.tag, 'data-exists');
    assert.equal((await fixture.new.vm())?.mode, 'learning');
    assert.equal((await fixture.old.vm())?.mode, 'learning');
  });

  it('ends in order when its caller wants it to', async () => {
    await using fixture = await MoveFixture.start();
    const controller = new AbortController();
    const report = await fixture.move({
      signal: controller.signal,
      onStep: ({ stage, message }) => {
        if (stage === 'pre-copy' && message === 'commit') controller.abort(new Error('enough'));
      },
    });
    assert.equal(report.outcome, 'rolled-back');
    assert.match(report.errors[0]?.message ?? '', /enough/);
    assert.equal(await fixture.new.vm(), undefined);
  });

  it('goes on when its caller wants it to end after the decision', async () => {
    await using fixture = await MoveFixture.start();
    const controller = new AbortController();
    const report = await fixture.move({
      signal: controller.signal,
      onStep: ({ party, message }) => {
        if (party === 'journal' && message === 'commit') controller.abort(new Error('enough'));
      },
    });
    assert.equal(report.outcome, 'migrated');
  });

  it('leaves a VM that cannot be resumed to the next attempt', async () => {
    await using fixture = await MoveFixture.start();
    const broken = {
      ...bound(fixture),
      resumeOnOld: () => Promise.reject(new Error('no hypervisor')),
    };
    const failing = fixture.move({
      hypervisor: broken,
      onStep: ({ stage, direction }) => {
        if (stage === 'verify' && direction === 'forward') throw new Error('injected');
      },
    });
    await assert.rejects(
      failing,
      /the VM may still be stopped: no hypervisor; run "sami resume move"/,
    );
    assert.equal(fixture.hypervisor.place, 'stopped');
    const report = await fixture.resume();
    assert.equal(report.outcome, 'rolled-back');
    assert.equal(fixture.hypervisor.place, 'old');
  });
});

function done(): Promise<void> {
  return Promise.resolve();
}

/** The fixture's hypervisor as a plain object. */
function bound({ hypervisor }: MoveFixture): {
  stop(): Promise<void>;
  continueOnNew(): Promise<void>;
} {
  return {
    stop: () => hypervisor.stop(),
    continueOnNew: () => hypervisor.continueOnNew(),
  };
}
