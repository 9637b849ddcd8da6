/** Rows of our model and what the kernel has: sessions, mappings, the mirror of a watch, the ruleset. */
import assert from 'node:assert/strict';
import { inverse } from '../../../server/plane/linux/conntrack/entry.ts';
import type { Entry, Tuple } from '../../../server/plane/linux/conntrack/entry.ts';
import { stateName, stateNumber } from '../../../server/plane/linux/conntrack/constants.ts';
import { freezeRuleset } from '../../../server/plane/linux/freeze-table.ts';
import { mappingsOf } from '../../../server/plane/linux/model/nat-rows.ts';
import { TableModel } from '../../../server/plane/linux/model/table-model.ts';
import { Mirror } from '../../../server/plane/linux/watch/mirror.ts';
import { planVm } from '../../../server/plane/linux/change/vm-plan.ts';
import { entryHash, TableDigest } from '../../../src/sami/index.ts';
import { toPlain } from '../../support/plain-data.ts';
import type { Plain } from '../../support/plain-data.ts';
import { deviceSchema, makeVm } from '../../support/simulated-device.ts';

const model = new TableModel(deviceSchema());

const TUPLE: Tuple = {
  source: '10.1.1.1',
  destination: '203.0.113.9',
  sourcePort: 1000,
  destinationPort: 80,
};

function entry(more: Partial<Entry> = {}): Entry {
  const original = more.original ?? TUPLE;
  const protocol = more.protocol ?? 6;
  return {
    protocol,
    zone: 0,
    original,
    reply: inverse(protocol, original),
    status: 0b1110,
    info: { state: 3, windowScales: [7, 9], verificationTags: undefined },
    timeout: 100,
    mark: 0,
    helper: undefined,
    originalCounters: undefined,
    replyCounters: undefined,
    startedAt: undefined,
    labels: undefined,
    id: 0,
    ...more,
  };
}

describe('Linux data plane: sessions as rows', () => {
  const ENTRIES: readonly (readonly [string, Entry])[] = [
    ['TCP', entry({ mark: 5, helper: 'ftp', labels: '01:00:00:80' })],
    [
      'counters',
      entry({
        originalCounters: { packets: 3, bytes: 9 },
        replyCounters: { packets: 0, bytes: 2 },
      }),
    ],
    [
      'TCP without window scaling',
      entry({ info: { state: 1, windowScales: undefined, verificationTags: undefined } }),
    ],
    ['UDP', entry({ protocol: 17, info: undefined, status: 0b1000 })],
    [
      'ICMP',
      entry({ protocol: 1, info: undefined, original: { ...TUPLE, destinationPort: 2048 } }),
    ],
    [
      'SCTP',
      entry({
        protocol: 132,
        info: { state: 4, windowScales: undefined, verificationTags: [1, 2] },
      }),
    ],
    [
      'a translated session',
      entry({ reply: { ...inverse(6, TUPLE), destination: '192.0.2.80', destinationPort: 7000 } }),
    ],
  ];
  for (const [title, value] of ENTRIES) {
    it(`takes ${title} there and back`, () => {
      const again = model.session.toEntry(model.session.toRow(value));
      assert.deepEqual(again, { ...value, status: value.status & 0b110 });
    });
  }

  it('has the time of the beginning in rows, not in what is loaded', () => {
    const counted = entry({
      originalCounters: { packets: 3, bytes: 2n ** 60n },
      startedAt: 1_795_156_299_567_992_598n,
    });
    const row = toPlain(model.session.toRow(counted));
    assert.equal(row['original-packets'], 3);
    assert.equal(row['original-bytes'], 2n ** 60n);
    assert.match(String(row['creation-time']), /^2026-11-20T06:31:39/);
    assert.equal(model.session.toEntry(model.session.toRow(counted)).startedAt, undefined);
  });

  it('names every state of the kernel once, and maps those it lacks to the nearest', () => {
    for (const protocol of [6, 132]) {
      for (let state = 1; state <= 9; state += 1) {
        const name = stateName(protocol, state);
        assert.equal(stateNumber(protocol, name ?? ''), state);
      }
    }
    assert.equal(stateName(6, stateNumber(6, 'fin-wait-2') ?? 0), 'close-wait');
    assert.equal(stateNumber(6, 'cookie-wait'), undefined);
    assert.equal(stateNumber(17, 'established'), undefined);
  });
});

describe('Linux data plane: mappings of translated sessions', () => {
  const own = (address: string): boolean => address === '10.1.1.1';
  const parts = (value: Entry): readonly unknown[] =>
    mappingsOf(value, own).map((m) => [m.internal, m.internalPort, m.external, m.externalPort]);

  const incoming: Tuple = {
    source: '203.0.113.9',
    destination: '192.0.2.80',
    sourcePort: 4000,
    destinationPort: 80,
  };
  const CASES: readonly (readonly [string, Entry, readonly unknown[]])[] = [
    ['none for an untranslated session', entry(), []],
    [
      'source translation',
      entry({ reply: { ...inverse(6, TUPLE), destination: '192.0.2.80', destinationPort: 7000 } }),
      [['10.1.1.1', 1000, '192.0.2.80', 7000]],
    ],
    [
      'source translation that keeps the port',
      entry({ reply: { ...inverse(6, TUPLE), destination: '192.0.2.80' } }),
      [['10.1.1.1', 1000, '192.0.2.80', 1000]],
    ],
    [
      'source translation of ICMP',
      entry({
        protocol: 1,
        info: undefined,
        original: { ...TUPLE, destinationPort: 2048 },
        reply: {
          source: '203.0.113.9',
          destination: '192.0.2.80',
          sourcePort: 9,
          destinationPort: 0,
        },
      }),
      [['10.1.1.1', 1000, '192.0.2.80', 9]],
    ],
    [
      'destination translation',
      entry({
        original: incoming,
        reply: { ...inverse(6, incoming), source: '10.1.1.1', sourcePort: 8080 },
      }),
      [['10.1.1.1', 8080, '192.0.2.80', 80]],
    ],
    [
      'none for a translation of others',
      entry({ original: incoming, reply: { ...inverse(6, incoming), source: '10.1.1.2' } }),
      [],
    ],
  ];
  for (const [title, value, expected] of CASES) {
    it(title, () => {
      assert.deepEqual(parts(value), expected);
    });
  }
});

describe('Linux data plane: mirror of a watched VM', () => {
  const kinds = (
    changes: readonly { kind: string; list?: { name: string } }[],
  ): readonly string[] => changes.map((change) => `${change.kind} ${change.list?.name ?? ''}`);
  const translated = (sourcePort: number): Entry => {
    const original = {
      source: '203.0.113.9',
      destination: '192.0.2.80',
      sourcePort,
      destinationPort: 80,
    };
    return entry({ original, reply: { ...inverse(6, original), source: '10.1.1.1' } });
  };

  it('reports what changed but for what is volatile, and completes what an event leaves out', () => {
    const mirror = new Mirror(model, ['10.1.1.1']);
    assert.deepEqual(kinds(mirror.set(entry())), ['set session']);
    assert.deepEqual(mirror.set(entry({ timeout: 5 })), []);
    const [change] = mirror.set(entry({ info: undefined, mark: 3 }));
    assert.ok(change?.kind === 'set');
    assert.equal(toPlain(change.row)['state'], 'established');
    assert.deepEqual(kinds(mirror.removed(entry())), ['remove session']);
    assert.deepEqual(mirror.removed(entry()), []);
    assert.equal(mirror.states()[0]?.digest, '0000000000000000');
  });

  it('reports a mapping with its first session and its end with the last', () => {
    const mirror = new Mirror(model, ['10.1.1.1']);
    assert.deepEqual(kinds(mirror.set(translated(1))), ['set session', 'set mapping-entry']);
    assert.deepEqual(kinds(mirror.set(translated(2))), ['set session']);
    assert.deepEqual(
      mirror.states().map(({ entries }) => entries),
      [2, 1],
    );
    assert.deepEqual(kinds(mirror.removed(translated(1))), ['remove session']);
    assert.deepEqual(kinds(mirror.removed(translated(2))), [
      'remove session',
      'remove mapping-entry',
    ]);
    assert.deepEqual(
      mirror.states().map(({ entries }) => entries),
      [0, 0],
    );
  });

  it('has the digest that the entries have by themselves', () => {
    const mirror = new Mirror(model, ['10.1.1.1']);
    mirror.set(entry({ mark: 1 }));
    mirror.set(entry({ mark: 2 }));
    const digest = new TableDigest();
    digest.add(entryHash(model.session.toRow(entry({ mark: 2 }))));
    assert.equal(mirror.states()[0]?.digest, digest.toString());
  });

  it('knows what is not present any more', () => {
    const mirror = new Mirror(model, ['10.1.1.1']);
    mirror.set(entry());
    assert.equal(mirror.beyond(new Set()).length, 1);
    assert.deepEqual(mirror.beyond(new Set(['6 10.1.1.1 203.0.113.9 1000 80 0'])), []);
  });
});

describe('Linux data plane: what a change means for entries', () => {
  const session = (port: number): Plain =>
    toPlain(model.session.toRow(entry({ original: { ...TUPLE, sourcePort: port } })));
  const vm = (mode: string, ...ports: readonly number[]): ReturnType<typeof makeVm> =>
    makeVm({ id: 'vm1', address: ['10.1.1.1'], mode, sessions: { session: ports.map(session) } });
  const bare = (mode: string): ReturnType<typeof makeVm> =>
    makeVm({ id: 'vm1', address: ['10.1.1.1'], mode });
  const plan = (
    before: ReturnType<typeof makeVm> | undefined,
    after: ReturnType<typeof makeVm> | undefined,
    settled = false,
  ): readonly [boolean, number, number, number] => {
    const { clear, sessions } = planVm(model, { id: 'vm1', before, after }, settled);
    return [clear, sessions.added.length, sessions.removed.length, sessions.changed.length];
  };

  it('loads and removes what differs while the VM is in standby', () => {
    assert.deepEqual(plan(undefined, vm('standby', 1, 2)), [false, 2, 0, 0]);
    assert.deepEqual(plan(vm('standby', 1, 2), vm('standby', 2, 3)), [false, 1, 1, 0]);
    assert.deepEqual(plan(vm('standby', 1), vm('learning', 1, 2)), [false, 1, 0, 0]);
  });

  it('leaves the kernel its own entries once they have settled', () => {
    assert.deepEqual(plan(vm('learning', 1), bare('learning'), true), [false, 0, 0, 0]);
    assert.deepEqual(plan(vm('learning', 1), bare('learning'), false), [false, 0, 1, 0]);
  });

  it('begins anew when the VM returns to standby', () => {
    assert.deepEqual(plan(vm('learning', 1), vm('standby', 1)), [true, 1, 0, 0]);
  });

  it('clears the table of a VM that goes, unless it knows what was loaded', () => {
    assert.deepEqual(plan(bare('frozen'), undefined, true), [true, 0, 0, 0]);
    assert.deepEqual(plan(vm('standby', 1, 2), undefined), [false, 0, 2, 0]);
  });
});

describe('Linux data plane: ruleset of frozen VMs', () => {
  it('has the addresses of both families, and next hops of the same family', () => {
    const ruleset = freezeRuleset([
      { address: '10.1.1.1' },
      { address: '10.1.1.2', nextHop: '192.0.2.9' },
      { address: '2001:db8::2', nextHop: '192.0.2.9' },
    ]);
    assert.match(
      ruleset,
      /set frozen4 \{ type ipv4_addr; elements = \{ 10\.1\.1\.1, 10\.1\.1\.2 \}; \}/,
    );
    assert.match(ruleset, /set frozen6 \{ type ipv6_addr; elements = \{ 2001:db8::2 \}; \}/);
    assert.match(ruleset, /elements = \{ 10\.1\.1\.2 : 192\.0\.2\.9 \}/);
    assert.doesNotMatch(ruleset, /ip6 sami-forward \{/);
  });

  it('has empty sets when nothing is frozen', () => {
    const ruleset = freezeRuleset([]);
    assert.match(ruleset, /set frozen4 \{ type ipv4_addr; \}/);
    assert.doesNotMatch(ruleset, /elements|dup/);
  });
});
