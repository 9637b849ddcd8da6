/** `npm run bundle`: the single file serves by itself, far from the package. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { MODULE_SET_FILTER, decodeModuleSet } from '../../client/module-set.ts';
import { connectNetconf } from '../../client/index.ts';
import { PASSWORD, Process, Site, USER } from '../support/processes.ts';
import { packageRoot } from '../support/tools.ts';

type Bundle = (target: string, root: string) => Promise<number>;

describe('the server as a single file', function () {
  this.timeout(120_000);

  it('serves a session, and has all modules and planes inside', async () => {
    await using site = await Site.open();
    // Its users file is what a device of the site has.
    const other = await site.start('other');
    const script = pathToFileURL(join(packageRoot(), 'scripts/bundle.mjs')).href;
    const { bundle } = (await import(script)) as { readonly bundle: Bundle };
    const file = join(site.folder, 'samid.mjs');
    await bundle(file, packageRoot());

    const bundled = new Process(
      [
        ...[process.execPath, file, '--listen', '127.0.0.1:0', '--plane', 'simulated'],
        ...['--state-dir', join(site.folder, 'bundled')],
        ...['--users', join(site.folder, 'users.json')],
      ] as [string, ...string[]],
      {},
      site.folder,
    );
    try {
      const { stdout } = bundled.child;
      assert.ok(stdout);
      const line = await Promise.race([
        new Promise<string>((resolve) => createInterface({ input: stdout }).once('line', resolve)),
        bundled.ended.then(({ stderr }) => Promise.reject(new Error(stderr))),
      ]);
      const [, port = '', fingerprint = ''] = /:(\d+), host key (\S+)$/.exec(line) ?? [];
      await using client = await connectNetconf({
        host: '127.0.0.1',
        port: Number(port),
        username: USER,
        password: PASSWORD,
        hostKey: { kind: 'fingerprint', fingerprint },
      });
      const unbundled = await other.client();
      assert.deepEqual([...client.capabilities], [...unbundled.capabilities]);

      const filter = { type: 'subtree', content: MODULE_SET_FILTER } as const;
      const modules = decodeModuleSet(await client.get({ filter }));
      assert.ok(modules.length > 20, String(modules.length));
      const sources = modules.map(({ name, revision }) =>
        client.getSchema({ identifier: name, version: revision }),
      );
      for (const [index, text] of (await Promise.all(sources)).entries()) {
        assert.match(text, new RegExp(`module ${modules[index]?.name ?? '?'} `));
      }
    } finally {
      const { code, stderr } = await bundled.kill('SIGTERM');
      assert.equal(code, 0, stderr);
    }
  });
});
