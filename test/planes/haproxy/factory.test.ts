/** `--plane haproxy,…`. */
import assert from 'node:assert/strict';
import { haproxyFactory } from '../../../server/plane/haproxy/index.ts';
import { silentLogger } from '../../../server/index.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { deviceSchema } from '../../support/simulated-device.ts';

const open = (values: Readonly<Record<string, readonly string[]>>) =>
  haproxyFactory.open(new Map(Object.entries(values)), {
    ...{ context: deviceSchema(), clock: new FakeClock(), logger: silentLogger },
    stateDirectory: '/nowhere',
  });

describe('haproxy plane: options', () => {
  it('serves both kinds, or the one that is named', async () => {
    assert.deepEqual((await open({})).plane.kinds, ['sticky-group', 'sticky']);
    assert.deepEqual((await open({ kind: ['sticky'] })).plane.kinds, ['sticky']);
  });

  it('says that it can write binary keys and arrays only as a peer', async () => {
    const features = async (values: Readonly<Record<string, readonly string[]>>) => {
      const support = await (await open(values)).plane.support();
      return support.find(({ kind }) => kind === 'sticky')?.features ?? [];
    };
    const without = await features({});
    const more = (await features({ peers: ['/p'] })).filter((it) => !without.includes(it));
    assert.deepEqual(more, ['binary', 'arrays']);
  });

  for (const [option, text] of [
    ['table', 'web'],
    ['table', 'a:b:c'],
    ['farm', ':b'],
  ] as const) {
    it(`refuses ${option}=${text}`, () => {
      assert.throws(
        () => void open({ [option]: [text] }),
        new RegExp(`${option}: expected OURS:THEIRS, not "${text}"`),
      );
    });
  }

  it('names the socket when nobody listens there', async () => {
    const { plane } = await open({ socket: ['/nowhere/haproxy.sock'] });
    await assert.rejects(plane.start([]), /HAProxy at \/nowhere\/haproxy.sock: connect ENOENT/);
  });
});
