/**
 * Random commits, traffic, confirmations and rollbacks on a device of tables, against a model that knows
 * nothing of edits: it says what each entry has to be from what arrived and what traffic did.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Plain } from '../../../support/plain-data.ts';
import { FakeDriver } from './fake-driver.ts';
import { TableDevice } from './table-device.ts';

const PATH = 'cumulative-accounting/account';
const VM = { id: 'vm1', address: ['10.0.0.5'] };
const NAMES = ['a', 'b', 'c', 'd'] as const;
type Name = (typeof NAMES)[number];
type Mode = 'learning' | 'standby' | 'frozen';
type Counts = Readonly<Partial<Record<Name, number>>>;

const key = (name: string): Plain => ({
  address: '10.0.0.5',
  direction: 'to-vm',
  'traffic-class': name,
});

const configuration = (mode: Mode, entries: Counts): Plain => ({
  ...VM,
  mode,
  'cumulative-accounting': {
    account: Object.entries(entries).map(([name, packets]) => ({ ...key(name), packets })),
  },
});

type Step =
  /** Becomes the configuration; the mode and all its entries. */
  | { readonly do: 'commit'; readonly mode: Mode; readonly entries: Counts }
  | { readonly do: 'traffic'; readonly name: Name; readonly packets: number }
  | { readonly do: 'expire'; readonly name: Name }
  /** The commits since the last confirmation are confirmed, or taken back. */
  | { readonly do: 'confirm' | 'rollback' };

/** What has to be on the device. */
class Model {
  mode: Mode = 'learning';
  configured: Counts = {};
  /** By name: what is the device's own, traffic included, and what arrived and has not settled. */
  own = new Map<string, number>();
  arrived = new Map<string, number>();
  /** Entries that were not there before they arrived: they leave with what traffic made of them. */
  since = new Set<string>();

  get expected(): Readonly<Record<string, number>> {
    const names = new Set([...this.own.keys(), ...this.arrived.keys()]);
    return Object.fromEntries(
      [...names]
        .sort()
        .map((name) => [name, (this.own.get(name) ?? 0) + (this.arrived.get(name) ?? 0)]),
    );
  }

  commit(mode: Mode, entries: Counts): void {
    const exact = mode === 'standby' || this.mode === 'standby';
    const before = this.configured;
    this.mode = mode;
    this.configured = entries;
    if (exact) {
      this.own.clear();
      this.since = new Set(Object.keys(entries));
      this.arrived = new Map(Object.entries(entries));
      return;
    }
    for (const name of NAMES) this.#change(name, before[name], entries[name]);
  }

  #change(name: Name, before: number | undefined, after: number | undefined): void {
    if (before === after) return;
    if (after !== undefined) {
      const here = this.own.has(name) || this.arrived.has(name);
      if (!here) this.since.add(name);
      this.arrived.set(name, after);
      return;
    }
    if (!this.arrived.has(name)) return;
    this.arrived.delete(name);
    if (this.since.delete(name)) this.own.delete(name);
  }

  traffic(name: Name, packets: number): void {
    this.own.set(name, (this.own.get(name) ?? 0) + packets);
  }

  expire(name: Name): void {
    this.own.delete(name);
    this.arrived.delete(name);
    this.since.delete(name);
  }

  hasRunOut(name: Name): boolean {
    return this.configured[name] !== undefined && !this.arrived.has(name);
  }

  confirm(): void {
    for (const [name, packets] of this.arrived) this.traffic(name as Name, packets);
    this.arrived.clear();
    this.since.clear();
    this.configured = {};
  }
}

const counts = fc.dictionary(fc.constantFrom(...NAMES), fc.integer({ min: 1, max: 50 }));
const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      mode: fc.constantFrom<Mode>('learning', 'learning', 'learning', 'standby', 'frozen'),
      entries: counts,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('traffic' as const),
      name: fc.constantFrom(...NAMES),
      packets: fc.integer({ min: 1, max: 9 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('expire' as const), name: fc.constantFrom(...NAMES) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('confirm' as const, 'rollback' as const) }),
  },
);

function onDevice(device: TableDevice): Readonly<Record<string, unknown>> {
  const rows = device.driver.rows(device.table(PATH));
  const packets = rows.map((row) => [String(row['traffic-class']), row['packets']] as const);
  return Object.fromEntries(packets.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Traffic adds to what the device has; where a VM is in standby or frozen there is none. */
function pass(device: TableDevice, name: string, packets: number): void {
  const row = device.driver.rows(device.table(PATH)).find((each) => each['traffic-class'] === name);
  device.traffic(PATH, key(name), { packets: Number(row?.['packets'] ?? 0) + packets });
}

async function run(steps: readonly Step[]): Promise<void> {
  const model = new Model();
  await using device = await TableDevice.start(new FakeDriver(['cumulative-accounting']), VM);
  let confirmed: Plain = VM;
  let backup: { readonly mode: Mode; readonly entries: Counts } = { mode: 'learning', entries: {} };
  for (const step of steps) {
    switch (step.do) {
      case 'commit':
        model.commit(step.mode, step.entries);
        await device.commit(configuration(step.mode, step.entries));
        break;
      case 'traffic':
        // What comes anew in the place of an entry that arrived and ran out looks like that entry.
        if (model.mode !== 'learning' || model.hasRunOut(step.name)) break;
        model.traffic(step.name, step.packets);
        pass(device, step.name, step.packets);
        break;
      case 'expire':
        if (model.mode !== 'learning') break;
        model.expire(step.name);
        device.traffic(PATH, key(step.name), undefined);
        break;
      case 'confirm':
        backup = { mode: model.mode, entries: model.mode === 'standby' ? model.configured : {} };
        if (model.mode !== 'standby') {
          model.confirm();
          await device.settle();
        }
        confirmed = configuration(backup.mode, backup.entries);
        break;
      case 'rollback':
        model.commit(backup.mode, backup.entries);
        await device.commit(confirmed);
        break;
    }
    assert.deepEqual(onDevice(device), model.expected, `after ${JSON.stringify(step)}`);
    const read = await device.rows(PATH);
    assert.equal(read.length, Object.keys(model.expected).length);
    const { entries } = await device.state('cumulative-accounting');
    if (model.mode !== 'learning') assert.equal(entries, read.length);
  }
}

describe('any sequence of commits, traffic, confirmations and rollbacks', () => {
  it('leaves on a device of tables what the model says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stepArbitrary, { minLength: 1, maxLength: 14 }), run),
      { numRuns: 300 },
    );
  });
});
