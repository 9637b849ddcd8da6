/** The examples do what they say. They import the package by its own name. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fullVm } from '../e2e/process/full-vm.ts';
import { PASSWORD, Process, Site, USER, runSami } from '../support/processes.ts';
import { packageRoot } from '../support/tools.ts';

const EXAMPLES = join(packageRoot(), 'examples');

/** An example, compiled. */
function start(name: string, args: readonly string[], environment = {}): Process {
  const file = join(packageRoot(), 'dist/examples', `${name}.js`);
  return new Process([process.execPath, file, ...args], environment);
}

describe('examples', function () {
  this.timeout(30_000);

  it('yang-tree prints the tree of a module', async () => {
    const { code, stdout } = await start('yang-tree', [join(EXAMPLES, 'greenhouse.yang')]).ended;
    assert.equal(code, 0);
    assert.match(stdout, /^module: greenhouse\n {2}\+--rw greenhouse\n {5}\+--rw bed\* \[name\]\n/);
  });

  it('yang-tree says what is wrong with a module, and where', async () => {
    await using site = await Site.open();
    const file = join(site.folder, 'broken.yang');
    await writeFile(file, 'module broken {\n  namespace "urn:b"; prefix b;\n  leaf x;\n}\n');
    const { code, stdout, stderr } = await start('yang-tree', [file]).ended;
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /broken\.yang:3:\d+.*type/);
  });

  it('heater prints its configuration and state, and what is wrong with a value', async () => {
    const { code, stdout, stderr } = await start('heater', [join(EXAMPLES, 'heater.yang')]).ended;
    assert.deepEqual([code, stderr], [0, '']);
    const [config = '', state = '', ...lines] = stdout.trimEnd().split('\n');
    assert.match(config, /<zone><name>office<\/name><schedule><day>21\.0<\/day>/);
    assert.doesNotMatch(config, /<status>/);
    assert.match(state, /<energy>123456789012345678<\/energy>/);
    assert.deepEqual(lines, [
      'hall: 18.4 °C, no fault',
      'office: 20.9 °C, heater:valve-fault',
      '<until xmlns="urn:example:heater">in 30 minutes</until>',
      "35.0 is outside 5.0..30.0 [invalid-value] (/heater:heater/zone[name='attic']/target)",
    ]);
  });

  it('get-vm prints the state of a VM', async () => {
    await using site = await Site.open();
    const device = await site.start('device');
    await device.configure(fullVm({ id: 'web-1', address: '192.0.2.7', sessions: 2 }));
    const args = ['127.0.0.1', String(device.port), USER, device.fingerprint, 'web-1'];
    const { stdout, stderr } = await start('get-vm', args, { SAMI_PASSWORD: PASSWORD }).ended;
    assert.equal(stderr, '');
    assert.match(stdout, /^data\n {2}sami\n {4}vm\n {6}id: web-1\n/);
    assert.equal(stdout.match(/^ {8}session$/gm)?.length, 2);
  });

  it('embedded-server serves a module of its own', async () => {
    await using site = await Site.open();
    const server = start('embedded-server', ['0', 'greenhouse', EXAMPLES], { TMPDIR: site.folder });
    try {
      const { stdout } = server.child;
      assert.ok(stdout);
      const line = await new Promise<string>((resolve) =>
        createInterface({ input: stdout }).once('line', resolve),
      );
      const [, address = '', key = ''] = /^listening on (\S+), host key (\S+)$/.exec(line) ?? [];
      const edit = join(site.folder, 'edit.xml');
      const greenhouse = (bed: string): string =>
        `<greenhouse xmlns="urn:example:greenhouse"><bed><name>north</name>${bed}</bed></greenhouse>`;
      const sami = async (content: string): ReturnType<typeof runSami> => {
        await writeFile(edit, greenhouse(content));
        const access = ['netconf', `gardener@${address}`, '--host-key', key];
        return runSami([...access, '--edit-config', edit, '--commit', '--get-config']);
      };
      assert.match((await sami('<plant>tomato</plant>')).stdout, /<plant>tomato<\/plant>/);
      const refused = await sami('<water>101</water>');
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /\[invalid-value\].*bed\[.*'north'\].*water/);
    } finally {
      assert.equal((await server.kill('SIGINT')).code, 0);
    }
  });
});
