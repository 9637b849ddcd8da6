/** `samid --plane simulated,…`: what the options make, and what is said of wrong ones. */
import assert from 'node:assert/strict';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenPlane } from '../../../server/plane/factory.ts';
import { simulatedFactory } from '../../../server/plane/simulated/index.ts';
import { kindsOf } from '../../../src/sami/index.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { deviceSchema, vmNode } from '../../support/simulated-device.ts';
import { withTemporaryDirectory } from '../../support/temporary-directory.ts';

function open(
  stateDirectory: string,
  options: Readonly<Record<string, readonly string[]>>,
): Promise<OpenPlane> {
  return simulatedFactory.open(new Map(Object.entries(options)), {
    context: deviceSchema(),
    clock: new FakeClock(),
    logger: new RecordingLogger(),
    stateDirectory,
  });
}

describe('the options of the simulated plane', () => {
  it('make it serve some kinds, with limits, and take packets', () =>
    withTemporaryDirectory(async (folder) => {
      const policy = join(folder, 'policy.json');
      await writeFile(policy, '{ "defaultAction": "accept" }');
      const socket = join(folder, 'packets');
      const opened = await open(folder, {
        kind: ['session', 'nat'],
        'limit.session': ['5'],
        policy: [policy],
        'packet-socket': [socket],
      });
      const { plane } = opened;
      await plane.start([]);
      assert.deepEqual(plane.kinds, ['session', 'nat']);
      const support = await plane.support();
      assert.deepEqual(
        support.map(({ kind, limit }) => [kind, limit]),
        [
          ['session', 5n],
          ['nat', undefined],
        ],
      );
      await access(socket);
      await plane.close();
      await opened.close?.();
      await assert.rejects(access(socket));
      await access(join(folder, 'simulated-plane.state'));
    }));

  it('serve every kind that the schema has when none is named', () =>
    withTemporaryDirectory(async (folder) => {
      const { plane } = await open(folder, {});
      const kinds = kindsOf(vmNode()).map(({ name }) => name);
      assert.deepEqual(plane.kinds, kinds);
      const features = (await plane.support()).filter((one) => one.features.length === 0);
      assert.deepEqual(features, [], 'and each has features');
      await plane.close();
    }));

  const bad: readonly { name: string; option: string; content?: string; message: RegExp }[] = [
    { name: 'a policy file that is not there', option: 'policy', message: /^policy ".*": ENOENT/ },
    {
      name: 'a policy file that is no JSON',
      option: 'policy',
      content: 'yes',
      message: /^policy ".*": .*JSON/,
    },
    {
      name: 'a policy with an unknown member',
      option: 'policy',
      content: '{ "polcy": 1 }',
      message: /^policy ".*": a policy has no "polcy"/,
    },
  ];
  for (const { name, option, content, message } of bad) {
    it(`refuses ${name}`, () =>
      withTemporaryDirectory(async (folder) => {
        const path = join(folder, 'file');
        if (content !== undefined) await writeFile(path, content);
        await assert.rejects(open(folder, { [option]: [path] }), { message });
      }));
  }

  it('refuses a packet socket where none can be, and names the option', () =>
    withTemporaryDirectory(async (folder) => {
      const path = join(folder, 'directory', 'packets');
      await assert.rejects(
        open(folder, { 'packet-socket': [path] }),
        /^Error: packet-socket ".*packets"/,
      );
      await mkdir(join(folder, 'directory'));
    }));
});
