/** The bounded queue: order, fullness, end. */
import assert from 'node:assert/strict';
import { AsyncQueue } from '../../../src/util/index.ts';

async function drain<T>(queue: AsyncQueue<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of queue) items.push(item);
  return items;
}

describe('bounded queue', () => {
  it('refuses what does not fit', async () => {
    const queue = new AsyncQueue<number>({ capacity: 2 });
    assert.deepEqual([queue.push(1), queue.push(2), queue.push(3)], [true, true, false]);
    queue.end();
    assert.deepEqual(await drain(queue), [1, 2]);
  });

  it('drops the oldest when that is its policy, and counts them', async () => {
    const queue = new AsyncQueue<number>({ capacity: 2, whenFull: 'drop-oldest' });
    for (const item of [1, 2, 3, 4]) assert.ok(queue.push(item));
    queue.end();
    assert.deepEqual(await drain(queue), [3, 4]);
    assert.equal(queue.dropped, 2);
  });

  it('makes put wait until there is room', async () => {
    const queue = new AsyncQueue<number>({ capacity: 1 });
    const produced = (async () => {
      for (let item = 0; item < 100; item++) {
        await queue.put(item);
        assert.ok(queue.size <= 1);
      }
      queue.end();
    })();
    assert.deepEqual(
      await drain(queue),
      Array.from({ length: 100 }, (_, item) => item),
    );
    await produced;
  });

  it('gives an item to whoever waits for one', async () => {
    const queue = new AsyncQueue<string>({ capacity: 1 });
    const waiting = queue.next();
    queue.push('a');
    assert.deepEqual(await waiting, { done: false, value: 'a' });
  });

  it('delivers what is queued before the failure', async () => {
    const queue = new AsyncQueue<number>({ capacity: 9 });
    queue.push(1);
    queue.fail(new Error('broken'));
    assert.equal(queue.push(2), false);
    assert.deepEqual(await queue.next(), { done: false, value: 1 });
    await assert.rejects(queue.next(), /broken/);
  });

  it('wakes consumers and producers that wait when it ends', async () => {
    const empty = new AsyncQueue<number>({ capacity: 1 });
    const taking = empty.next();
    empty.end();
    assert.equal((await taking).done, true);
    const full = new AsyncQueue<number>({ capacity: 1 });
    full.push(1);
    const putting = full.put(2);
    full.end();
    assert.equal(await putting, false);
  });

  it('goes on after a loop was left', async () => {
    const queue = new AsyncQueue<number>({ capacity: 9 });
    for (const item of [1, 2, 3]) queue.push(item);
    for await (const item of queue) if (item === 1) break;
    queue.end();
    assert.deepEqual(await drain(queue), [2, 3]);
  });
});
