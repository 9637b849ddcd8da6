/** How often tables are looked at: a look that takes long leaves the device most of its time. */
import assert from 'node:assert/strict';
import { Poller } from '../../../../server/plane/kit/poller.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

/** A poller every 500 ms on a clock of its own, whose polls take `duration` of it. */
class Watched {
  readonly clock = new FakeClock(0);
  readonly starts: number[] = [];
  duration: number;
  underWay = 0;
  most = 0;
  readonly poller: Poller;

  constructor(duration: number) {
    this.duration = duration;
    this.poller = new Poller(this.clock, 500, () => this.#poll());
    this.poller.start();
  }

  #poll(): Promise<void> {
    this.starts.push(this.clock.now());
    this.underWay += 1;
    this.most = Math.max(this.most, this.underWay);
    return new Promise((resolve) => {
      this.clock.setTimer(this.duration, () => {
        this.underWay -= 1;
        resolve();
      });
    });
  }

  /** Lets time pass in small steps, and what follows from each come to its end. */
  async pass(ms: number, during: () => void = () => undefined): Promise<void> {
    for (let passed = 0; passed < ms; passed += 100) {
      this.clock.advance(100);
      during();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

describe('polling the tables of a VM', () => {
  for (const { name, duration, hurried, starts } of [
    {
      name: 'every 500 ms when a look takes little (control)',
      duration: 100,
      hurried: false,
      starts: [500, 1_100, 1_700, 2_300, 2_900],
    },
    {
      name: 'rests four times as long as a look takes',
      duration: 300,
      hurried: false,
      starts: [500, 2_000],
    },
    { name: 'never twice at the same time', duration: 2_000, hurried: false, starts: [500] },
    {
      name: 'looks at once when there is news and a look takes little (control)',
      duration: 100,
      hurried: true,
      starts: Array.from({ length: 30 }, (_, index) => 100 * (index + 1)),
    },
    {
      name: 'rests also when the device tells of news all the time',
      duration: 300,
      hurried: true,
      starts: [100, 1_600],
    },
  ] as const) {
    it(name, async () => {
      const watched = new Watched(duration);
      await watched.pass(3_000, () => {
        if (hurried) watched.poller.hurry();
      });
      assert.deepEqual(watched.starts, starts);
      assert.equal(watched.most, 1);
      watched.poller.stop();
    });
  }

  it('is as quick as before once looks take little again', async () => {
    const watched = new Watched(300);
    await watched.pass(1_000);
    watched.duration = 100;
    await watched.pass(2_500);
    watched.poller.stop();
    assert.deepEqual(watched.starts, [500, 2_000, 2_600, 3_200]);
  });
});
