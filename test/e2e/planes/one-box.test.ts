/**
 * Connection tracking, nftables and HAProxy on one box, as three data planes of one device: a VM moves to
 * another such box with the state of all three, in one commit on each.
 */
import assert from 'node:assert/strict';
import { FLOWS } from '../../support/live-flows.ts';
import { describeOnKernel } from '../../support/namespaces.ts';
import { Boxes } from './boxes.ts';

const ALL = [...FLOWS].sort();

describeOnKernel(
  'one box with conntrack, nftables and HAProxy',
  function () {
    this.timeout(40_000);

    it('gives all that it has of a VM to another one, in one move', async () => {
      await using boxes = await Boxes.create();
      await using devices = await boxes.devices();
      const { flows } = boxes;
      await flows.open();
      assert.deepEqual(await flows.talk(1000), ALL);
      assert.equal(await boxes.shopAnswers(), true);
      assert.equal(await boxes.answersBlocked(), false);

      const report = await devices.move('vm1', {
        hypervisor: {
          stop: () => Promise.resolve(),
          continueOnNew: () => boxes.route('new'),
          resumeOnOld: () => boxes.route('old'),
        },
      });
      assert.deepEqual(report.errors, []);
      assert.equal(report.outcome, 'migrated');
      assert.deepEqual(report.planes, ['linux', 'nftables', 'haproxy']);
      const kinds = Object.entries(report.kinds);
      for (const kind of ['session', 'cumulative-security', 'sticky', 'sticky-group']) {
        assert.ok((report.kinds[kind]?.before ?? 0) > 0, `${kind} had entries`);
      }
      for (const [kind, { before, after, lost, extra }] of kinds) {
        assert.deepEqual([kind, after, lost, extra], [kind, before, 0, 0]);
      }

      assert.deepEqual(await flows.talk(1000), ALL, 'connections live on: conntrack');
      assert.equal(await boxes.answersBlocked(), false, 'who was kept out still is: nftables');
      assert.equal(await boxes.shopAnswers(), true, 'who stuck to the VM still does: HAProxy');
      assert.deepEqual(await boxes.traces('old'), []);
    });

    it('gives nothing without a move (control)', async () => {
      await using boxes = await Boxes.create();
      await using devices = await boxes.devices();
      const { flows } = boxes;
      await flows.open();
      assert.deepEqual(await flows.talk(1000), ALL);
      assert.equal(await boxes.shopAnswers(), true);
      await boxes.route('new');
      assert.deepEqual(await flows.talk(1000, 1000), []);
      assert.equal(await boxes.answersBlocked(), true);
      assert.equal(await boxes.shopAnswers(), false);
      assert.equal(devices.hypervisor.place, 'old');
    });

    it('takes nothing when one of its planes cannot, and the old one serves on', async () => {
      await using boxes = await Boxes.create();
      await using devices = await boxes.devices();
      const { flows } = boxes;
      await flows.open();
      const report = await devices.move('vm1', {
        onStep: async ({ stage, message, when }) => {
          const asked = stage === 'prepare' && message === 'get-config' && when === 'after';
          if (asked) await boxes.killBalancer('new');
        },
      });
      assert.equal(report.outcome, 'rolled-back');
      assert.match(report.errors[0]?.message ?? '', /haproxy/i);
      assert.deepEqual(await boxes.traces('new'), []);
      assert.deepEqual(await flows.talk(1000), ALL);
      assert.equal(await boxes.shopAnswers(), true);
      assert.equal(await boxes.answersBlocked(), false);
    });
  },
  ['haproxy', 'python3'],
);
