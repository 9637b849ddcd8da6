/** Output: while it arrives, by the schema or without, warnings; and what is kept of a device. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFileModuleCache } from '../../../../../client/cli/netconf/schema/module-cache.ts';
import { withTemporaryDirectory } from '../../../../support/temporary-directory.ts';
import { ConsoleBench } from './console-run.ts';

const NAME = ['--get-config', '/shop/name'];

describe('output of sami netconf', () => {
  it('prints a reply while it arrives, and not only at its end', async () => {
    await using bench = await ConsoleBench.start();
    const items = Array.from(
      { length: 3000 },
      (_, at) => `<item><name>n${at}</name><kind>k</kind></item>`,
    );
    const file = bench.file('many.xml', `<shop xmlns="urn:shop">${items.join('')}</shop>`);
    await bench.run('operator@bench', '--edit-config', file, '--commit');
    const pieces: number[] = [];
    const running = bench.start(['operator@bench', '--get-config']);
    running.onText = (text) => void pieces.push(text.length);
    const { out } = await running.ended;
    assert.match(out, /n0<[^]*n2999</);
    assert.ok(pieces.length > 1, `${pieces.length} pieces`);
    // Whole lines.
    assert.match(out, /<\/data>\n$/);
    const collected: number[] = [];
    const json = bench.start(['operator@bench', '--json', '--get-config']);
    json.onText = (text) => void collected.push(text.length);
    await json.ended;
    assert.equal(collected.length, 1, 'JSON needs all of it');
  });

  it('falls back to objects with a warning when data does not fit the schema', async () => {
    await using bench = await ConsoleBench.start();
    // The device is asked for something else than what the console takes the reply for.
    const rpc =
      '<get-schema xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"><identifier>shop</identifier></get-schema>';
    const file = bench.file('rpc.xml', rpc);
    const { code, out, err } = await bench.run('operator@bench', '--json', '--rpc', file);
    assert.equal(code, 0);
    assert.match(out, /module shop \{/);
    const isLost = /^sami: not by the schema, because /.test(err);
    assert.equal(/"ietf-netconf-monitoring:output"/.test(out), !isLost, err);
  });

  const styles = [
    [
      'json',
      /"ietf-restconf:notification": \{\s*"eventTime": "[^"]+",\s*"shop:sold": \{\s*"item": "tea"/,
    ],
    ['paths', /^# \S+\n\/shop:sold\/item=tea\n/m],
    ['objects', /"notification": \{[^]*"item": "tea"/],
    ['compact', /<notification [^\n]*<sold [^\n]*<\/notification>\n/],
    ['xml', /<notification [^]*<sold xmlns="urn:shop">\n\s+<item>tea</],
  ] as const;
  for (const [style, expected] of styles) {
    it(`prints notifications as ${style}`, async () => {
      await using bench = await ConsoleBench.start();
      const running = bench.start(['operator@bench', '--style', style, '--create-subscription']);
      await bench.sell('tea', running, expected);
      bench.abort.abort(new Error('enough'));
      await running.ended;
      assert.match(running.out, expected);
    });
  }

  it('waits for notifications until the subscription ends', async () => {
    await using bench = await ConsoleBench.start();
    const { clock } = bench.fixture;
    const [from = '', to = ''] = [-1000, 1000].map((ms) =>
      new Date(clock.now() + ms).toISOString(),
    );
    const words = ['--create-subscription', '--start-time', from, '--stop-time', to];
    const running = bench.start(['operator@bench', ...words]);
    await bench.sell('tea', running, /<item>tea/);
    assert.doesNotMatch(running.out, /notificationComplete/);
    clock.advance(1000);
    assert.equal((await running.ended).code, 0);
    assert.match(running.out, /<notificationComplete/);
  });

  it('waits for notifications until nobody reads them', async () => {
    await using bench = await ConsoleBench.start();
    const running = bench.start(['operator@bench', '--create-subscription']);
    await bench.sell('tea', running, /tea/);
    bench.readerGone.abort();
    assert.equal((await running.ended).code, 0);
  });

  it('keeps what it knows of a device, until the device changes', async () => {
    await using bench = await ConsoleBench.start();
    const asked = async (): Promise<number> => {
      const before = bench.getSchemas();
      const { code, err } = await bench.run('operator@bench', '--dry', '--set', '/shop/name=a');
      assert.equal(code, 0, err);
      return bench.getSchemas() - before;
    };
    assert.notEqual(await asked(), 0);
    assert.equal(await asked(), 0);
    const folder = join(bench.folder, 'sami', 'netconf');
    const [file = ''] = readdirSync(folder);
    writeFileSync(join(folder, file), 'nonsense');
    assert.notEqual(await asked(), 0, 'a file that makes no sense is as good as none');
    assert.equal(await asked(), 0);
    const text = readFileSync(join(folder, file), 'utf8');
    writeFileSync(
      join(folder, file),
      text.replace(/"key":"[^"]*"/, '"key":"of another content-id"'),
    );
    assert.notEqual(await asked(), 0, 'another content-id is another device');
  });

  it('needs no modules for names that the hello and the library know', async () => {
    await using bench = await ConsoleBench.start();
    const { code } = await bench.run(
      'operator@bench',
      '--get-config',
      '-x',
      '/shop:shop/shop:name',
    );
    assert.equal(code, 0);
    assert.equal(bench.getSchemas(), 0);
    await bench.run('operator@bench', ...NAME);
    assert.notEqual(bench.getSchemas(), 0);
  });

  it('keeps only so many devices', () =>
    withTemporaryDirectory(async (folder) => {
      const cache = createFileModuleCache(folder);
      const content = {
        modules: [],
        texts: [{ name: 'a', revision: undefined, text: 'module a' }],
      };
      for (let device = 0; device < 40; device += 1) await cache.write(`device ${device}`, content);
      assert.equal(readdirSync(folder).length, 32);
      assert.deepEqual((await cache.read('device 39'))?.texts[0]?.text, 'module a');
      assert.equal(await cache.read('device 40'), undefined);
    }));
});
