/** Counters that a session has brought along belong to one life of its entry. */
import assert from 'node:assert/strict';
import {
  CarriedCounters,
  counterValues,
} from '../../../server/plane/linux/accounting/carried-counters.ts';
import { inverse } from '../../../server/plane/linux/conntrack/entry.ts';
import type { Entry } from '../../../server/plane/linux/conntrack/entry.ts';

function entry(port: number, more: Partial<Entry> = {}): Entry {
  const original = {
    source: '10.1.1.1',
    destination: '2001:db8::1',
    sourcePort: port,
    destinationPort: 80,
  };
  return {
    protocol: 6,
    zone: 0,
    original,
    reply: inverse(6, original),
    status: 0,
    info: undefined,
    timeout: 1,
    mark: 0,
    helper: undefined,
    originalCounters: { packets: 1, bytes: 10 },
    replyCounters: { packets: 2, bytes: 20 },
    startedAt: 5n,
    labels: undefined,
    id: 99,
    ...more,
  };
}

describe('Linux data plane: carried counters', () => {
  it('add to what the kernel says, and outlive a file', () => {
    const counters = new CarriedCounters();
    counters.set(entry(1), [100, 1000, 0, 7]);
    assert.deepEqual(counterValues(counters.total(entry(1))), [101, 1010, 2, 27]);
    assert.deepEqual(counterValues(counters.total(entry(2))), [1, 10, 2, 20]);
    const again = new CarriedCounters();
    for (const line of counters.lines()) again.readLine(line.trimEnd());
    again.readLine('no such line');
    assert.deepEqual(counterValues(again.total(entry(1))), [101, 1010, 2, 27]);
    const later = entry(1, { startedAt: 6n });
    assert.deepEqual(counterValues(again.total(later)), [1, 10, 2, 20], 'it knows which life');
    assert.equal(again.size, 0);
  });

  const LIVES: readonly (readonly [string, Partial<Entry>])[] = [
    ['that began at another time', { startedAt: 6n }],
    ['with another number', { id: 98 }],
  ];
  for (const [title, more] of LIVES) {
    it(`are not those of an entry ${title}`, () => {
      const counters = new CarriedCounters();
      counters.set(entry(1), [100, 1000, 0, 7]);
      counters.total(entry(1));
      counters.ended(entry(1, more));
      assert.equal(counters.size, 1, 'news of another life');
      assert.deepEqual(counterValues(counters.total(entry(1, more))), [1, 10, 2, 20]);
      assert.equal(counters.size, 0);
    });
  }

  it('go with the entry, or when a sweep does not see it', () => {
    const counters = new CarriedCounters();
    for (let port = 1; port <= 200; port += 1) counters.set(entry(port), [port, 0, 0, 0]);
    counters.total(entry(1));
    counters.ended(entry(1));
    assert.equal(counters.get(entry(1)), undefined);
    counters.beginSweep();
    counters.total(entry(2));
    counters.set(entry(1), [1, 0, 0, 0]);
    counters.endSweep();
    assert.equal(counters.size, 2);
    assert.deepEqual(counters.get(entry(2)), [2, 0, 0, 0]);
    counters.set(entry(2), [0, 0, 0, 0]);
    assert.equal(counters.size, 1, 'nothing is kept of nothing');
  });

  it('leave an entry without counters without', () => {
    const counters = new CarriedCounters();
    counters.set(entry(1), [100, 1000, 0, 7]);
    const event = entry(1, { originalCounters: undefined, replyCounters: undefined });
    assert.equal(counters.total(event), event);
  });
});
