/** `examples/embed`: the firmware, asked by a real client over SSH. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connectNetconf } from '../../client/index.ts';
import type { NetconfClient } from '../../client/index.ts';
import { RpcErrorException } from '../../src/error/index.ts';
import { plain } from '../support/server-fixture.ts';
import { Process, Site } from '../support/processes.ts';
import { packageRoot } from '../support/tools.ts';

const NS = 'xmlns="urn:example:irrigation"';
const config = (beds: string): string => `<irrigation ${NS}>${beds}</irrigation>`;
const bed = (name: string, valve: number, wanted = 40): string =>
  `<bed><name>${name}</name><valve>${valve}</valve><wanted>${wanted}</wanted></bed>`;

class Firmware implements AsyncDisposable {
  readonly #process: Process;
  readonly client: NetconfClient;

  private constructor(process: Process, client: NetconfClient) {
    this.#process = process;
    this.client = client;
  }

  static async start(site: Site): Promise<Firmware> {
    const file = join(packageRoot(), 'dist/examples/embed/firmware.js');
    const state = join(site.folder, 'state');
    const process_ = new Process([process.execPath, file, '0', state]);
    const { stdout } = process_.child;
    assert.ok(stdout);
    const line = await Promise.race([
      new Promise<string>((resolve) => createInterface({ input: stdout }).once('line', resolve)),
      process_.ended.then(({ stderr }) => Promise.reject(new Error(stderr))),
    ]);
    const [, port = '', fingerprint = ''] = /:(\d+), host key (\S+)$/.exec(line) ?? [];
    const client = await connectNetconf({
      host: '127.0.0.1',
      port: Number(port),
      username: 'gardener',
      password: 'secret',
      hostKey: { kind: 'fingerprint', fingerprint },
    });
    return new Firmware(process_, client);
  }

  async edit(content: string): Promise<void> {
    await this.client.editConfig({ target: 'running', config: config(content) });
  }

  async state(name: string): Promise<string> {
    const content = config(`<bed><name>${name}</name><moisture/><open/></bed>`);
    return plain(await this.client.get({ filter: { type: 'subtree', content } }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.abort();
    assert.equal((await this.#process.kill('SIGTERM')).code, 0);
  }
}

describe('the firmware of examples/embed', function () {
  this.timeout(30_000);

  it('has fewer than 100 lines', async () => {
    const text = await readFile(join(packageRoot(), 'examples/embed/firmware.ts'), 'utf8');
    assert.ok(text.split('\n').length <= 100, String(text.split('\n').length));
  });

  it('serves its data plane, state, rpc, action and notification, and keeps its configuration', async () => {
    await using site = await Site.open();
    {
      await using firmware = await Firmware.start(site);
      const { client } = firmware;
      const events = await client.subscribeEvents();
      await firmware.edit(bed('north', 1) + bed('wet', 2, 20));

      // Notification: the bed that is too dry, and only that.
      for await (const { element: content } of events) {
        if (content.local !== 'dry') continue;
        assert.equal(plain(content), '<dry><bed>north</bed><moisture>25</moisture></dry>');
        break;
      }

      // State beside the configuration.
      assert.match(await firmware.state('north'), /<moisture>25<\/moisture><open>true<\/open>/);
      assert.match(await firmware.state('wet'), /<moisture>25<\/moisture><open>false<\/open>/);

      // Action, with and without the default of its input.
      const water = async (name: string, input: string): Promise<string> => {
        const action = config(`<bed><name>${name}</name><water>${input}</water></bed>`);
        return (await client.action(action)).map(plain).join('');
      };
      assert.equal(await water('north', ''), '<litres>7.5</litres>');
      assert.match(await firmware.state('north'), /<moisture>55<\/moisture>/);
      assert.equal(await water('wet', '<seconds>4</seconds>'), '<litres>1.0</litres>');
      await assert.rejects(water('none', ''), /does not exist/);

      // RPC.
      const closed = await client.rpc({ namespace: 'urn:example:irrigation', name: 'close-all' });
      assert.deepEqual(closed.map(plain), ['<closed>1</closed>']);
      assert.match(await firmware.state('north'), /<open>false<\/open>/);

      // The data plane refuses what it cannot do; nothing changes then.
      const refusals: readonly (readonly [string, RegExp])[] = [
        [bed('south', 1), /two beds share a valve/],
        [bed('south', 5), /the board has 4 valves/],
      ];
      for (const [content, reason] of refusals) {
        const error = await firmware.edit(content).catch((thrown: unknown) => thrown);
        assert.ok(error instanceof RpcErrorException, String(error));
        assert.match(error.message, reason);
      }
      assert.doesNotMatch(plain(await client.getConfig({ source: 'running' })), /south/);
    }
    await using again = await Firmware.start(site);
    assert.match(await again.state('north'), /<moisture>25<\/moisture><open>true<\/open>/);
  });
});
