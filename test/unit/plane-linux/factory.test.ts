/** What `samid --plane linux,…` takes. */
import assert from 'node:assert/strict';
import { linuxFactory } from '../../../server/plane/linux/index.ts';
import { SystemClock } from '../../../src/node/index.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { deviceSchema } from '../../support/simulated-device.ts';

type Given = readonly (readonly [string, readonly string[]])[];

async function open(given: Given): Promise<readonly string[]> {
  const { plane } = await linuxFactory.open(new Map(given), {
    context: deviceSchema(),
    clock: new SystemClock(),
    logger: new RecordingLogger(),
    stateDirectory: '/nonexistent',
  });
  return plane.kinds;
}

describe('Linux data plane: options', () => {
  const KINDS: readonly (readonly [Given, readonly string[]])[] = [
    [[], ['session', 'nat']],
    [[['kind', ['session']]], ['session']],
    [[['kind', ['nat', 'session']]], ['session', 'nat']],
    [[['final-counters', ['0']]], ['session', 'nat']],
  ];
  for (const [given, kinds] of KINDS) {
    it(`serves ${kinds.join(' and ')} with ${JSON.stringify(given)}`, async () => {
      assert.deepEqual(await open(given), kinds);
    });
  }

  const WRONG: readonly (readonly [Given, RegExp])[] = [
    [[['kind', ['nat']]], /kind=session is needed/],
    [[['limit.session', ['many']]], /limit\.session: expected a number/],
    [[['final-counters', ['-1']]], /final-counters: expected a number of sessions, not "-1"/],
  ];
  for (const [given, message] of WRONG) {
    it(`refuses ${JSON.stringify(given)}`, async () => {
      await assert.rejects(async () => open(given), message);
    });
  }
});
