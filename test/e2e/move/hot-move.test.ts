/** A hot move between two devices, from end to end, with traffic while it goes on. */
import assert from 'node:assert/strict';
import { ADDRESS, MoveFixture, VM } from '../../support/move-fixture.ts';
import { fullVm } from '../process/full-vm.ts';
import { handshake, tcp } from '../../support/packets.ts';

/** Flow number `n` between a correspondent and the VM. */
function flow(n: number): Parameters<typeof handshake>[0] {
  return { client: '198.51.100.7', clientPort: 20_000 + n, server: ADDRESS, serverPort: 80 };
}

describe('hot move', () => {
  it('moves everything and leaves nothing behind', async () => {
    await using fixture = await MoveFixture.start();
    const before = await fixture.old.vm();
    const report = await fixture.move();
    assert.deepEqual(report.errors, []);
    assert.equal(report.outcome, 'migrated');
    assert.deepEqual(report.kinds, { session: { before: 40, after: 40, lost: 0, extra: 0 } });
    assert.equal(await fixture.old.vm(), undefined);
    assert.deepEqual(await fixture.new.vm(), { mode: 'learning', tables: before?.tables });
    assert.deepEqual(fixture.hypervisor.calls, ['stop', 'continue']);
  });

  it('moves every kind of state, lasting and dynamic', async () => {
    await using fixture = await MoveFixture.start();
    await fixture.old.configure(
      `<sami xmlns="urn:sami:yang:sami">${fullVm({ id: 'vm2', address: '10.0.0.2' })}</sami>`,
    );
    const before = await fixture.old.vm('vm2');
    const report = await fixture.move({}, 'full', 'vm2');
    assert.deepEqual(report.errors, []);
    assert.equal(report.outcome, 'migrated');
    assert.deepEqual(Object.keys(before?.tables ?? {}).sort(), Object.keys(report.kinds).sort());
    assert.ok(Object.keys(report.kinds).length >= 6, 'there were many kinds');
    assert.deepEqual(await fixture.new.vm('vm2'), { mode: 'learning', tables: before?.tables });
    assert.equal(await fixture.old.vm('vm2'), undefined);
    assert.notEqual(await fixture.old.vm(), undefined, 'another VM stays');
  });

  it('carries over what changes between any two messages', async () => {
    const old = { policy: { defaultAction: 'accept', accounting: true } } as const;
    await using fixture = await MoveFixture.start({ sessions: 60, old });
    let flows = 0;
    const open = (): void => {
      for (const packet of handshake(flow(flows))) fixture.old.plane.forward(packet);
      // Connections that begin and end, and so remove what may have been copied already.
      if (flows > 3) fixture.old.plane.forward(tcp(flow(flows - 3), 'there', 'rst'));
      flows += 1;
    };
    const report = await fixture.move({
      onStep: () => {
        if (fixture.hypervisor.place === 'old') open();
      },
    });
    assert.deepEqual(report.errors, []);
    assert.equal(report.outcome, 'migrated');
    assert.ok(flows > 20, 'there was traffic');
    const stages = Object.fromEntries(report.stages.map((stage) => [stage.name, stage.entries]));
    assert.ok((stages['catch-up'] ?? 0) > 0, 'changes were replayed before the VM stopped');
    assert.ok((stages['switch-over'] ?? 0) > 0, 'changes were replayed while it was stopped');
    const last = tcp(flow(flows - 1), 'back', 'ack');
    assert.equal(fixture.new.plane.forward(last).action, 'pass');
    const unknown = tcp(flow(flows + 1), 'back', 'ack');
    assert.equal(fixture.new.plane.forward(unknown).action, 'drop', 'control');
  });

  it('copies everything again when changes were lost', async () => {
    await using fixture = await MoveFixture.start({ sessions: 60 });
    let cut = false;
    const report = await fixture.move({
      onStep: async ({ stage, message, party, when }) => {
        if (cut || stage !== 'catch-up' || party !== 'old' || when !== 'before') return;
        cut = true;
        assert.equal(message, 'get');
        await fixture.old.server.killSession(fixture.old.server.sessionIds.at(-1) ?? 0);
      },
    });
    assert.ok(cut);
    assert.equal(report.outcome, 'migrated');
    const catchUp = report.stages.find(({ name }) => name === 'catch-up');
    assert.deepEqual([catchUp?.entries, catchUp?.duplicates], [60, 60]);
  });

  const refusals = [
    {
      name: 'a VM that is not there',
      prepare: (fixture: MoveFixture) =>
        fixture.old.configure(
          `<sami xmlns="urn:sami:yang:sami"><vm xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="delete"><id>${VM}</id></vm></sami>`,
        ),
      expected: ['old: VM "vm1" is not on this device'],
    },
    {
      name: 'a VM that the new device has already',
      prepare: (fixture: MoveFixture) =>
        fixture.new.configure(
          `<sami xmlns="urn:sami:yang:sami"><vm><id>${VM}</id><address>10.9.9.9</address></vm></sami>`,
        ),
      expected: ['new: VM "vm1" is already on this device, in mode learning'],
    },
    {
      name: 'a table that is too small',
      options: { new: { limits: { session: 39 } } },
      expected: ['new: 40 entries of kind "session" do not fit: 39 of 39 are free'],
    },
    {
      name: 'a kind that is not supported',
      options: { new: { kinds: ['nat'] } },
      expected: ['new: kind "session" is not supported; the VM has 40 entries of it'],
    },
    {
      name: 'everything at once',
      options: { new: { limits: { session: 39 } } },
      prepare: async (fixture: MoveFixture) => {
        for (const [device, address] of [
          [fixture.new, '10.9.9.9'],
          [fixture.old, ADDRESS],
        ] as const) {
          await device.configure(
            `<sami xmlns="urn:sami:yang:sami"><vm><id>${VM}</id><address>${address}</address><mode>frozen</mode></vm></sami>`,
          );
        }
      },
      expected: [
        'old: VM "vm1" is in mode frozen, not learning',
        'new: VM "vm1" is already on this device, in mode frozen',
        'new: 40 entries of kind "session" do not fit: 39 of 39 are free',
      ],
    },
  ];

  for (const { name, options, prepare, expected } of refusals) {
    it(`refuses ${name}`, async () => {
      await using fixture = await MoveFixture.start(options);
      await prepare?.(fixture);
      const before = [await fixture.old.vm(), await fixture.new.vm()];
      const report = await fixture.move();
      assert.equal(report.outcome, 'refused');
      assert.deepEqual(
        report.errors.map(({ party, message }) => `${party ?? ''}: ${message}`),
        expected,
      );
      assert.deepEqual([await fixture.old.vm(), await fixture.new.vm()], before);
      assert.deepEqual(fixture.hypervisor.calls, []);
    });
  }
});
