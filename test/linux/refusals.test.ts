/** What the kernel could not hold is refused in prepare, with reason and place, and nothing is changed. */
import assert from 'node:assert/strict';
import { printPath, RpcErrorException } from '../../src/error/index.ts';
import { startLinuxDevice } from '../support/plane-device.ts';
import type { LinuxDevice } from '../support/plane-device.ts';
import { describeOnKernel, Namespaces } from '../support/namespaces.ts';
import type { Plain } from '../support/plain-data.ts';

const SESSION: Plain = {
  protocol: 6,
  'source-address': '203.0.113.9',
  'destination-address': '10.1.1.1',
  'source-port': 40000,
  'destination-port': 443,
  zone: 0,
  state: 'established',
};
const TRANSLATED: Plain = {
  ...SESSION,
  'destination-address': '192.0.2.80',
  'reply-source-address': '10.1.1.1',
  'reply-destination-address': '203.0.113.9',
  'reply-source-port': 5000,
  'reply-destination-port': 40000,
};
const MAPPING: Plain = {
  'transport-protocol': 6,
  'internal-src-address': '10.1.1.1',
  'internal-src-port': 5000,
  'external-src-address': '192.0.2.80',
  'external-src-port': 443,
  type: 'dynamic-implicit',
};

const standby = (content: Plain): Plain => ({
  id: 'vm1',
  address: ['10.1.1.1'],
  mode: 'standby',
  ...content,
});
const OTHER = { id: 'vm9', address: ['10.1.1.9'] };
const mappings = (change: Plain): Plain => ({
  nat: { 'mapping-entry': [{ ...MAPPING, type: 'static', ...change }] },
});
const sessions = (...rows: readonly Plain[]): Plain => ({ sessions: { session: rows } });

interface Case {
  readonly title: string;
  readonly config: Plain;
  readonly tag: string;
  readonly appTag?: string;
  /** End of the error path. */
  readonly path: RegExp;
}

const CASES: readonly Case[] = [
  {
    title: 'a session without an end at the VM',
    config: standby(sessions({ ...SESSION, 'destination-address': '10.1.1.2' })),
    tag: 'invalid-value',
    path: /\/session\[.*'10\.1\.1\.2'.*\]$/,
  },
  {
    title: 'a TCP session without a state',
    config: standby(sessions({ ...SESSION, state: undefined })),
    tag: 'missing-element',
    path: /\/session\[.*\]$/,
  },
  {
    title: 'a TCP session in a state of SCTP',
    config: standby(sessions({ ...SESSION, state: 'cookie-wait' })),
    tag: 'invalid-value',
    path: /\/state$/,
  },
  {
    title: 'a UDP session with a state',
    config: standby(sessions({ ...SESSION, protocol: 17 })),
    tag: 'invalid-value',
    path: /\/state$/,
  },
  {
    title: 'source and destination of different IP versions',
    config: standby(sessions({ ...SESSION, 'source-address': '2001:db8::1' })),
    tag: 'invalid-value',
    path: /\/destination-address$/,
  },
  {
    title: 'an ICMP message that is no question',
    config: standby(
      sessions({ ...SESSION, protocol: 1, 'destination-port': 3 * 256, state: undefined }),
    ),
    tag: 'invalid-value',
    path: /\/destination-port$/,
  },
  {
    title: 'ports in a protocol without ports',
    config: standby(sessions({ ...SESSION, protocol: 89, state: undefined })),
    tag: 'invalid-value',
    path: /\/destination-port$/,
  },
  {
    title: 'a translation between IP versions',
    config: standby(
      sessions({
        ...TRANSLATED,
        'destination-address': '10.1.1.1',
        'reply-source-address': '2001:db8::1',
        'reply-destination-address': '2001:db8::2',
      }),
    ),
    tag: 'operation-not-supported',
    path: /\/reply-source-address$/,
  },
  {
    title: 'a helper that the kernel lacks',
    config: standby(sessions({ ...SESSION, helper: 'nonesuch' })),
    tag: 'operation-not-supported',
    path: /\/helper$/,
  },
  {
    title: 'a mapping of an address that is not the VM’s',
    config: standby(mappings({ 'internal-src-address': '10.1.1.2' })),
    tag: 'invalid-value',
    appTag: 'address-not-owned',
    path: /\/mapping-entry\[.*\]\/internal-src-address$/,
  },
  {
    title: 'a mapping to the address of another VM',
    config: standby(mappings({ 'external-src-address': OTHER.address[0] })),
    tag: 'invalid-value',
    appTag: 'address-not-owned',
    path: /\/mapping-entry\[.*\]\/external-src-address$/,
  },
  {
    title: 'an implicit mapping to the address of another VM',
    config: standby(
      mappings({ 'external-src-address': OTHER.address[0], type: 'dynamic-implicit' }),
    ),
    tag: 'invalid-value',
    appTag: 'address-not-owned',
    path: /\/external-src-address$/,
  },
  {
    title: 'a session that is translated to the address of another VM',
    config: standby(sessions({ ...TRANSLATED, 'destination-address': OTHER.address[0] })),
    tag: 'invalid-value',
    appTag: 'address-not-owned',
    path: /\/session\[.*\]$/,
  },
  {
    title: 'a mapping of one port to none',
    config: standby(mappings({ 'external-src-port': 0 })),
    tag: 'invalid-value',
    path: /\/external-src-port$/,
  },
  {
    title: 'a mapping of ports without a protocol',
    config: standby(mappings({ 'transport-protocol': 0 })),
    tag: 'invalid-value',
    path: /\/transport-protocol$/,
  },
  {
    title: 'a mapping of ICMP identifiers',
    config: standby(mappings({ 'transport-protocol': 1 })),
    tag: 'operation-not-supported',
    path: /\/transport-protocol$/,
  },
  {
    title: 'a mapping between IP versions',
    config: standby(mappings({ 'external-src-address': '2001:db8::80' })),
    tag: 'operation-not-supported',
    path: /\/external-src-address$/,
  },
  {
    title: 'a mapping for one destination only',
    config: standby(mappings({ 'internal-dst-address': '203.0.113.9' })),
    tag: 'operation-not-supported',
    path: /\/internal-dst-address$/,
  },
  {
    title: 'two mappings of one outside',
    config: standby({
      nat: {
        'mapping-entry': [
          { ...MAPPING, type: 'static' },
          { ...MAPPING, type: 'static', 'internal-src-port': 5001 },
        ],
      },
    }),
    tag: 'in-use',
    appTag: 'translation-in-use',
    path: /\/mapping-entry\[.*\]$/,
  },
  {
    title: 'a mapping without a session when the VM leaves standby',
    config: { ...standby({ nat: { 'mapping-entry': [MAPPING] } }), mode: 'learning' },
    tag: 'operation-not-supported',
    path: /\/mapping-entry\[.*\]$/,
  },
  {
    title: 'a reservation that does not fit',
    config: standby({ reservation: [{ kind: 'session', entries: 1_000_000_000 }] }),
    tag: 'resource-denied',
    path: /\/reservation\[kind='session'\]$/,
  },
];

describeOnKernel('Linux data plane: refusals', () => {
  let namespaces: Namespaces;
  let device: LinuxDevice;

  before(async () => {
    namespaces = await Namespaces.create('a');
    device = await startLinuxDevice(namespaces.name('a'), [OTHER]);
  });

  after(async () => {
    await device.plane.close();
    await namespaces[Symbol.asyncDispose]();
  });

  for (const { title, config, tag, appTag, path } of CASES) {
    it(`refuses ${title}`, async () => {
      await assert.rejects(device.commit(config), (error) => {
        assert.ok(error instanceof RpcErrorException, String(error));
        const [first] = error.errors;
        assert.equal(first?.tag, tag, String(error));
        if (appTag !== undefined) assert.equal(first.appTag, appTag);
        assert.match(typeof first.path === 'string' ? '' : printPath(first.path ?? []), path);
        return true;
      });
      assert.equal((await namespaces.run('a', 'conntrack -C')).trim(), '0');
    });
  }

  it('refuses a translated session whose outside is in use by another VM', async () => {
    await using other = await startLinuxDevice(namespaces.name('a'), [
      { id: 'vm2', address: ['10.1.1.2'] },
    ]);
    const taken = { ...TRANSLATED, 'reply-source-address': '10.1.1.2' };
    await other.commit({ id: 'vm2', address: ['10.1.1.2'], mode: 'standby', ...sessions(taken) });
    await assert.rejects(other.commit(standby(sessions(TRANSLATED))), (error) => {
      assert.ok(error instanceof RpcErrorException);
      assert.equal(error.errors[0]?.tag, 'in-use');
      assert.equal(error.errors[0].appTag, 'translation-in-use');
      return true;
    });
    await other.commit(undefined, 'vm2');
    await other.commit(standby(sessions(TRANSLATED)));
    const [mapping] = await other.rows('nat/mapping-entry');
    const { lifetime, ...rest } = mapping ?? {};
    assert.ok(Number(lifetime) > 0);
    assert.deepEqual(rest, MAPPING);
    await other.commit(undefined, 'vm1');
  });

  it('takes a mapping together with its session', async () => {
    const config = { ...sessions(TRANSLATED), nat: { 'mapping-entry': [MAPPING] } };
    await device.commit(standby(config));
    await device.commit({ ...standby(config), mode: 'learning' });
    const states = await device.tables();
    assert.deepEqual(
      states.map(({ kind, entries }) => [kind, entries]),
      [
        ['session', 1],
        ['nat', 1],
      ],
    );
    await device.plane.settle([device.vm()]);
    assert.deepEqual(await device.tables(), states, 'the kernel says the same');
    await device.commit(undefined, 'vm1');
  });

  it('counts what is there, what fits, and what is kept free', async () => {
    await device.commit(
      standby({ ...sessions(SESSION), reservation: [{ kind: 'session', entries: 100 }] }),
    );
    const [session, nat] = await device.plane.use();
    const [supported] = await device.plane.support();
    assert.equal(session?.used, 1n);
    assert.equal(session.reserved, 99n);
    const maximum = await namespaces.run('a', 'cat /proc/sys/net/netfilter/nf_conntrack_max');
    assert.equal(supported?.limit, BigInt(maximum.trim()));
    assert.ok(supported.features.includes('accounting'));
    assert.equal(nat?.used, 0n);
    await device.commit(undefined, 'vm1');
  });

  it('keeps reserved room from others, until its VM goes or has reserved nothing any more', async () => {
    const limits = { limits: { session: 10 } };
    const others = [1, 2, 3, 4, 5].map((port) => ({
      ...SESSION,
      'destination-address': '10.1.1.2',
      'source-port': port,
    }));
    const second = { id: 'vm2', address: ['10.1.1.2'], mode: 'standby', ...sessions(...others) };
    const reserving = (entries: number): Plain =>
      standby({ reservation: [{ kind: 'session', entries }] });
    await using small = await startLinuxDevice(namespaces.name('a'), [], limits);
    const releases: readonly (() => Promise<void>)[] = [
      () => small.commit(undefined, 'vm1'),
      () => small.commit(reserving(5)),
    ];
    for (const release of releases) {
      await small.commit(reserving(6));
      await assert.rejects(small.commit(second), /5 are needed, 4 are free/);
      await release();
      await small.commit(second);
      await small.commit(undefined, 'vm2');
    }
    await small.commit(reserving(6));
    await small.plane.close();
    await using restarted = await startLinuxDevice(namespaces.name('a'), [], limits);
    await restarted.commit(second);
    await restarted.commit(undefined, 'vm2');
  });

  it('refuses five sessions where four fit, with both numbers', async () => {
    await using small = await startLinuxDevice(namespaces.name('a'), [], {
      limits: { session: 4 },
    });
    const rows = [1, 2, 3, 4, 5].map((port) => ({ ...SESSION, 'source-port': port }));
    await assert.rejects(small.commit(standby(sessions(...rows))), (error) => {
      assert.ok(error instanceof RpcErrorException);
      const [first] = error.errors;
      assert.deepEqual([first?.tag, first?.appTag], ['resource-denied', 'table-too-small']);
      const expected = 'table "session" holds at most 4 entries: 5 are needed, 4 are free';
      assert.equal(first?.message, expected);
      return true;
    });
    await small.commit(standby(sessions(...rows.slice(1))));
    assert.equal((await small.plane.support())[0]?.limit, 4n);
    await small.commit(undefined, 'vm1');
  });

  it('says which programs are missing', async () => {
    const options = { relayPrograms: [{ name: 'nonesuch', command: ['nonesuch-relay'] }] };
    await assert.rejects(
      startLinuxDevice(namespaces.name('a'), [], options),
      /cannot reach the kernel: .*nonesuch/,
    );
    await assert.rejects(startLinuxDevice('no-such-namespace'), /no-such-namespace/);
  });
});
