/** What survives a stop or a crash (server/datastore/file-store.ts). */
import assert from 'node:assert/strict';
import { appendFile, cp, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NODE_DISK } from '../../../../server/datastore/disk.ts';
import type { Disk, DiskFile } from '../../../../server/datastore/disk.ts';
import { FileStore } from '../../../../server/index.ts';
import { decodeData, plainContent, sameTree } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import { RecordingLogger } from '../../../support/recording-logger.ts';
import { ServerFixture, samiSchema } from '../../../support/server-fixture.ts';
import type { TestClient } from '../../../support/server-fixture.ts';
import { deleteVm, modeOf, sami, sessions, vm } from '../../../support/sami-xml.ts';
import { withTemporaryDirectory } from '../../../support/temporary-directory.ts';

interface Device {
  readonly fixture: ServerFixture;
  readonly client: TestClient;
  readonly logger: RecordingLogger;
}

/** Runs a server on the directory, stops it, and returns what `use` returns. */
async function run<T>(
  directory: string,
  use: (device: Device) => Promise<T>,
  minEditBytes?: number,
): Promise<T> {
  const logger = new RecordingLogger();
  const options = { directory, context: samiSchema(), logger };
  const store = new FileStore(minEditBytes === undefined ? options : { ...options, minEditBytes });
  const fixture = await ServerFixture.start({ store });
  try {
    return await use({ fixture, client: await fixture.connect(), logger });
  } finally {
    await fixture.stop();
  }
}

const config = (directory: string): Promise<string> =>
  run(directory, ({ client }) => client.config());
const add = (client: TestClient, id: string): Promise<string> =>
  client.edit(sami(vm({ id }))).then(() => client.commit());
const ofVms = (...ids: readonly string[]): string =>
  ids.length === 0
    ? '<data/>'
    : `<data><sami>${ids.map((id) => vm({ id })).join('')}</sami></data>`;

describe('stored configuration', () => {
  it('is empty at first', () =>
    withTemporaryDirectory(async (directory) => {
      assert.equal(await config(directory), '<data/>');
    }));

  it('is there after a restart', () =>
    withTemporaryDirectory(async (directory) => {
      await run(directory, async ({ client }) => {
        await add(client, 'a');
        await add(client, 'b');
        await client.edit(deleteVm('a'));
        await client.commit();
      });
      assert.equal(await config(directory), ofVms('b'));
    }));

  it('is there after a crash: a commit that is answered is on disk', () =>
    withTemporaryDirectory((directory) =>
      withTemporaryDirectory(async (copy) => {
        await run(directory, async ({ client }) => {
          await add(client, 'a');
          await cp(directory, copy, { recursive: true });
        });
        assert.equal(await config(copy), ofVms('a'));
      }),
    ));

  it('has no candidate', () =>
    withTemporaryDirectory(async (directory) => {
      await run(directory, ({ client }) => client.edit(sami(vm())));
      assert.equal(await config(directory), '<data/>');
    }));

  it('has no ephemeral tables: a VM in standby is there without entries', () =>
    withTemporaryDirectory(async (directory) => {
      await run(directory, async ({ client }) => {
        await client.edit(sami(vm({ mode: 'standby', more: sessions([1, 2]) })));
        await client.commit();
      });
      assert.equal(await config(directory), `<data><sami>${vm({ mode: 'standby' })}</sami></data>`);
      assert.doesNotMatch(await readFile(join(directory, 'running.journal'), 'utf8'), /session/);
    }));

  it('does not grow when only ephemeral tables change', () =>
    withTemporaryDirectory(async (directory) => {
      await run(directory, async ({ client }) => {
        await client.edit(sami(vm({ mode: 'standby' })));
        await client.commit();
        const { size } = await stat(join(directory, 'running.journal'));
        await client.edit(sami(`<vm><id>vm1</id>${sessions([1, 2, 3])}</vm>`));
        await client.commit();
        assert.equal((await stat(join(directory, 'running.journal'))).size, size);
      });
    }));

  it('tells the data plane which VMs there are', () =>
    withTemporaryDirectory(async (directory) => {
      await run(directory, async ({ client }) => {
        await add(client, 'a');
        await client.edit(modeOf('a', 'frozen'));
        await client.commit();
      });
      await run(directory, ({ fixture }) => {
        assert.deepEqual(fixture.plane.calls, ['start a:frozen']);
        return Promise.resolve();
      });
    }));

  it('begins the lease of a VM in standby anew', () =>
    withTemporaryDirectory(async (directory) => {
      await run(directory, async ({ client }) => {
        await client.edit(sami(vm({ mode: 'standby' })));
        await client.commit();
      });
      await run(directory, async ({ fixture, client }) => {
        fixture.clock.advance(600_000);
        await fixture.settled();
        assert.equal(await client.config(), '<data/>');
      });
      assert.equal(await config(directory), '<data/>');
    }));
});

describe('a confirmed commit and a restart (RFC 6241, section 8.4.1)', () => {
  for (const { name, parameters } of [
    { name: 'one of a session', parameters: '<confirmed/>' },
    { name: 'a persistent one', parameters: '<confirmed/><persist>x</persist>' },
  ]) {
    it(`restores what was before ${name}`, () =>
      withTemporaryDirectory((directory) =>
        withTemporaryDirectory(async (copy) => {
          await run(directory, async ({ client }) => {
            await add(client, 'a');
            await client.edit(sami(vm({ id: 'b' })));
            await client.commit(parameters);
            await client.edit(sami(vm({ id: 'c' })));
            await client.commit(
              parameters.replace('persist', 'persist-id').replace('/persist', '/persist-id'),
            );
            await cp(directory, copy, { recursive: true });
          });
          await run(copy, async ({ fixture, client }) => {
            assert.equal(await client.config(), ofVms('a'));
            assert.ok(fixture.logger.events().includes('confirmed-commit-reverted'));
            assert.deepEqual(
              await client.refusedWith('<commit><persist-id>x</persist-id></commit>'),
              ['invalid-value'],
            );
          });
          await run(copy, ({ fixture }) => {
            assert.ok(!fixture.logger.events().includes('confirmed-commit-reverted'));
            return Promise.resolve();
          });
        }),
      ));
  }

  it('keeps what was confirmed, with follow-ups', () =>
    withTemporaryDirectory(async (directory) => {
      await run(directory, async ({ client }) => {
        await client.edit(sami(vm({ id: 'a' })));
        await client.commit('<confirmed/>');
        await client.edit(sami(vm({ id: 'b' })));
        await client.commit('<confirmed/>');
        await client.commit();
      });
      assert.equal(await config(directory), ofVms('a', 'b'));
    }));

  it('stores what follows a rollback', () =>
    withTemporaryDirectory(async (directory) => {
      await run(directory, async ({ client }) => {
        await client.edit(sami(vm({ id: 'a' })));
        await client.commit('<confirmed/>');
        await client.rpc('<cancel-commit/>');
        await add(client, 'b');
      });
      assert.equal(await config(directory), ofVms('b'));
    }));
});

describe('journal', () => {
  const withJournal = (use: (path: string, directory: string) => Promise<void>): Promise<void> =>
    withTemporaryDirectory(async (directory) => {
      await run(directory, async ({ client }) => {
        await add(client, 'a');
        await add(client, 'b');
      });
      await use(join(directory, 'running.journal'), directory);
    });

  it('drops a record that was cut off, wherever that was', () =>
    withJournal(async (path, directory) => {
      const whole = await readFile(path);
      const last = whole.lastIndexOf('\nE ') + 1;
      for (let end = last; end < whole.length; end += 7) {
        await writeFile(path, whole.subarray(0, end));
        assert.equal(await config(directory), ofVms('a'), `cut at ${String(end)}`);
      }
      await writeFile(path, whole);
      assert.equal(await config(directory), ofVms('a', 'b'));
    }));

  it('goes on after a record that was cut off', () =>
    withJournal(async (path, directory) => {
      await truncate(path, (await stat(path)).size - 5);
      await run(directory, ({ client, logger }) => {
        assert.ok(logger.events().includes('journal-tail-dropped'));
        return add(client, 'c');
      });
      assert.equal(await config(directory), ofVms('a', 'c'));
    }));

  it('goes on after a record that could not be made durable, and is as if that had not been', () =>
    withTemporaryDirectory(async (directory) => {
      let isFull = false;
      const checked = (file: DiskFile): DiskFile => ({
        size: () => file.size(),
        read: (offset, length) => file.read(offset, length),
        write: (bytes, offset) => file.write(bytes, offset),
        truncate: (length) => file.truncate(length),
        sync: () => (isFull ? Promise.reject(new Error('ENOSPC')) : file.sync()),
        close: () => file.close(),
      });
      const disk: Disk = {
        ...NODE_DISK,
        create: async (path) => checked(await NODE_DISK.create(path)),
      };
      const logger = new RecordingLogger();
      const store = new FileStore({ directory, context: samiSchema(), logger, disk });
      const fixture = await ServerFixture.start({ store });
      const client = await fixture.connect();
      await add(client, 'a');
      isFull = true;
      await client.edit(sami(vm({ id: 'b' })));
      assert.deepEqual(await client.refusedWith('<commit/>'), ['resource-denied']);
      assert.equal(await client.config(), ofVms('a'));
      isFull = false;
      await client.rpc('<discard-changes/>');
      await add(client, 'c');
      await fixture.stop();
      assert.equal(await config(directory), ofVms('a', 'c'));
    }));

  it('drops a last record that is damaged', () =>
    withJournal(async (path, directory) => {
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.slice(0, -10) + 'x' + text.slice(-9));
      assert.equal(await config(directory), ofVms('a'));
    }));

  for (const [name, damage] of [
    ['a damaged record that others follow', (text: string) => text.replace('<id>a<', '<id>x<')],
    ['another kind of file', () => 'something else, and long enough to be read as a journal\n'],
    ['rubbish between records', (text: string) => text.replace('\nE ', `\n${'#'.repeat(80)}\nE `)],
  ] as const) {
    it(`refuses to start on ${name}`, () =>
      withJournal(async (path, directory) => {
        await writeFile(path, damage(await readFile(path, 'utf8')));
        await assert.rejects(config(directory), /running\.journal" is damaged at byte \d+/);
      }));
  }

  it('is replaced by a snapshot when edits outweigh it', () =>
    withTemporaryDirectory(async (directory) => {
      await run(
        directory,
        async ({ client, fixture }) => {
          for (let turn = 0; turn < 30; turn += 1) {
            await client.edit(sami(vm({ id: 'a', address: `10.0.0.${String(turn)}` })));
            await client.edit(deleteVm('a'));
            await client.edit(sami(vm({ id: 'a', address: `10.0.1.${String(turn)}` })));
            await client.commit();
          }
          await fixture.settled();
        },
        1500,
      );
      const text = await readFile(join(directory, 'running.journal'), 'utf8');
      assert.match(text, /^samid-journal 1\nS /);
      assert.ok(text.length < 4000, `${String(text.length)} characters`);
      assert.equal(
        await config(directory),
        `<data><sami>${vm({ id: 'a', address: '10.0.1.29' })}</sami></data>`,
      );
    }));

  it('is not disturbed by a snapshot that was not finished', () =>
    withJournal(async (path, directory) => {
      await writeFile(`${path}.new`, 'samid-journal 1\nS 5 ');
      await appendFile(`${path}.new`, 'half');
      assert.equal(await config(directory), ofVms('a', 'b'));
    }));
});

describe('a pending commit on disk', () => {
  it('has what it has merged with it', () =>
    withTemporaryDirectory(async (directory) => {
      const context = samiSchema();
      const tree = (content: string): Branch => {
        const text = `<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">${content}</config>`;
        return plainContent(decodeData(context.root, text, { state: false }));
      };
      const rows = (ports: readonly number[]): Branch =>
        tree(sami(`<vm><id>vm1</id>${sessions(ports)}</vm>`));
      const arrivals = { arrived: rows([1, 2]), met: rows([2]) };
      const record = { persist: 'p', sessionId: 7, deadline: 1 };
      const logger = new RecordingLogger();
      const store = new FileStore({ directory, context, logger });
      await store.load();
      await store.setPending({ ...record, arrivals });
      await store.close();
      const again = new FileStore({ directory, context, logger });
      const { pending } = await again.load();
      await again.close();
      assert.ok(pending?.arrivals);
      assert.deepEqual({ ...pending, arrivals: undefined }, { ...record, arrivals: undefined });
      assert.ok(sameTree(pending.arrivals.arrived, arrivals.arrived));
      assert.ok(sameTree(pending.arrivals.met, arrivals.met));
      assert.ok(!sameTree(pending.arrivals.met, arrivals.arrived), 'control');
    }));
});
