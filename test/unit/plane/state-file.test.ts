/** The tables outlive the process, as a kernel's would. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { handshake, udp } from '../../support/packets.ts';
import type { Flow } from '../../support/packets.ts';
import type { Plain } from '../../support/plain-data.ts';
import { SimulatedDevice } from '../../support/simulated-device.ts';

const FLOW: Flow = {
  client: '198.51.100.7',
  server: '10.0.0.5',
  clientPort: 40_000,
  serverPort: 443,
};
const VM = { id: 'vm1', address: ['10.0.0.5'] };
const KINDS = [
  'session',
  'nat',
  'acl-dynamic',
  'cumulative-security',
  'cumulative-accounting',
  'sticky',
];

/** One entry of every dynamic kind, with nested containers and numbers beyond 2^53. */
const CONTENT: Plain = {
  sessions: {
    session: [
      {
        protocol: 6,
        'source-address': '198.51.100.1',
        'destination-address': '10.0.0.5',
        'source-port': 1,
        'destination-port': 2,
        zone: 0,
        state: 'established',
        'original-bytes': 2n ** 60n,
      },
    ],
  },
  nat: {
    'mapping-entry': [
      {
        'transport-protocol': 6,
        'internal-src-address': '10.0.0.5',
        'internal-src-port': 1,
        'external-src-address': '203.0.113.1',
        'external-src-port': 2,
        type: 'static',
      },
    ],
  },
  'acl-dynamic': {
    ace: [
      {
        name: 'x',
        matches: {
          ipv4: { 'source-ipv4-network': '10.0.0.5/32' },
          tcp: { 'destination-port': { port: 80 } },
        },
        actions: { forwarding: 'accept' },
        authentication: { method: 'dot1x' },
      },
    ],
  },
  'cumulative-security': { 'half-open': [{ address: '10.0.0.5', count: 30 }] },
  'cumulative-accounting': {
    account: [
      { address: '10.0.0.5', direction: 'to-vm', 'traffic-class': 'default', packets: 2n ** 63n },
    ],
  },
  sticky: {
    'sticky-connection': [
      { group: 'g', client: 'c', 'real-server-address': '10.0.0.5', 'on-backup': true },
    ],
  },
};

describe('the state file of the simulated plane', () => {
  let directory = '';
  let stateFile = '';

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sami-state-'));
    stateFile = join(directory, 'tables');
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const start = (
    vms: readonly Plain[] = [VM],
    defaultAction: 'accept' | 'drop' = 'accept',
  ): Promise<SimulatedDevice> =>
    SimulatedDevice.start({ stateFile, policy: { defaultAction } }, vms);

  async function digests(device: SimulatedDevice): Promise<readonly unknown[]> {
    return Promise.all(KINDS.map((kind) => device.table('vm1', kind)));
  }

  it('brings the entries of every kind back, without the first process having ended', async () => {
    const first = await start();
    await first.commit({ ...VM, ...CONTENT });
    for (const packet of handshake(FLOW)) first.send(packet);
    const second = await start([VM], 'drop');
    assert.deepEqual(await digests(second), await digests(first));
    assert.deepEqual(
      await second.rows('vm1', 'acl-dynamic/ace'),
      await first.rows('vm1', 'acl-dynamic/ace'),
    );
    assert.equal((await second.rows('vm1', 'session/session'))[0]?.['original-bytes'], 2n ** 60n);
    assert.equal(second.send({ ...handshake(FLOW)[2], tcpFlags: ['ack'] } as never), 'pass');
    const control = await SimulatedDevice.start({}, [VM]);
    assert.notEqual(control.send({ ...handshake(FLOW)[2], tcpFlags: ['ack'] } as never), 'pass');
    await Promise.all([first.plane.close(), second.plane.close()]);
  });

  it('does not bring back what was removed, aged out or dropped with its VM', async () => {
    const first = await start([VM, { id: 'vm2', address: ['10.0.0.6'] }]);
    first.send(udp(FLOW, 'there'));
    first.clock.advance(40_000);
    first.send(udp({ ...FLOW, server: '10.0.0.6' }, 'there'));
    await first.remove('vm2');
    await first.commit({ ...VM, ...CONTENT });
    await first.commit(VM);
    const second = await start([VM, { id: 'vm2', address: ['10.0.0.6'] }]);
    for (const id of ['vm1', 'vm2']) {
      for (const kind of KINDS) assert.equal((await second.table(id, kind)).entries, 0);
    }
  });

  it('drops the entries of VMs in standby, and leaves those of unknown VMs alone', async () => {
    const first = await start();
    first.plane.fill('vm1', 10);
    const standby = await start([{ ...VM, mode: 'standby' }]);
    assert.equal((await standby.table('vm1', 'session')).entries, 0);
    first.plane.fill('vm1', 20);
    const unknown = await start([]);
    const used = (await unknown.plane.use()).find(({ kind }) => kind === 'session')?.used;
    assert.equal(used, 10n);
    await unknown.commit(VM);
    assert.equal((await unknown.table('vm1', 'session')).entries, 10);
  });

  it('does not store static tables: they are configuration', async () => {
    const acl = {
      acl: [
        {
          name: 'a',
          aces: {
            ace: [
              {
                name: 'x',
                matches: { ipv4: { 'source-ipv4-network': '10.0.0.5/32' } },
                actions: { forwarding: 'accept' },
              },
            ],
          },
        },
      ],
    };
    const first = await start();
    await first.commit({ ...VM, 'acl-static': acl });
    const size = statSync(stateFile).size;
    assert.equal(size, 0);
    const second = await start([{ ...VM, 'acl-static': acl }]);
    assert.equal((await second.table('vm1', 'acl-static')).entries, 2);
  });

  it('cuts off a line that a crash left incomplete', async () => {
    const first = await start();
    first.plane.fill('vm1', 5);
    await first.plane.close();
    appendFileSync(stateFile, '[0,0,[6,"198.51');
    const second = await start();
    second.plane.fill('vm1', 6);
    await second.plane.close();
    const third = await start();
    assert.equal((await third.table('vm1', 'session')).entries, 6);
  });

  it('is given up, empty, when it can no longer be written, and the tables go on', async () => {
    const failures: unknown[] = [];
    const device = await SimulatedDevice.start(
      {
        stateFile: '/dev/full',
        policy: { defaultAction: 'accept' },
        onStateFileFailure: (error) => failures.push(error),
      },
      [VM],
    );
    assert.equal(device.send(udp(FLOW, 'there')), 'pass');
    assert.equal(device.send(udp({ ...FLOW, clientPort: 2 }, 'there')), 'pass');
    assert.equal((await device.table('vm1', 'session')).entries, 2);
    assert.equal(failures.length, 1);
    assert.match(String(failures[0]), /ENOSPC/);
  });

  it('ignores lists that the schema has otherwise now', async () => {
    appendFileSync(
      stateFile,
      '["v",0,"vm1"]\n["l",0,"sami-session:sessions/session",["other"]]\n[0,0,[1]]\n',
    );
    const device = await start();
    assert.equal((await device.table('vm1', 'session')).entries, 0);
  });

  it('is rewritten when it has grown, and loses nothing that happens meanwhile', async () => {
    const first = await start([{ ...VM, mode: 'learning' }]);
    first.plane.fill('vm1', 3_000);
    const established = await first.rows('vm1', 'session/session');
    for (let round = 0; round < 10; round += 1) {
      const mark = (row: Plain): Plain => ({ ...row, mark: round });
      await first.commit({ ...VM, sessions: { session: established.map(mark) } });
    }
    const before = readFileSync(stateFile, 'utf8').split('\n').length;
    for (let round = 0; round < 10; round += 1) {
      const mark = (row: Plain): Plain => ({ ...row, mark: 100 + round });
      await first.commit({ ...VM, sessions: { session: established.map(mark) } });
    }
    first.send(udp(FLOW, 'there'));
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    first.send(udp({ ...FLOW, clientPort: 2 }, 'there'));
    assert.ok(readFileSync(stateFile, 'utf8').split('\n').length < before);
    const second = await start();
    assert.deepEqual(await second.table('vm1', 'session'), await first.table('vm1', 'session'));
    assert.equal((await second.table('vm1', 'session')).entries, 3_002);
  });

  it('has the same tables after any sequence of changes', async () => {
    const port = fc.integer({ min: 1, max: 8 });
    const step = fc.oneof(
      fc.record({ op: fc.constant('send' as const), port }),
      fc.record({ op: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 40 }) }),
      fc.record({ op: fc.constant('freeze' as const) }),
      fc.record({ op: fc.constant('commit' as const), ports: fc.uniqueArray(port) }),
      fc.record({ op: fc.constant('remove' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        rmSync(stateFile, { force: true });
        const device = await start();
        for (const it of steps) {
          if (it.op === 'send') device.send(udp({ ...FLOW, clientPort: it.port }, 'there'));
          else if (it.op === 'wait') device.clock.advance(it.seconds * 1_000);
          else if (it.op === 'freeze') await device.commit({ ...VM, mode: 'frozen' });
          else if (it.op === 'commit') {
            const rows = it.ports.map((clientPort) => ({
              protocol: 6,
              'source-address': FLOW.client,
              'destination-address': FLOW.server,
              'source-port': clientPort,
              'destination-port': 1,
              zone: 0,
              lifetime: 1_000,
            }));
            await device.commit({ ...VM, mode: 'learning', sessions: { session: rows } });
          } else {
            await device.remove('vm1');
            await device.commit(VM);
          }
        }
        const again = await start();
        assert.deepEqual(await again.table('vm1', 'session'), await device.table('vm1', 'session'));
        await Promise.all([device.plane.close(), again.plane.close()]);
      }),
      { numRuns: 40 },
    );
  });
});
