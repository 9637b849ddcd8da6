/** Entries that meet others with the same key, and the way back (sami:combine). */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Branch } from '../../../src/data/index.ts';
import { CombineMemory, combineEntries, separateEntries } from '../../../src/sami/index.ts';
import type { ContainerNode, ListNode } from '../../../src/yang/index.ts';
import { compileInline } from '../../support/inline-modules.ts';
import { fromPlain, toPlain } from '../../support/plain-data.ts';
import type { Plain } from '../../support/plain-data.ts';

const MODULE = `module combining {
  yang-version 1.1; namespace "urn:combining"; prefix c;
  import sami { prefix sami; }
  container top { list entry {
    key "name";
    leaf name { type string; }
    leaf packets { type uint64; sami:combine "add"; }
    leaf count { type uint32; sami:combine "add"; }
    leaf lifetime { type uint32; sami:combine "max"; }
    leaf state { type string; }
    leaf-list tag { type string; }
    leaf port { type string; sami:local; }
    container rates { leaf octets { type uint64; sami:combine "add"; } }
    container gate { presence "on"; leaf opened { type uint32; sami:combine "add"; } }
    list value { key "index"; leaf index { type uint8; }
      leaf sum { type uint64; sami:combine "add"; }
      leaf last { type string; }
      container deep { list inner { key "k"; leaf k { type string; }
        leaf n { type uint32; sami:combine "add"; } } }
    }
    list rule { key "name"; ordered-by user; leaf name { type string; } leaf n { type uint32; } }
  } }
}`;

const top = compileInline({ combining: MODULE }).root.dataChild('urn:combining', 'top');
const list = (top as ContainerNode).dataChild('urn:combining', 'entry') as ListNode;
const entry = (plain: Plain): Branch => fromPlain(list, { name: 'e', ...plain });
const bare = (row: Branch): Plain => {
  const { name, ...rest } = toPlain(row);
  assert.equal(name, 'e');
  return rest;
};

/** Traffic between the arrival and the way back is what turns `result` into `current`. */
interface Row {
  readonly what: string;
  readonly present: Plain;
  readonly arriving: Plain;
  readonly result: Plain;
  readonly current?: Plain;
  readonly separated: Plain;
}

const BIG = 2n ** 64n;

const ROWS: readonly Row[] = [
  {
    what: 'sums add, and what traffic added stays',
    present: { packets: 100 },
    arriving: { packets: 50 },
    result: { packets: 150 },
    current: { packets: 170 },
    separated: { packets: 120 },
  },
  {
    what: 'sums of 64 bits are exact',
    present: { packets: 2n ** 60n },
    arriving: { packets: 2n ** 61n + 1n },
    result: { packets: 2n ** 60n + 2n ** 61n + 1n },
    current: { packets: 2n ** 60n + 2n ** 61n + 8n },
    separated: { packets: 2n ** 60n + 7n },
  },
  {
    what: 'sums of 64 bits wrap and unwrap (RFC 6991, counter64)',
    present: { packets: BIG - 3n },
    arriving: { packets: 5 },
    result: { packets: 2 },
    current: { packets: 3 },
    separated: { packets: BIG - 2n },
  },
  {
    what: 'counts of less than 64 bits stop at their end, and what could not be added is not taken away',
    present: { count: 0xffff_fff0 },
    arriving: { count: 100 },
    result: { count: 0xffff_ffff },
    separated: { count: 0xffff_fff0 },
  },
  {
    what: 'a count that has fallen below what was added ends at 0',
    present: { count: 30 },
    arriving: { count: 20 },
    result: { count: 50 },
    current: { count: 5 },
    separated: { count: 0 },
  },
  {
    what: 'the longer time stays, and the earlier one comes back',
    present: { lifetime: 30 },
    arriving: { lifetime: 60 },
    result: { lifetime: 60 },
    separated: { lifetime: 30 },
  },
  {
    what: 'a time that has changed since stays',
    present: { lifetime: 30 },
    arriving: { lifetime: 60 },
    result: { lifetime: 60 },
    current: { lifetime: 55 },
    separated: { lifetime: 55 },
  },
  {
    what: 'what replaces is replaced again',
    present: { state: 'old', tag: ['a'] },
    arriving: { state: 'new', tag: ['b', 'c'] },
    result: { state: 'new', tag: ['b', 'c'] },
    separated: { state: 'old', tag: ['a'] },
  },
  {
    what: 'what replaced and has changed since stays',
    present: { state: 'old' },
    arriving: { state: 'new' },
    result: { state: 'new' },
    current: { state: 'newer', tag: ['x'] },
    separated: { state: 'newer', tag: ['x'] },
  },
  {
    what: 'what only the present entry has goes when it replaces, and comes back',
    present: { state: 'old', packets: 1, lifetime: 5 },
    arriving: {},
    result: { packets: 1, lifetime: 5 },
    separated: { state: 'old', packets: 1, lifetime: 5 },
  },
  {
    what: 'what is local stays',
    present: { port: 'swp1' },
    arriving: {},
    result: { port: 'swp1' },
    separated: { port: 'swp1' },
  },
  {
    what: 'what only the arriving entry has comes and goes',
    present: {},
    arriving: { packets: 5, state: 'new', rates: { octets: 9 }, gate: { opened: 1 } },
    result: { packets: 5, state: 'new', rates: { octets: 9 }, gate: { opened: 1 } },
    separated: {},
  },
  {
    what: 'a sum that only the arriving entry had leaves what traffic added',
    present: {},
    arriving: { packets: 5, rates: { octets: 9 } },
    result: { packets: 5, rates: { octets: 9 } },
    current: { packets: 7, rates: { octets: 19 } },
    separated: { packets: 2, rates: { octets: 10 } },
  },
  {
    what: 'containers combine leaf by leaf',
    present: { rates: { octets: 1 } },
    arriving: { rates: { octets: 2 } },
    result: { rates: { octets: 3 } },
    current: { rates: { octets: 4 } },
    separated: { rates: { octets: 2 } },
  },
  {
    what: 'sums in a container that does not arrive stay',
    present: { rates: { octets: 1 } },
    arriving: {},
    result: { rates: { octets: 1 } },
    separated: { rates: { octets: 1 } },
  },
  {
    what: 'a presence container is what arrives',
    present: { gate: { opened: 1 } },
    arriving: {},
    result: {},
    separated: { gate: { opened: 1 } },
  },
  {
    what: 'nested lists combine by key at any depth: what is in one only stays',
    present: {
      value: [
        { index: 1, sum: 10, last: 'a' },
        { index: 2, sum: 5, deep: { inner: [{ k: 'x', n: 1 }] } },
      ],
    },
    arriving: {
      value: [
        {
          index: 2,
          sum: 7,
          deep: {
            inner: [
              { k: 'x', n: 2 },
              { k: 'y', n: 3 },
            ],
          },
        },
        { index: 3, sum: 1 },
      ],
    },
    result: {
      value: [
        { index: 1, sum: 10, last: 'a' },
        {
          index: 2,
          sum: 12,
          deep: {
            inner: [
              { k: 'x', n: 3 },
              { k: 'y', n: 3 },
            ],
          },
        },
        { index: 3, sum: 1 },
      ],
    },
    current: {
      value: [
        { index: 1, sum: 11, last: 'b' },
        {
          index: 2,
          sum: 20,
          deep: {
            inner: [
              { k: 'x', n: 4 },
              { k: 'y', n: 3 },
            ],
          },
        },
        { index: 3, sum: 1 },
        { index: 4, sum: 1 },
      ],
    },
    separated: {
      value: [
        { index: 1, sum: 11, last: 'b' },
        { index: 2, sum: 13, deep: { inner: [{ k: 'x', n: 2 }] } },
        { index: 4, sum: 1 },
      ],
    },
  },
  {
    what: 'a list that the user orders is replaced as a whole',
    present: { rule: [{ name: 'a', n: 1 }] },
    arriving: {
      rule: [
        { name: 'b', n: 1 },
        { name: 'a', n: 2 },
      ],
    },
    result: {
      rule: [
        { name: 'b', n: 1 },
        { name: 'a', n: 2 },
      ],
    },
    separated: { rule: [{ name: 'a', n: 1 }] },
  },
];

describe('an entry that meets one with the same key', () => {
  for (const { what, present, arriving, result, current, separated } of ROWS) {
    it(what, () => {
      const before = entry(present);
      const made = combineEntries(before, entry(arriving));
      assert.deepEqual(bare(made), result);
      const now = current ? entry(current) : made;
      assert.deepEqual(bare(separateEntries(now, before, made)), separated);
    });
  }
});

const amount = fc.oneof(fc.nat(1000), fc.bigInt({ min: 2n ** 53n, max: 2n ** 61n }));
const values = fc.dictionary(fc.constantFrom('1', '2', '3', '4'), amount);
const arbitraryEntry = fc.record(
  { packets: amount, octets: amount, count: fc.nat(1_000_000), values },
  { requiredKeys: ['values'] },
);
type Random = { packets?: number | bigint; octets?: number | bigint; count?: number } & {
  values: Record<string, number | bigint>;
};

function build({ octets, values: sums, ...leaves }: Random): Branch {
  const value = Object.entries(sums).map(([index, sum]) => ({ index: Number(index), sum }));
  return entry({
    ...leaves,
    ...(octets === undefined ? {} : { rates: { octets } }),
    ...(value.length > 0 ? { value } : {}),
  });
}

const plus = (a: number | bigint = 0, b: number | bigint = 0): bigint => BigInt(a) + BigInt(b);

/** Sums by place; what is not there is 0. */
function sums(row: Branch): Readonly<Record<string, bigint>> {
  const plain = toPlain(row) as {
    packets?: bigint;
    count?: bigint;
    rates?: { octets?: bigint };
    value?: readonly { index: number; sum?: bigint }[];
  };
  return {
    packets: plus(plain.packets),
    count: plus(plain.count),
    octets: plus(plain.rates?.octets),
    ...Object.fromEntries((plain.value ?? []).map(({ index, sum }) => [index, plus(sum)])),
  };
}

describe('combining and separating', () => {
  it('gives back the original with what traffic added, whatever the entries are', () => {
    fc.assert(
      fc.property(arbitraryEntry, arbitraryEntry, arbitraryEntry, (original, arriving, traffic) => {
        const before = build(original);
        const made = combineEntries(before, build(arriving));
        // Traffic adds to the sums that there are, and brings values of its own under other keys.
        const met = Object.fromEntries(
          Object.entries((traffic as Random).values).map(([index, sum]) => [
            index in original.values || !(index in arriving.values) ? index : `${index}0`,
            sum,
          ]),
        );
        const added = build({ ...(traffic as Random), values: met });
        const rest = sums(separateEntries(combineEntries(made, added), before, made));
        const expected = sums(combineEntries(before, added));
        assert.deepEqual(rest, expected);
      }),
    );
  });

  it('is nothing without traffic, at any depth', () => {
    fc.assert(
      fc.property(arbitraryEntry, arbitraryEntry, (original, arriving) => {
        const before = build(original);
        const made = combineEntries(before, build(arriving));
        assert.deepEqual(sums(separateEntries(made, before, made)), sums(before));
      }),
    );
  });
});

describe('the memory of combined entries', () => {
  const own = entry({ packets: 100, state: 'own' });
  const arriving = entry({ packets: 50, state: 'new' });

  it('takes away exactly what an entry added', () => {
    const memory = new CombineMemory();
    assert.deepEqual(bare(memory.arrive(arriving, own)), { packets: 150, state: 'new' });
    const rest = memory.depart(arriving, entry({ packets: 170, state: 'new' }));
    assert.deepEqual(rest && bare(rest), { packets: 120, state: 'own' });
    assert.equal(memory.size, 0);
  });

  it('removes an entry that met none, whatever traffic has made of it, and keeps nothing for it', () => {
    const memory = new CombineMemory();
    assert.equal(memory.arrive(arriving, undefined), arriving);
    assert.equal(memory.size, 0);
    assert.equal(memory.depart(arriving, entry({ packets: 99 })), undefined);
  });

  it('has nothing to take away from an entry that has run out', () => {
    const memory = new CombineMemory();
    memory.arrive(arriving, own);
    assert.equal(memory.depart(arriving, undefined), undefined);
  });

  it('replaces what an entry added when it arrives anew, as often as that is', () => {
    const memory = new CombineMemory();
    let current = memory.arrive(arriving, own);
    let last = arriving;
    for (const packets of [60, 70]) {
      const next = entry({ packets, state: 'new' });
      current = memory.change(last, next, current);
      last = next;
    }
    assert.deepEqual(bare(current), { packets: 170, state: 'new' });
    const rest = memory.depart(last, current);
    assert.deepEqual(rest && bare(rest), { packets: 100, state: 'own' });
  });

  it('keeps what traffic added to an entry that met none when it arrives anew', () => {
    const memory = new CombineMemory();
    memory.arrive(arriving, undefined);
    const later = entry({ packets: 55, state: 'new' });
    const once = memory.change(arriving, later, entry({ packets: 52, state: 'new' }));
    assert.deepEqual(bare(once), { packets: 57, state: 'new' });
    const twice = memory.change(later, arriving, once);
    assert.deepEqual(bare(twice), { packets: 52, state: 'new' });
    assert.equal(memory.depart(arriving, twice), undefined);
  });

  it('begins anew with an entry that has run out and arrives anew', () => {
    const memory = new CombineMemory();
    memory.arrive(arriving, own);
    const later = entry({ packets: 55 });
    assert.equal(memory.change(arriving, later, undefined), later);
    assert.equal(memory.depart(later, entry({ packets: 56 })), undefined);
  });

  it('knows nothing any more once entries have settled', () => {
    const memory = new CombineMemory();
    memory.arrive(arriving, own);
    memory.settle();
    assert.equal(memory.size, 0);
  });

  it('knows nothing any more once a staged memory that forgot is committed', () => {
    const memory = new CombineMemory();
    memory.arrive(arriving, own);
    const stage = memory.stage();
    stage.settle();
    assert.equal(stage.depart(arriving, own), undefined);
    assert.equal(memory.size, 1);
    stage.commit();
    assert.equal(memory.size, 0);
  });

  it('changes by what was staged when that is committed, and not before', () => {
    const memory = new CombineMemory();
    const stage = memory.stage();
    const made = stage.arrive(arriving, own);
    assert.equal(memory.size, 0);
    stage.commit();
    assert.equal(memory.size, 1);
    const back = memory.stage();
    assert.deepEqual(bare(back.depart(arriving, made) as Branch), { packets: 100, state: 'own' });
    assert.equal(back.depart(arriving, made), undefined, 'departed once, staged');
    assert.equal(memory.size, 1);
    back.commit();
    assert.equal(memory.size, 0);
  });
});
