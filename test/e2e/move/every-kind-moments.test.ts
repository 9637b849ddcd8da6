/** What must hold at each moment of a move, and what has to be refused before the first. */
import assert from 'node:assert/strict';
import type { PolicyOptions } from '../../../server/plane/simulated/index.ts';
import { MoveFixture } from '../../support/move-fixture.ts';
import { tcp, udp } from '../../support/packets.ts';
import type { Flow } from '../../support/packets.ts';
import { samiSchema } from '../../support/server-fixture.ts';
import { Bench } from './every-kind-device.ts';
import { KIND_ROWS, VM_ADDRESS, VM_FACTS } from './every-kind-rows.ts';

const OPEN: PolicyOptions = { defaultAction: 'accept' };
const IN: Flow = { client: '198.51.100.7', server: VM_ADDRESS, clientPort: 40_000, serverPort: 80 };

function sami(content: string): string {
  return `<sami xmlns="urn:sami:yang:sami">${content}</sami>`;
}

describe('a TCP segment that went from 99 to 110 while its session was copied (M1)', () => {
  const row = KIND_ROWS.find(({ claim }) => claim.includes('in-window'));

  const devices: readonly { mode: 'relearn' | 'strict'; next: string }[] = [
    { mode: 'relearn', next: 'pass' },
    // The control: a device that believes the edges that came with the session.
    { mode: 'strict', next: 'drop out-of-window' },
  ];
  for (const { mode, next } of devices) {
    it(`gets "${next}" from a device with window tracking "${mode}"`, async () => {
      await using fixture = await MoveFixture.start({
        old: { policy: OPEN },
        new: { policy: { ...OPEN, windowTracking: mode } },
        sessions: 0,
      });
      const [old, target] = benches(fixture);
      await fixture.old.configure(sami(`<vm>${VM_FACTS}</vm>`));
      row?.fill?.(old);
      let copied = false;
      const report = await fixture.move(
        {
          onStep: ({ stage }) => {
            if (copied || stage !== 'catch-up') return;
            copied = true;
            row?.meanwhile?.(old);
          },
        },
        'window',
        'vm',
      );
      assert.equal(report.outcome, 'migrated');
      assert.deepEqual((row?.ask(target) as readonly string[])[0], next);
    });
  }
});

/** Rules that permit port 80 of the VM and deny port 81, made by the device itself. */
const DYNAMIC_RULES = KIND_ROWS.find(({ kind }) => kind === 'acl-dynamic')?.config ?? '';

describe('what the rules of a VM permit and deny, at each step of its move', () => {
  it('is decided wrongly at no instant by either device', async () => {
    // The old device denies by itself what the rules permit, the new one permits what they deny.
    await using fixture = await MoveFixture.start({
      old: { policy: { defaultAction: 'drop' } },
      new: { policy: OPEN },
      sessions: 0,
    });
    const [old, target] = benches(fixture);
    await fixture.old.configure(sami(`<vm>${VM_FACTS}${DYNAMIC_RULES}</vm>`));
    const permitted = new Set<string>();
    const denied = new Set<string>();
    let asked = 0;
    const report = await fixture.move(
      {
        onStep: () => {
          const clientPort = (asked += 1);
          const active = fixture.hypervisor.place === 'new' ? target : old;
          for (const device of [old, target]) {
            const [verdict = ''] = device.send(
              tcp({ ...IN, clientPort, serverPort: 81 }, 'there', 'syn'),
            );
            denied.add(verdict);
          }
          const [verdict = ''] = active.send(tcp({ ...IN, clientPort }, 'there', 'syn'));
          permitted.add(verdict);
        },
      },
      'rules',
      'vm',
    );
    assert.deepEqual(report.errors, []);
    assert.equal(report.outcome, 'migrated');
    assert.ok(asked > 20, 'there were packets at each step');
    // Where the VM is not, its packets go nowhere; where it is, its rules hold.
    const nowhere = ['drop address-unknown', 'drop standby', 'drop frozen'];
    assert.deepEqual(without(denied, nowhere), ['drop acl']);
    assert.deepEqual(without(permitted, ['drop frozen']), ['pass']);
    const bare = tcp({ ...IN, clientPort: 9, serverPort: 81 }, 'there', 'syn');
    assert.deepEqual(target.send(bare), ['drop acl']);
  });
});

describe('an external address and port that the new device has given to another VM (K10)', () => {
  const nat = [
    { internal: ['10.0.0.0/24'], external: ['203.0.113.1'], ports: { first: 7000, last: 7000 } },
  ];

  for (const { name, taken } of [
    { name: 'refuses the move before anything moves', taken: true },
    { name: 'control: is free, and the VM moves', taken: false },
  ]) {
    it(name, async () => {
      const policy = { ...OPEN, nat };
      await using fixture = await MoveFixture.start({
        old: { policy },
        new: { policy },
        sessions: 0,
      });
      const [old, target] = benches(fixture);
      await fixture.old.configure(sami(`<vm>${VM_FACTS}</vm>`));
      await fixture.new.configure(sami('<vm><id>other</id><address>10.0.0.6</address></vm>'));
      const out = { ...IN, client: VM_ADDRESS, server: '198.51.100.7' };
      old.send(udp(out, 'there'));
      if (taken) target.send(udp({ ...out, client: '10.0.0.6' }, 'there'));
      const before = [await fixture.old.vm('vm'), await fixture.new.vm('other')];
      const report = await fixture.move({}, 'clash', 'vm');
      if (!taken) {
        assert.equal(report.outcome, 'migrated');
        return;
      }
      assert.equal(report.outcome, 'rolled-back');
      const [error] = report.errors;
      assert.match(error?.message ?? '', /VM "other" .* 203\.0\.113\.1, port 7000/);
      assert.deepEqual([await fixture.old.vm('vm'), await fixture.new.vm('other')], before);
      assert.equal(await fixture.new.vm('vm'), undefined);
      assert.ok(!fixture.hypervisor.calls.includes('stop'), 'the VM has not been stopped');
    });
  }
});

describe('totals of a VM that the new device has counted for already (n:1)', () => {
  const account = (octets: number): string =>
    sami(
      `<vm><id>vm</id><cumulative-accounting xmlns="urn:sami:yang:sami-cumulative"><account>` +
        `<address>${VM_ADDRESS}</address><direction>to-vm</direction>` +
        `<traffic-class>default</traffic-class><octets>${String(octets)}</octets></account>` +
        '</cumulative-accounting></vm>',
    );

  async function octets(bench: Bench): Promise<unknown> {
    const rows = await bench.rows('cumulative-accounting/account');
    return rows.find(({ direction }) => direction === 'to-vm')?.['octets'];
  }

  for (const { ending, left } of [
    { ending: 'confirmed', left: 1_250 },
    // What came is taken away again, what traffic has added since stays.
    { ending: 'cancelled', left: 350 },
  ]) {
    it(`add, and are ${String(left)} when the commit is ${ending}`, async () => {
      const policy = { ...OPEN, accounting: true };
      await using fixture = await MoveFixture.start({ new: { policy }, sessions: 0 });
      const [, device] = benches(fixture);
      await fixture.new.configure(sami(`<vm>${VM_FACTS}</vm>`));
      device.send({ ...udp(IN, 'there'), length: 300 });
      await using client = await fixture.new.connect();
      await client.editConfig({ target: 'candidate', config: account(900) });
      await client.commit({ confirmed: true });
      assert.equal(await octets(device), 1_200);
      device.send({ ...udp(IN, 'there'), length: 50 });
      if (ending === 'confirmed') await client.commit();
      else await client.cancelCommit();
      assert.equal(await octets(device), left);
    });
  }
});

function without(seen: ReadonlySet<string>, expected: readonly string[]): readonly string[] {
  return [...seen].filter((verdict) => !expected.includes(verdict)).sort();
}

function benches(fixture: MoveFixture): readonly [Bench, Bench] {
  const bench = (device: MoveFixture['old']): Bench =>
    new Bench(device, fixture.clock, samiSchema());
  return [bench(fixture.old), bench(fixture.new)];
}
