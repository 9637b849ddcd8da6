/** Starting with a stored configuration that does not fit the schema, after an update of modules for example. */
import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { FileStore, StoredConfigurationError } from '../../../../server/index.ts';
import { RecordingLogger } from '../../../support/recording-logger.ts';
import { sami, vm } from '../../../support/sami-xml.ts';
import { ServerFixture, samiSchema } from '../../../support/server-fixture.ts';
import { serverSchema } from '../../../support/server-schemas.ts';
import { withTemporaryDirectory } from '../../../support/temporary-directory.ts';

const JOURNAL = 'running.journal';

function start(directory: string, options = {}): Promise<ServerFixture> {
  const logger = new RecordingLogger();
  const store = new FileStore({ directory, context: samiSchema(), logger });
  return ServerFixture.start({ store, ...options });
}

/** Stores a VM, then changes what is in the file behind the server's back. */
async function store(directory: string, change: (text: string) => string): Promise<void> {
  const fixture = await start(directory);
  const client = await fixture.connect();
  await client.edit(sami(vm({ id: 'abc' })));
  await client.commit();
  await fixture.stop();
  const path = join(directory, JOURNAL);
  await writeFile(path, resealed(change(await readFile(path, 'utf8'))));
}

/** Gives the records of a journal the lengths and checksums that they need. */
function resealed(text: string): string {
  const [header = '', ...rest] = text.split(/(?<=\n)/);
  const body = rest.join('').replace(/^E \d+ [0-9a-f]+\n([^\n]*)\n/gm, (_, payload: string) => {
    const bytes = Buffer.from(payload);
    return `E ${String(bytes.length)} ${crc32(bytes).toString(16).padStart(8, '0')}\n${payload}\n`;
  });
  return header + body;
}

const FAULTS: readonly {
  readonly name: string;
  readonly change: (text: string) => string;
  readonly message: RegExp;
}[] = [
  {
    name: 'data that the schema does not know',
    change: (text) => text.replace('<id>abc</id>', '<id>abc</id><gone>x</gone>'),
    message: /does not fit the modules[^]*gone[^]*--recover/,
  },
  {
    name: 'data that breaks a constraint',
    change: (text) => text.replace(/<address[^>]*>[^<]*<\/address>/, ''),
    message: /does not fit the modules[^]*vm\[id='abc'\]\/address[^]*--recover/,
  },
  {
    name: 'a value outside of its type',
    change: (text) => text.replace(/(<address[^>]*>)[^<]*/, '$1nowhere'),
    message: /does not fit the modules[^]*nowhere[^]*--recover/,
  },
  {
    name: 'another kind of file',
    change: () => 'something else',
    message: /cannot be read:[^]*damaged at byte 0[^]*--recover/,
  },
];

describe('a stored configuration that does not fit', () => {
  for (const { name, change, message } of FAULTS) {
    it(`because of ${name} stops the start, which names the file and what to do`, () =>
      withTemporaryDirectory(async (directory) => {
        await store(directory, change);
        await assert.rejects(start(directory), (error: Error) => {
          assert.ok(error instanceof StoredConfigurationError);
          assert.ok(error.message.includes(join(directory, JOURNAL)), error.message);
          assert.match(error.message, message);
          return true;
        });
      }));

    it(`because of ${name} is set aside on demand, and nothing of it is lost`, () =>
      withTemporaryDirectory(async (directory) => {
        await store(directory, change);
        const stored = await readFile(join(directory, JOURNAL), 'utf8');
        const fixture = await start(directory, { recover: true });
        const client = await fixture.connect();
        assert.equal(await client.config(), '<data/>');
        await client.edit(sami(vm({ id: 'b' })));
        await client.commit();
        await fixture.stop();
        assert.ok(fixture.logger.events('error').includes('configuration-set-aside'));
        const [kept = ''] = (await readdir(directory)).filter((it) => it.startsWith(`${JOURNAL}.`));
        assert.equal(await readFile(join(directory, kept), 'utf8'), stored);
        const again = await start(directory);
        assert.match(await (await again.connect()).config(), /<id>b</);
        await again.stop();
      }));
  }

  it('is not touched on demand when it fits', () =>
    withTemporaryDirectory(async (directory) => {
      await store(directory, (text) => text);
      const fixture = await start(directory, { recover: true });
      assert.match(await (await fixture.connect()).config(), /<id>abc</);
      await fixture.stop();
      assert.deepEqual(await readdir(directory), [JOURNAL]);
    }));

  it('fits a server that has left out a part which it does not need', () =>
    withTemporaryDirectory(async (directory) => {
      await store(directory, (text) => text);
      const context = serverSchema({ omit: ['writable-running'] });
      const logger = new RecordingLogger();
      const fixture = await ServerFixture.start({
        context,
        store: new FileStore({ directory, context, logger }),
      });
      assert.match(await (await fixture.connect()).config(), /<id>abc</);
      await fixture.stop();
    }));
});
