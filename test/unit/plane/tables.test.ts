/** The tables of the simulated plane: modes, settling, reading, watching, digests, room. */
import assert from 'node:assert/strict';
import { RpcErrorException, printPath } from '../../../src/error/index.ts';
import { TableDigest, addEntry } from '../../../src/sami/index.ts';
import { echo, handshake, udp } from '../../support/packets.ts';
import type { Flow } from '../../support/packets.ts';
import { fromPlain } from '../../support/plain-data.ts';
import type { Plain } from '../../support/plain-data.ts';
import { SimulatedDevice, listNode, makeVm } from '../../support/simulated-device.ts';

const FLOW: Flow = {
  client: '198.51.100.7',
  server: '10.0.0.5',
  clientPort: 40_000,
  serverPort: 443,
};
const VM = { id: 'vm1', address: ['10.0.0.5'] };
const OPEN = { policy: { defaultAction: 'accept' } } as const;

function session(clientPort: number, more: Plain = {}): Plain {
  return {
    protocol: 6,
    'source-address': FLOW.client,
    'destination-address': FLOW.server,
    'source-port': clientPort,
    'destination-port': 443,
    zone: 0,
    state: 'established',
    lifetime: 100,
    ...more,
  };
}

function sessions(...ports: readonly number[]): Plain {
  return { session: ports.map((port) => session(port)) };
}

async function errorsOf(work: Promise<unknown>): Promise<readonly string[]> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof RpcErrorException)) throw error;
    return error.errors.map(
      ({ tag, appTag, path }) =>
        `${tag} ${appTag ?? '-'} ${typeof path === 'string' ? path : printPath(path ?? [])}`,
    );
  }
  return [];
}

describe('modes of a VM on the simulated plane (design: modes and settle)', () => {
  it('loads exactly the configured entries in standby, which do not age and forward nothing', async () => {
    const device = await SimulatedDevice.start();
    await device.commit({ ...VM, mode: 'standby', sessions: sessions(1, 2, 3) });
    await device.commit({ ...VM, mode: 'standby', sessions: sessions(2, 4) });
    device.clock.advance(1_000_000);
    assert.deepEqual(
      (await device.rows('vm1', 'session/session')).map((row) => row['source-port']),
      [2, 4],
    );
    assert.equal(device.send(udp(FLOW, 'there')), 'drop standby');
  });

  it('lets entries age from the moment the VM is in operation', async () => {
    const device = await SimulatedDevice.start();
    await device.commit({ ...VM, mode: 'standby', sessions: sessions(1) });
    device.clock.advance(90_000);
    await device.commit({ ...VM, mode: 'learning', sessions: sessions(1) });
    device.clock.advance(40_000);
    assert.equal((await device.row('vm1', 'session/session'))['lifetime'], 60);
    device.clock.advance(61_000);
    assert.deepEqual(await device.rows('vm1', 'session/session'), []);
  });

  it('takes the last changes over with the mode', async () => {
    const device = await SimulatedDevice.start();
    await device.commit({ ...VM, mode: 'standby', sessions: sessions(1, 2) });
    await device.commit({ ...VM, mode: 'learning', sessions: sessions(2, 3) });
    assert.deepEqual(
      (await device.rows('vm1', 'session/session')).map((row) => row['source-port']),
      [2, 3],
    );
  });

  it('keeps the entries of a settled VM when they leave the configuration', async () => {
    const device = await SimulatedDevice.start();
    await device.commit({ ...VM, mode: 'standby', sessions: sessions(1, 2) });
    await device.commit({ ...VM, mode: 'learning', sessions: sessions(1, 2) });
    await device.plane.settle([device.vm('vm1')]);
    await device.commit({ ...VM, mode: 'learning' });
    assert.equal((await device.rows('vm1', 'session/session')).length, 2);
  });

  it('removes entries that an operator takes out before they settled', async () => {
    const device = await SimulatedDevice.start();
    await device.commit({ ...VM, sessions: sessions(1, 2) });
    await device.commit({ ...VM, sessions: sessions(2) });
    assert.equal((await device.rows('vm1', 'session/session')).length, 1);
  });

  it('replaces the tables of a VM that returns to standby: a rollback', async () => {
    const device = await SimulatedDevice.start(OPEN);
    await device.commit({ ...VM, mode: 'standby', sessions: sessions(1) });
    await device.commit({ ...VM, mode: 'learning', sessions: sessions(1, 2) });
    device.send(udp(FLOW, 'there'));
    await device.commit({ ...VM, mode: 'standby', sessions: sessions(1) });
    assert.deepEqual(
      (await device.rows('vm1', 'session/session')).map((row) => row['source-port']),
      [1],
    );
  });

  it('freezes: nothing changes, nothing ages, and thawing goes on where it stopped', async () => {
    const device = await SimulatedDevice.start(OPEN, [VM]);
    for (const packet of handshake(FLOW)) device.send(packet);
    const before = await device.table('vm1', 'session');
    const rows = await device.rows('vm1', 'session/session');
    await device.commit({ ...VM, mode: 'frozen' });
    device.clock.advance(500_000_000);
    assert.equal(device.send(udp(FLOW, 'there')), 'drop frozen');
    assert.deepEqual(await device.table('vm1', 'session'), before);
    assert.deepEqual(await device.rows('vm1', 'session/session'), rows);
    await device.commit({ ...VM, mode: 'learning' });
    assert.equal(device.send(udp(FLOW, 'there')), 'pass');
  });

  it('forwards packets of a frozen VM where its configuration says (M8)', async () => {
    const device = await SimulatedDevice.start(OPEN, [VM]);
    await device.commit({
      ...VM,
      mode: 'frozen',
      'in-flight': { action: 'forward', 'next-hop': '192.0.2.9' },
    });
    assert.equal(device.send(udp(FLOW, 'there')), 'forward 192.0.2.9');
    assert.equal(device.send(udp(FLOW, 'back')), 'forward 192.0.2.9');
    await device.commit({ ...VM, mode: 'frozen', 'in-flight': { action: 'drop' } });
    assert.equal(device.send(udp(FLOW, 'there')), 'drop frozen');
  });

  it('drops all entries with the VM, and frees their room', async () => {
    const device = await SimulatedDevice.start({ limits: { session: 2 } }, [VM]);
    await device.commit({ ...VM, sessions: sessions(1, 2) });
    await device.remove('vm1');
    const usage = await device.plane.use();
    assert.equal(usage.find(({ kind }) => kind === 'session')?.used, 0n);
    await device.commit({ ...VM, id: 'vm2', sessions: sessions(3, 4) });
    assert.deepEqual((await device.rows('vm2', 'session/session')).length, 2);
  });

  it('changes nothing when a prepared change is aborted', async () => {
    const device = await SimulatedDevice.start({ limits: { session: 2 } }, [VM]);
    const after = makeVm({ ...VM, sessions: sessions(1, 2) });
    await (await device.plane.prepare([{ id: 'vm1', before: device.vm('vm1'), after }])).abort();
    assert.deepEqual(await device.rows('vm1', 'session/session'), []);
    await device.commit({ ...VM, sessions: sessions(3, 4) });
  });

  it('adds the counters of an entry that meets one it already has (sami:combine)', async () => {
    const device = await SimulatedDevice.start({ policy: { ...OPEN.policy, accounting: true } }, [
      VM,
    ]);
    device.send({ ...udp(FLOW, 'there'), length: 100 });
    const account = {
      address: '10.0.0.5',
      direction: 'to-vm',
      'traffic-class': 'default',
      packets: 5,
      octets: 900,
    };
    await device.commit({ ...VM, 'cumulative-accounting': { account: [account] } });
    const row = await device.row('vm1', 'cumulative-accounting/account');
    assert.deepEqual([row['packets'], row['octets']], [6, 1_000]);
  });

  it('removes entries that concerned only an address the VM has lost', async () => {
    const device = await SimulatedDevice.start(OPEN, [
      { id: 'vm1', address: ['10.0.0.5', '10.0.0.6'] },
    ]);
    device.send(udp(FLOW, 'there'));
    device.send(udp({ ...FLOW, server: '10.0.0.6' }, 'there'));
    await device.commit({ id: 'vm1', address: ['10.0.0.6'] });
    assert.equal((await device.row('vm1', 'session/session'))['destination-address'], '10.0.0.6');
  });
});

describe('reading the tables', () => {
  it('reads a consistent state, whatever happens meanwhile', async () => {
    const device = await SimulatedDevice.start(OPEN, [VM]);
    device.plane.fill('vm1', 2_500);
    const seen: number[] = [];
    for await (const batch of device.plane.read({
      vm: device.vm('vm1'),
      list: listNode('session/session'),
    })) {
      seen.push(batch.length);
      device.plane.fill('vm1', 2_500 + seen.length * 100);
    }
    assert.deepEqual(seen, [1_000, 1_000, 500]);
  });

  it('reads one entry by its keys', async () => {
    const device = await SimulatedDevice.start();
    await device.commit({ ...VM, sessions: sessions(1, 2, 3) });
    const read = async (port: number): Promise<number> => {
      const keys = [6, FLOW.client, FLOW.server, port, 443, 0];
      let count = 0;
      const request = { vm: device.vm('vm1'), list: listNode('session/session'), keys };
      for await (const batch of device.plane.read(request)) count += batch.length;
      return count;
    };
    assert.deepEqual([await read(2), await read(9)], [1, 0]);
  });
});

describe('watching the tables', () => {
  it('tells every change in order, before the call that made it returns', async () => {
    const device = await SimulatedDevice.start(OPEN, [VM]);
    const changes = await device.watch('vm1');
    for (const packet of handshake(FLOW)) device.send(packet);
    const states = changes.map((change) => (change.kind === 'lost' ? 'lost' : change.row.slots[6]));
    assert.deepEqual(states, ['syn-sent', 'syn-received', 'established']);
  });

  it('does not tell of a change of volatile values alone', async () => {
    const device = await SimulatedDevice.start(OPEN, [VM]);
    device.send(echo(FLOW, 'there'));
    device.send(echo(FLOW, 'back'));
    device.send(echo(FLOW, 'there'));
    const changes = await device.watch('vm1');
    device.send(echo(FLOW, 'there'));
    assert.equal(changes.length, 0);
    assert.equal((await device.row('vm1', 'session/session'))['original-packets'], 3);
  });

  it('tells of entries that age out', async () => {
    const device = await SimulatedDevice.start(OPEN, [VM]);
    device.send(udp(FLOW, 'there'));
    const changes = await device.watch('vm1');
    device.clock.advance(31_000);
    assert.deepEqual(
      changes.map(({ kind }) => kind),
      ['remove'],
    );
  });

  it('tells of accounts at intervals, and of all before a freeze is in force', async () => {
    const device = await SimulatedDevice.start({ policy: { ...OPEN.policy, accounting: true } }, [
      VM,
    ]);
    const changes = await device.watch('vm1');
    const accounts = (): number =>
      changes.filter((change) => change.kind === 'set' && change.list.name === 'account').length;
    for (let count = 0; count < 10; count += 1) device.send(udp(FLOW, 'there'));
    assert.equal(accounts(), 0);
    device.clock.advance(200);
    assert.equal(accounts(), 1);
    device.send(udp(FLOW, 'there'));
    await device.commit({ ...VM, mode: 'frozen' });
    assert.equal(accounts(), 2);
  });

  it('tells only of the VM that is watched, and nothing more once closed', async () => {
    const device = await SimulatedDevice.start(OPEN, [VM, { id: 'vm2', address: ['10.0.0.6'] }]);
    const seen: string[] = [];
    const watch = await device.plane.watch(device.vm('vm1'), ({ kind }) => seen.push(kind));
    device.send(udp({ ...FLOW, server: '10.0.0.6' }, 'there'));
    assert.deepEqual(seen, []);
    device.send(udp(FLOW, 'there'));
    await watch.close();
    device.send(udp({ ...FLOW, clientPort: 2 }, 'there'));
    assert.deepEqual(seen, ['set']);
  });
});

describe('room in the tables (M4)', () => {
  const noRoom = "resource-denied table-too-small /sami:sami/vm[id='vm1']/";

  it('refuses more entries than fit, and changes nothing', async () => {
    const device = await SimulatedDevice.start({ limits: { session: 4 } }, [VM]);
    const work = device.commit({ ...VM, sessions: sessions(1, 2, 3, 4, 5) });
    await assert.rejects(work, /table "session" holds at most 4 entries: 5 are needed, 4 are free/);
    assert.deepEqual(await errorsOf(device.commit({ ...VM, sessions: sessions(1, 2, 3, 4, 5) })), [
      `${noRoom}sami-session:sessions`,
    ]);
    assert.deepEqual(await device.rows('vm1', 'session/session'), []);
    await device.commit({ ...VM, sessions: sessions(1, 2, 3, 4) });
  });

  it('refuses a reservation for which 4 are free and 5 are asked (004, section 5.4)', async () => {
    const device = await SimulatedDevice.start({ limits: { session: 6 } });
    await device.commit({
      id: 'vm2',
      address: ['10.0.0.6'],
      sessions: {
        session: [1, 2].map((port) => session(port, { 'destination-address': '10.0.0.6' })),
      },
    });
    const ask = (entries: number): Plain => ({
      ...VM,
      mode: 'standby',
      reservation: [{ kind: 'session', entries }],
    });
    assert.deepEqual(await errorsOf(device.commit(ask(5))), [
      `${noRoom}reservation[kind='session']`,
    ]);
    await device.commit(ask(4));
    const isSession = ({ kind }: { kind: string }): boolean => kind === 'session';
    const { limit } = (await device.plane.support()).find(isSession) ?? {};
    const { used, reserved } = (await device.plane.use()).find(isSession) ?? {};
    assert.deepEqual([limit, used, reserved], [6n, 2n, 4n]);
  });

  it('keeps what is reserved from other VMs, packets included', async () => {
    const device = await SimulatedDevice.start({ ...OPEN, limits: { session: 2 } }, [
      { ...VM, mode: 'standby', reservation: [{ kind: 'session', entries: 1 }] },
      { id: 'vm2', address: ['10.0.0.6'] },
    ]);
    const other = (clientPort: number): Flow => ({ ...FLOW, server: '10.0.0.6', clientPort });
    assert.equal(device.send(udp(other(1), 'there')), 'pass');
    assert.equal(device.send(udp(other(2), 'there')), 'drop table-full');
    await device.commit({
      ...VM,
      mode: 'standby',
      reservation: [{ kind: 'session', entries: 1 }],
      sessions: sessions(1),
    });
  });

  it('counts the entries of nested lists', async () => {
    const ace = (name: string): Plain => ({
      name,
      matches: { ipv4: { 'source-ipv4-network': '10.0.0.5/32' } },
      actions: { forwarding: 'accept' },
    });
    const device = await SimulatedDevice.start({ limits: { 'acl-static': 3 } }, [VM]);
    const acl = (...names: readonly string[]): Plain => ({
      ...VM,
      'acl-static': { acl: [{ name: '101', aces: { ace: names.map(ace) } }] },
    });
    await device.commit(acl('a', 'b'));
    assert.equal((await device.table('vm1', 'acl-static')).entries, 3);
    assert.deepEqual(await errorsOf(device.commit(acl('a', 'b', 'c'))), [
      `${noRoom}sami-acl:acl-static`,
    ]);
  });
});

describe('entries belong to their VM (X3)', () => {
  const foreign: readonly { name: string; content: Plain; path: string }[] = [
    {
      name: 'a session',
      content: { sessions: { session: [session(1, { 'destination-address': '10.0.0.9' })] } },
      path: "sami-session:sessions/session[protocol='6'][source-address='198.51.100.7'][destination-address='10.0.0.9'][source-port='1'][destination-port='443'][zone='0']",
    },
    {
      name: 'a mapping',
      content: {
        nat: {
          'mapping-entry': [
            {
              'transport-protocol': 6,
              'internal-src-address': '10.0.0.9',
              'internal-src-port': 1,
              'external-src-address': '10.0.0.5',
              'external-src-port': 1,
              type: 'static',
            },
          ],
        },
      },
      path: "sami-nat:nat/mapping-entry[transport-protocol='6'][internal-src-address='10.0.0.9'][internal-src-port='1'][external-src-address='10.0.0.5'][external-src-port='1']",
    },
    {
      name: 'a dynamic rule for a prefix around the VM',
      content: {
        'acl-dynamic': {
          ace: [
            {
              name: 'x',
              matches: { ipv4: { 'source-ipv4-network': '10.0.0.0/24' } },
              actions: { forwarding: 'accept' },
            },
          ],
        },
      },
      path: "sami-acl:acl-dynamic/ace[name='x']",
    },
    {
      name: 'a rule for another link-layer address',
      content: {
        'mac-address': '02:00:00:00:00:05',
        'acl-dynamic': {
          ace: [
            {
              name: 'x',
              matches: { eth: { 'source-mac-address': '02:00:00:00:00:06' } },
              actions: { forwarding: 'accept' },
            },
          ],
        },
      },
      path: "sami-acl:acl-dynamic/ace[name='x']",
    },
    {
      name: 'a count',
      content: { 'cumulative-security': { 'half-open': [{ address: '10.0.0.9', count: 1 }] } },
      path: "sami-cumulative:cumulative-security/half-open[address='10.0.0.9']",
    },
    {
      name: 'an account',
      content: {
        'cumulative-accounting': {
          account: [{ address: '10.0.0.9', direction: 'to-vm', 'traffic-class': 'default' }],
        },
      },
      path: "sami-cumulative:cumulative-accounting/account[address='10.0.0.9'][direction='to-vm'][traffic-class='default']",
    },
    {
      name: 'a sticky client',
      content: {
        sticky: {
          'sticky-connection': [{ group: 'g', client: 'c', 'real-server-address': '10.0.0.9' }],
        },
      },
      path: "sami-sticky:sticky/sticky-connection[group='g'][client='c']",
    },
  ];
  for (const { name, content, path } of foreign) {
    it(`refuses ${name} of somebody else`, async () => {
      const device = await SimulatedDevice.start();
      assert.deepEqual(await errorsOf(device.commit({ ...VM, mode: 'standby', ...content })), [
        `invalid-value address-not-owned /sami:sami/vm[id='vm1']/${path}`,
      ]);
      await device.commit({
        ...VM,
        address: ['10.0.0.5', '10.0.0.9'],
        mode: 'standby',
        ...content,
        ...('acl-dynamic' in content ? { 'acl-dynamic': {} } : {}),
      });
    });
  }
});

describe('the digest of a table', () => {
  it('is that of the same entries counted from nothing', async () => {
    const device = await SimulatedDevice.start(OPEN, [VM]);
    device.plane.fill('vm1', 50);
    for (const packet of handshake(FLOW)) device.send(packet);
    device.clock.advance(1_000);
    const digest = new TableDigest();
    for (const row of await device.rows('vm1', 'session/session'))
      addEntry(digest, fromPlain(listNode('session/session'), row));
    const { entries, digest: kept } = await device.table('vm1', 'session');
    assert.deepEqual([entries, kept], [51, digest.toString()]);
  });

  it('is zero for a VM that is not there', async () => {
    const device = await SimulatedDevice.start();
    const states = await device.plane.tables(makeVm({ id: 'nobody' }));
    assert.ok(
      states.every(({ entries, digest }) => entries === 0 && digest === '0000000000000000'),
    );
  });
});
