/** What is published: the files of the tarball, and that a user can import and run them. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../support/tools.ts';

const run = promisify(execFile);

interface Manifest {
  readonly name: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

describe('the package', function () {
  this.timeout(60_000);
  let folder: string;
  let manifest: Manifest;
  let files: readonly string[];

  /** Packs, and unpacks in `node_modules` of an empty folder beside the dependencies. */
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sami-package-'));
    const root = packageRoot();
    manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest;
    const options = { cwd: root, maxBuffer: 1 << 26 };
    const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const { stdout } = await run('npm', pack, options);
    const [packed] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
    files = packed.files.map(({ path }) => path);
    await run('tar', ['-xzf', join(folder, packed.filename), '-C', folder]);
    await mkdir(join(folder, 'node_modules'));
    await rename(join(folder, 'package'), join(folder, 'node_modules/sami'));
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules/sami/node_modules'));
    await writeFile(join(folder, 'package.json'), '{"type": "module"}');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('has the program, the modules, the documents and the examples, and nothing else', () => {
    const folders = /^(dist\/(src|server|client)|yang|docs|examples|packaging)\//;
    const others = files.filter((file) => !folders.test(file));
    const documents = [
      'ARCHITECTURE.md',
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
    ];
    assert.deepEqual(others.sort(), [...documents, 'package.json']);
    assert.deepEqual(
      files.filter((file) => /\.test\.|tsbuildinfo|^dist.*(?<!\.d)\.ts$/.test(file)),
      [],
    );
    assert.ok(files.includes('yang/sami/sami@2026-11-20.yang'));
  });

  it('has every door that it names', async () => {
    const doors = Object.keys(manifest.exports).map((door) => manifest.name + door.slice(1));
    const faults: string[] = [];
    for (const [door, target] of Object.entries(manifest.exports)) {
      for (const path of typeof target === 'string' ? [target] : Object.values(target)) {
        await access(join(folder, 'node_modules/sami', path)).catch(() => {
          faults.push(`"${door}" leads to ${path}, which is not there`);
        });
      }
    }
    assert.deepEqual(faults, []);
    const script = doors
      .filter((door) => !door.endsWith('.json'))
      .map((door) => `console.log(Object.keys(await import('${door}')).length > 0);`);
    await writeFile(join(folder, 'doors.mjs'), script.join('\n'));
    const { stdout } = await run(process.execPath, [join(folder, 'doors.mjs')]);
    assert.deepEqual(
      stdout.trim().split('\n'),
      script.map(() => 'true'),
    );
  });

  it('has no other doors', async () => {
    const file = join(folder, 'deep.mjs');
    await writeFile(file, `await import('sami/dist/src/yang/index.js');`);
    await assert.rejects(run(process.execPath, [file]), /ERR_PACKAGE_PATH_NOT_EXPORTED/);
  });

  it('has types behind every door', async () => {
    const doors = Object.keys(manifest.exports).filter((door) => !door.endsWith('.json'));
    const imports = doors.map((door, n) => `import * as door${n} from 'sami${door.slice(1)}';`);
    const uses = doors.map((_, n) => `console.log(door${n});`);
    await writeFile(join(folder, 'doors.ts'), [...imports, ...uses].join('\n'));
    const compilerOptions = {
      ...{ module: 'nodenext', target: 'es2023', strict: true, noEmit: true, skipLibCheck: true },
      ...{ types: ['node'], typeRoots: [join(packageRoot(), 'node_modules/@types')] },
    };
    const config = { compilerOptions, files: ['doors.ts'] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(packageRoot(), 'node_modules/typescript/bin/tsc');
    const { stdout } = await run(process.execPath, [tsc, '-p', folder]).catch(
      (error: unknown) => error as { stdout: string },
    );
    assert.equal(stdout, '');
  });

  it('has programs that run', async () => {
    for (const [name, path] of Object.entries(manifest.bin)) {
      const main = join(folder, 'node_modules/sami', path);
      assert.match(await readFile(main, 'utf8'), /^#!\/usr\/bin\/env node\n/);
      const { stdout } = await run(process.execPath, [main, '--help']);
      assert.match(stdout, new RegExp(`^Usage: ${name} `));
    }
  });
});
