/** Sessions of every transport go from one kernel to another and stay what they are. */
import assert from 'node:assert/strict';
import { RELAY_PROGRAMS } from '../../server/plane/kit/netlink/relay-script.ts';
import { movingFirewalls } from '../support/moving-firewalls.ts';
import { startLinuxDevice } from '../support/plane-device.ts';
import type { LinuxDevice } from '../support/plane-device.ts';
import { describeOnKernel, Namespaces } from '../support/namespaces.ts';
import { listNode } from '../support/simulated-device.ts';
import type { Plain } from '../support/plain-data.ts';

const VM = { id: 'vm1', address: ['10.1.1.1', '2001:db8:1::1'] };

/**
 * As `conntrack -R` reads them: entries of the kernel that none of our code has made. The tool takes
 * SCTP's verification tags in the byte order of the machine, our rows have them as they are on the wire.
 */
/** conntrack opens /dev/stdin by name, which fails for the kind of pipe that Node makes. */
const LOAD = 'cat | conntrack -R -';
const T4 = '-s 203.0.113.9 -d 10.1.1.1 -r 10.1.1.1 -q 203.0.113.9';
const T6 = '-s 2001:db8:9::9 -d 2001:db8:1::1 -r 2001:db8:1::1 -q 2001:db8:9::9';
const ports = (source: number, destination: number): string =>
  `--sport ${source} --dport ${destination} --reply-port-src ${destination} --reply-port-dst ${source}`;

const ENTRIES: readonly (readonly [title: string, line: string, expected: Plain])[] = [
  [
    'TCP',
    `-A -t 4000 -u SEEN_REPLY,ASSURED ${T4} -p tcp ${ports(40000, 443)} --state ESTABLISHED -m 7`,
    {
      protocol: 6,
      'source-port': 40000,
      'destination-port': 443,
      state: 'established',
      status: 'seen-reply assured',
      mark: 7,
    },
  ],
  [
    'TCP that has not been answered, in a zone',
    `-A -t 4000 -u UNSET ${T4} -p tcp ${ports(40001, 443)} --state SYN_SENT -w 5`,
    { protocol: 6, 'source-port': 40001, 'destination-port': 443, state: 'syn-sent', zone: 5 },
  ],
  [
    'TCP over IPv6',
    `-A -t 4000 -u SEEN_REPLY ${T6} -p tcp ${ports(40002, 443)} --state TIME_WAIT`,
    {
      protocol: 6,
      'source-port': 40002,
      'destination-port': 443,
      state: 'time-wait',
      status: 'seen-reply',
    },
  ],
  [
    'UDP',
    `-A -t 4000 -u SEEN_REPLY,ASSURED ${T4} -p udp ${ports(40003, 53)}`,
    { protocol: 17, 'source-port': 40003, 'destination-port': 53, status: 'seen-reply assured' },
  ],
  [
    'UDP over IPv6',
    `-A -t 4000 -u UNSET ${T6} -p udp ${ports(40004, 53)}`,
    { protocol: 17, 'source-port': 40004, 'destination-port': 53 },
  ],
  [
    'ICMP echo',
    `-A -t 4000 -u SEEN_REPLY ${T4} -p icmp --icmp-type 8 --icmp-code 0 --icmp-id 77`,
    { protocol: 1, 'source-port': 77, 'destination-port': 2048, status: 'seen-reply' },
  ],
  [
    'ICMP timestamp',
    `-A -t 4000 -u UNSET ${T4} -p icmp --icmp-type 13 --icmp-code 0 --icmp-id 78`,
    { protocol: 1, 'source-port': 78, 'destination-port': 3328 },
  ],
  [
    'ICMPv6 echo',
    `-A -t 4000 -u SEEN_REPLY ${T6} -p icmpv6 --icmpv6-type 128 --icmpv6-code 0 --icmpv6-id 79`,
    { protocol: 58, 'source-port': 79, 'destination-port': 32768, status: 'seen-reply' },
  ],
  [
    'SCTP',
    `-A -t 4000 -u SEEN_REPLY,ASSURED ${T4} -p sctp ${ports(40005, 2905)} --state ESTABLISHED --orig-vtag 4294967295 --reply-vtag 305419896`,
    {
      protocol: 132,
      'source-port': 40005,
      'destination-port': 2905,
      state: 'established',
      status: 'seen-reply assured',
      'original-verification-tag': 4294967295,
      'reply-verification-tag': 0x78563412,
    },
  ],
  [
    'SCTP over IPv6',
    `-A -t 4000 -u SEEN_REPLY ${T6} -p sctp ${ports(40006, 2905)} --state SHUTDOWN_SENT --orig-vtag 1 --reply-vtag 2`,
    {
      protocol: 132,
      'source-port': 40006,
      'destination-port': 2905,
      state: 'shutdown-sent',
      status: 'seen-reply',
      'original-verification-tag': 0x01000000,
      'reply-verification-tag': 0x02000000,
    },
  ],
  [
    'GRE',
    `-A -t 4000 -u SEEN_REPLY ${T4} -p gre --srckey 5 --dstkey 6 --reply-key-src 6 --reply-key-dst 5`,
    { protocol: 47, 'source-port': 5, 'destination-port': 6, status: 'seen-reply' },
  ],
  [
    'a protocol without ports (OSPF)',
    `-A -t 4000 -u UNSET ${T4} -p 89`,
    { protocol: 89, 'source-port': 0, 'destination-port': 0 },
  ],
];

describeOnKernel('Linux data plane: sessions of every transport', () => {
  for (const program of RELAY_PROGRAMS) {
    describe(`through ${program.name}`, () => {
      const options = { relayPrograms: [program] };

      let namespaces: Namespaces;
      let from: LinuxDevice;
      let to: LinuxDevice;
      let rows: readonly Plain[];
      let copies: readonly Plain[];

      before(async () => {
        namespaces = await Namespaces.create('a', 'b');
        await namespaces.run('a', LOAD, ENTRIES.map(([, line]) => `${line}\n`).join(''));
        from = await startLinuxDevice(namespaces.name('a'), [VM], options);
        to = await startLinuxDevice(namespaces.name('b'), [], options);
        rows = await from.rows('session/session');
        await to.commit({ ...VM, mode: 'standby', sessions: { session: rows } });
        copies = await to.rows('session/session');
      });

      after(async () => {
        await from[Symbol.asyncDispose]();
        await to[Symbol.asyncDispose]();
        await namespaces[Symbol.asyncDispose]();
      });

      for (const [title, line, expected] of ENTRIES) {
        it(`reads ${title}, loads it elsewhere, and reads the same there`, () => {
          const v6 = line.includes(T6);
          const whole = {
            'source-address': v6 ? '2001:db8:9::9' : '203.0.113.9',
            'destination-address': v6 ? '2001:db8:1::1' : '10.1.1.1',
            zone: 0,
            ...expected,
          };
          const row = rows.find((each) => sameKeys(each, whole));
          const copy = copies.find((each) => sameKeys(each, whole));
          assert.ok(row && copy);
          assert.deepEqual(withoutCounters(row), whole);
          assert.deepEqual(withoutCounters(copy), whole);
          const lifetime = Number(row['lifetime']);
          assert.ok(lifetime > 3900 && lifetime <= 4000, `lifetime ${lifetime}`);
        });
      }

      it('leaves the tables equal, for us and for the conntrack tool', async () => {
        assert.equal(rows.length, ENTRIES.length);
        const states = await from.tables();
        assert.equal(states[0]?.entries, ENTRIES.length);
        assert.deepEqual(await to.tables(), states);
        assert.equal(await listing(namespaces, 'b'), await listing(namespaces, 'a'));
      });
    });
  }

  it('moves, by the orchestrator, with marks, status and the time that was left of each', async () => {
    await using namespaces = await Namespaces.create('old', 'new');
    await namespaces.run('old', LOAD, ENTRIES.map(([, line]) => `${line}\n`).join(''));
    await using devices = await movingFirewalls(namespaces);
    const [v4, v6] = VM.address;
    await devices.old.configure(
      `<vm><id>vm1</id><address>${v4}</address><address>${v6}</address></vm>`,
    );
    const before = await listing(namespaces, 'old');
    assert.equal(before.match(/mark=7/g)?.length, 1);
    assert.equal(
      await listing(namespaces, 'new'),
      '',
      'control: without the move nothing is there',
    );
    const report = await devices.move('vm1');
    assert.deepEqual([report.outcome, report.errors], ['migrated', []]);
    assert.equal(await listing(namespaces, 'new'), before);
    const both = '(conntrack -L -f ipv4 -o save; conntrack -L -f ipv6 -o save) 2>/dev/null';
    const times = [...(await namespaces.run('new', both)).matchAll(/ -t (\d+)/g)];
    // The kernel's own would be 30 s for UDP and ICMP, and five days for TCP.
    const left = times.map(([, seconds]) => Number(seconds));
    assert.equal(left.length, ENTRIES.length);
    assert.ok(
      left.every((seconds) => seconds > 3900 && seconds <= 4000),
      left.join(),
    );
  });

  it('keeps a TCP session’s window scales, which the conntrack tool cannot', async () => {
    await using namespaces = await Namespaces.create('a', 'b');
    await using device = await startLinuxDevice(namespaces.name('a'), []);
    const row = {
      ...SESSION,
      'original-window-scale': 7,
      'reply-window-scale': 9,
    };
    await device.commit({ ...VM, mode: 'standby', sessions: { session: [row] } });
    const [copy] = await device.rows('session/session');
    assert.equal(copy?.['original-window-scale'], 7);
    assert.equal(copy['reply-window-scale'], 9);
  });

  it('keeps labels where a rule uses labels; control: elsewhere there is no room for them', async () => {
    await using namespaces = await Namespaces.create('a', 'b');
    const chain = 'chain c { type filter hook input priority 0;\nct label set 5\n}';
    await namespaces.run('a', 'nft -f -', `table inet t {\n${chain}\n}\n`);
    const labels = '20:00:00:00:00:00:00:00:00:00:00:00:00:00:00:80';
    for (const [name, expected] of [
      ['a', labels],
      ['b', undefined],
    ] as const) {
      await using device = await startLinuxDevice(namespaces.name(name));
      const row = { ...SESSION, labels };
      await device.commit({ ...VM, mode: 'standby', sessions: { session: [row] } });
      const [copy] = await device.rows('session/session');
      assert.equal(copy?.['labels'], expected);
    }
  });

  it('reads one session by its keys', async () => {
    await using namespaces = await Namespaces.create('a');
    await namespaces.run('a', LOAD, ENTRIES.map(([, line]) => `${line}\n`).join(''));
    await using device = await startLinuxDevice(namespaces.name('a'), [VM]);
    const list = listNode('session/session');
    const found: unknown[] = [];
    const keys = [6, '203.0.113.9', '10.1.1.1', 40001, 443, 5];
    for await (const rows of device.plane.read({ vm: device.vm(), list, keys }))
      found.push(...rows);
    assert.equal(found.length, 1);
    const absent: unknown[] = [];
    const others = [6, '203.0.113.9', '10.1.1.1', 40001, 443, 6];
    for await (const rows of device.plane.read({ vm: device.vm(), list, keys: others })) {
      absent.push(...rows);
    }
    assert.deepEqual(absent, []);
  });

  it('shows a VM only sessions that concern its addresses', async () => {
    await using namespaces = await Namespaces.create('a');
    await namespaces.run('a', LOAD, ENTRIES.map(([, line]) => `${line}\n`).join(''));
    await using device = await startLinuxDevice(namespaces.name('a'), [
      { id: 'vm1', address: ['10.1.1.1'] },
      { id: 'vm2', address: ['2001:db8:1::1'] },
      { id: 'vm3', address: ['10.1.1.2'] },
    ]);
    assert.equal((await device.rows('session/session', 'vm1')).length, 8);
    assert.equal((await device.rows('session/session', 'vm2')).length, 4);
    assert.equal((await device.rows('session/session', 'vm3')).length, 0);
  });

  it('moves 20 000 sessions with equal digests', async function () {
    this.timeout(30_000);
    await using namespaces = await Namespaces.create('a', 'b');
    const lines = Array.from({ length: 20_000 }, (_, index) => {
      const client = `203.0.${(index >> 8) & 0xff}.${index & 0xff}`;
      const tuple = `-s ${client} -d 10.1.1.1 -r 10.1.1.1 -q ${client}`;
      return `-A -t 4000 -u SEEN_REPLY,ASSURED ${tuple} -p tcp ${ports(1024 + index, 443)} --state ESTABLISHED\n`;
    });
    await namespaces.run('a', LOAD, lines.join(''));
    await using from = await startLinuxDevice(namespaces.name('a'), [VM]);
    await using to = await startLinuxDevice(namespaces.name('b'), []);
    const rows = await from.rows('session/session');
    await to.commit({ ...VM, mode: 'standby', sessions: { session: rows } });
    await to.commit({ ...VM, mode: 'learning', sessions: { session: rows } });
    const [state] = await to.tables();
    assert.equal(state?.entries, 20_000);
    assert.deepEqual(await to.tables(), await from.tables());
    await to.plane.settle([to.vm()]);
    assert.deepEqual(await to.tables(), await from.tables());
    await to.commit(undefined, 'vm1');
    assert.equal((await namespaces.run('b', 'conntrack -C')).trim(), '0');
  });
});

const SESSION = {
  protocol: 6,
  'source-address': '203.0.113.9',
  'destination-address': '10.1.1.1',
  'source-port': 40000,
  'destination-port': 443,
  zone: 0,
  state: 'established',
  status: 'seen-reply assured',
  lifetime: 4000,
};

function withoutCounters(row: Plain): Plain {
  return Object.fromEntries(
    Object.entries(row).filter(
      ([name]) => name !== 'lifetime' && !/-(packets|bytes|window-scale|time)$/.test(name),
    ),
  );
}

function sameKeys(a: Plain, b: Plain): boolean {
  const keys = ['protocol', 'source-address', 'source-port', 'destination-port', 'zone'];
  return keys.every((key) => a[key] === b[key]);
}

/** The table as the conntrack tool sees it, without what differs by nature. */
async function listing(namespaces: Namespaces, short: string): Promise<string> {
  const both = 'conntrack -L -o extended; conntrack -L -f ipv6 -o extended; conntrack -L -o save';
  const text = await namespaces.run(short, `(${both}) 2>/dev/null`);
  return text
    .replace(/^(\S+ +\d+ \S+ +\d+) \d+/gm, '$1')
    .replace(/-t \d+/g, '')
    .replace(/use=\d+/g, '')
    .replace(/delta-time=\d+/g, '')
    .split('\n')
    .map((line) => line.trimEnd())
    .sort()
    .join('\n');
}
