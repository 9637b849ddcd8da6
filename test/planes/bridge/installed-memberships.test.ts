/** How long memberships last that were loaded: their own time, not the kernel's, until a report renews them. */
import assert from 'node:assert/strict';
import { InstalledMemberships } from '../../../server/plane/bridge/installed-memberships.ts';
import { membershipsFrom } from '../../../server/plane/bridge/memberships.ts';
import type { Membership } from '../../../server/plane/bridge/memberships.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { fromPlain } from '../../support/plain-data.ts';
import { listNode } from '../../support/simulated-device.ts';

const GROUP = '239.1.1.1';
const ROW = fromPlain(listNode('multicast-membership/membership'), { group: GROUP });

/** As the kernel has it: its membership interval is 260 s. */
const inKernel = (remaining: number): Membership => ({
  port: 'p1',
  group: GROUP,
  permanent: false,
  filterMode: 'exclude',
  sources: [],
  remaining,
});

function install(seconds: number): {
  readonly clock: FakeClock;
  readonly installed: InstalledMemberships;
  readonly due: number[];
} {
  const clock = new FakeClock();
  const due: number[] = [];
  const installed = new InstalledMemberships(clock, () => due.push(clock.now()));
  installed.note('p1', GROUP, ROW, seconds);
  assert.equal(installed.look(inKernel(260)).found.remaining, seconds);
  return { clock, installed, due };
}

describe('bridge plane: memberships that were loaded', () => {
  it('have the time that was left of them', () => {
    const { clock, installed, due } = install(100);
    clock.advance(60_000);
    assert.equal(installed.look(inKernel(200)).found.remaining, 40);
    assert.deepEqual(due, []);
    clock.advance(40_000);
    assert.equal(installed.look(inKernel(160)).found.remaining, 0);
    assert.equal(due.length, 1);
  });

  it('have the time the kernel gives them once a report has come', () => {
    const { clock, installed } = install(100);
    clock.advance(60_000);
    // Reported 10 s ago.
    assert.equal(installed.look(inKernel(250)).found.remaining, 250);
    clock.advance(60_000);
    assert.equal(installed.look(inKernel(190)).found.remaining, 190);
  });

  it('never have more than the kernel gives them', () => {
    const { installed } = install(100);
    assert.equal(installed.look(inKernel(20)).found.remaining, 20);
  });

  it('keep what the kernel has no room for', () => {
    const { installed } = install(100);
    assert.equal(installed.look(inKernel(260)).row, ROW);
    installed.forget('p1', GROUP);
    assert.equal(installed.look(inKernel(260)).row, undefined);
  });
});

const entry = { index: 2, dev: 'br0', port: 'p1', state: 'temp', flags: [], timer: '   0.00' };

interface MdbCase {
  readonly what: string;
  readonly mdb: readonly object[];
  readonly expected: readonly Partial<Membership>[];
}

const MDB: readonly MdbCase[] = [
  {
    what: 'any source',
    mdb: [{ ...entry, grp: GROUP, filter_mode: 'exclude', timer: ' 259.98' }],
    expected: [{ filterMode: 'exclude', sources: [], remaining: 259.98 }],
  },
  {
    what: 'what an operator has entered',
    mdb: [{ ...entry, grp: GROUP, filter_mode: 'exclude', state: 'permanent' }],
    expected: [{ permanent: true, remaining: undefined }],
  },
  {
    what: 'sources asked for, with the longest of their times',
    mdb: [
      {
        ...entry,
        grp: GROUP,
        filter_mode: 'include',
        source_list: [
          { address: '10.9.9.9', timer: '100.00' },
          { address: '10.9.9.8', timer: '200.00' },
        ],
      },
      { ...entry, grp: GROUP, src: '10.9.9.9', filter_mode: 'include' },
    ],
    expected: [{ filterMode: 'include', sources: ['10.9.9.8', '10.9.9.9'], remaining: 200 }],
  },
  {
    what: 'sources excluded, without those that somebody asked for',
    mdb: [
      {
        ...entry,
        grp: GROUP,
        filter_mode: 'exclude',
        timer: '50.00',
        source_list: [
          { address: '10.9.9.9', timer: '0.00' },
          { address: '10.9.9.8', timer: '200.00' },
        ],
      },
    ],
    expected: [{ filterMode: 'exclude', sources: ['10.9.9.9'], remaining: 50 }],
  },
  {
    what: 'a source entered alone',
    mdb: [{ ...entry, grp: GROUP, src: '10.9.9.9', state: 'permanent' }],
    expected: [{ filterMode: 'include', sources: ['10.9.9.9'], permanent: true }],
  },
  {
    what: 'nothing of the bridge itself',
    mdb: [{ ...entry, port: 'br0', grp: 'ff02::6a' }],
    expected: [],
  },
];

describe('bridge plane: reads in the multicast database', () => {
  for (const { what, mdb, expected } of MDB) {
    it(what, () => {
      const found = membershipsFrom(JSON.stringify([{ mdb, router: {} }]), 'br0');
      assert.equal(found.length, expected.length);
      for (const [index, membership] of found.entries()) {
        assert.deepEqual({ ...membership, ...expected[index] }, membership);
      }
    });
  }

  it('nothing where there is none', () => {
    assert.deepEqual(membershipsFrom('', 'br0'), []);
  });
});
