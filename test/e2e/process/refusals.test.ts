/**
 * What must be refused, at the command line and on the wire: with a clear word about what and where, and
 * with nothing changed on either device.
 */
import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RpcErrorException, printPath } from '../../../src/error/index.ts';
import { Site, inSami, runSami, startSami } from '../../support/processes.ts';
import type { Ended, Samid } from '../../support/processes.ts';
import { fullVm, session } from './full-vm.ts';
import { chunked, exchange, rpc } from './raw-session.ts';

const MIXED = { id: 'mixed', address: '192.0.2.1', sessions: 3 };
const MANY = { id: 'many', address: '192.0.2.2', sessions: 20, others: false };
const RESIDENT = { id: 'resident', address: '192.0.2.3', sessions: 1, others: false };
const MAX_MESSAGE_BYTES = 65_536;
/** A well-formed fingerprint of no key. */
const OTHER_KEY = `SHA256:${'A'.repeat(43)}`;
const NC = 'xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0"';

/** A session that is filed under a VM that has no part in it. */
const FOREIGN = fullVm({ ...RESIDENT, address: '192.0.2.77' }).replace(
  '<address>192.0.2.77',
  '<address>192.0.2.3',
);
const LONG = fullVm({ ...RESIDENT, sessions: 1000 });
const EDIT = (config: string): string =>
  `<edit-config><target><candidate/></target><config>${config}</config></edit-config>`;

interface Devices {
  readonly old: Samid;
  /** Serves every kind; has the resident VM. */
  readonly new: Samid;
  /** Serves sessions only, and ten of them; takes short messages only. */
  readonly small: Samid;
}

describe('refusals', function () {
  this.timeout(30_000);
  let site: Site;
  let devices: Devices;

  before(async () => {
    site = await Site.open();
    const little = ['--plane', 'simulated,kind=session,limit.session=10'];
    const short = ['--max-message-bytes', String(MAX_MESSAGE_BYTES)];
    const [old, target, small] = await Promise.all([
      site.start('old'),
      site.start('new'),
      site.start('small', [...little, ...short]),
    ]);
    devices = { old, new: target, small };
    await old.configure(fullVm(MIXED) + fullVm(MANY) + fullVm(RESIDENT));
    await target.configure(fullVm(RESIDENT));
    await small.configure(fullVm(RESIDENT));
  });
  after(() => site[Symbol.asyncDispose]());

  /** Runs `act`; all devices must show the same before and after, and hold no lock. */
  async function changingNothing<T>(act: () => Promise<T>): Promise<T> {
    const all = Object.values(devices) as readonly Samid[];
    const before = await Promise.all(all.map(show));
    const result = await act();
    assert.deepEqual(await Promise.all(all.map(show)), before);
    return result;
  }

  describe('sami migrate', () => {
    interface Row {
      readonly name: string;
      readonly vm: string;
      readonly to: keyof Devices;
      readonly args?: readonly string[];
      readonly environment?: NodeJS.ProcessEnv;
      readonly says: readonly RegExp[];
    }
    const rows: readonly Row[] = [
      {
        name: 'a wrong host key of the new device',
        vm: MIXED.id,
        to: 'new',
        args: ['--to-host-key', OTHER_KEY],
        says: [/new device.*host key of 127\.0\.0\.1:\d+ is SHA256:\S+; SHA256:A{43} is expected/],
      },
      {
        name: 'a wrong host key of the old device',
        vm: MIXED.id,
        to: 'new',
        args: ['--from-host-key', OTHER_KEY],
        says: [/old device.*host key of 127\.0\.0\.1:\d+ is/],
      },
      {
        name: 'a wrong password',
        vm: MIXED.id,
        to: 'new',
        environment: { SAMI_TO_PASSWORD: 'wrong' },
        says: [/new device.*127\.0\.0\.1:\d+ does not accept user "admin"/],
      },
      {
        name: 'an unknown VM',
        vm: 'nobody',
        to: 'new',
        says: [/old device.*VM "nobody" is not on this device/],
      },
      {
        name: 'a VM that the new device has already',
        vm: RESIDENT.id,
        to: 'new',
        says: [/new device.*VM "resident" is already on this device, in mode learning/],
      },
      {
        name: 'kinds that the new device does not support',
        vm: MIXED.id,
        to: 'small',
        says: [
          /new device.*kind "nat" is not supported; the VM has 2 entries/,
          /kind "sticky" is not supported/,
        ],
      },
      {
        name: 'a table that is too small',
        vm: MANY.id,
        to: 'small',
        says: [/new device.*20 entries of kind "session" do not fit: 9 of 10 are free/],
      },
    ];
    for (const { name, vm, to, args = [], environment = {}, says } of rows) {
      it(`refuses ${name}`, async () => {
        const ended = await changingNothing(() =>
          runPatiently(
            [
              ...['migrate', '--vm', vm, '--state-dir', site.moves],
              ...['--from', devices.old.endpoint, '--from-host-key', devices.old.fingerprint],
              ...['--to', devices[to].endpoint, '--to-host-key', devices[to].fingerprint],
              ...args,
            ],
            environment,
          ),
        );
        assert.equal(ended.code, 3, ended.stderr);
        assertOneLine(ended, says);
      });
    }

    it('refuses a device that cannot be reached, and ends', async () => {
      const ended = await changingNothing(() =>
        runPatiently([
          ...['migrate', '--vm', MIXED.id, '--state-dir', site.moves],
          ...['--from', devices.old.endpoint, '--from-host-key', devices.old.fingerprint],
          ...['--to', 'admin@127.0.0.1:1', '--to-host-key', OTHER_KEY],
        ]),
      );
      assert.equal(ended.code, 3, ended.stderr);
      assertOneLine(ended, [/new device.*127\.0\.0\.1:1 cannot be reached/]);
    });

    it('leaves no move that would have to be resumed', async () => {
      const { code, stdout } = await runSami(['report', '--state-dir', site.moves]);
      assert.equal(code, 0);
      const lines = stdout.trim().split('\n');
      assert.equal(lines.length, rows.length + 1);
      assert.deepEqual(
        lines.filter((line) => !line.includes('refused')),
        [],
      );
      assert.deepEqual(
        (await readdir(site.moves)).filter((file) => file.endsWith('.lock')),
        [],
      );
    });
  });

  describe('sami netconf', () => {
    const rows: readonly { readonly name: string; readonly file: string; readonly says: RegExp }[] =
      [
        {
          name: 'an address that is not the VM’s',
          file: inSami(FOREIGN),
          says: /no end at an address of the VM.*\/sami:sami\/(sami:)?vm\[(sami:)?id='resident'\]\/.*session\[.*'192\.0\.2\.77'\]/,
        },
        {
          name: 'malformed XML',
          file: inSami('<vm><id>x</id>'),
          says: /edit\.xml, line 1, column \d+: unexpected close tag/,
        },
        {
          name: 'a DOCTYPE',
          file: `<!DOCTYPE sami>${inSami('')}`,
          says: /edit\.xml, line 1, column 0: a document type declaration is not allowed/,
        },
        {
          name: 'a message over the limit',
          file: inSami(LONG),
          says: /longer than 65536 bytes \[too-big\]/,
        },
        {
          name: 'an unknown kind',
          file: inSami(fullVm(MIXED)),
          says: /"nat".*vm\[.*'mixed'\].*nat/,
        },
        { name: 'too many entries', file: inSami(fullVm(MANY)), says: /session.*vm\[.*'many'\]/ },
      ];
    for (const { name, file, says } of rows) {
      it(`refuses ${name}`, async () => {
        const path = join(site.folder, 'edit.xml');
        await writeFile(path, file);
        const { endpoint, fingerprint } = devices.small;
        const ended = await changingNothing(() =>
          runSami([
            ...['netconf', endpoint, '--host-key', fingerprint],
            ...['--lock', '--edit-config', path, '--commit'],
          ]),
        );
        assert.equal(ended.code, 1, ended.stderr);
        assertOneLine(ended, [says]);
      });
    }
  });

  describe('the device', () => {
    interface Row {
      readonly name: string;
      readonly config: string;
      readonly tag: string;
      readonly appTag?: string;
      readonly path: RegExp;
    }
    const rows: readonly Row[] = [
      {
        name: 'an address that is not the VM’s',
        config: FOREIGN,
        tag: 'operation-failed',
        appTag: 'address-not-owned',
        path: /vm\[(sami:)?id='resident'\]\/sami-session:sessions\/(sami-session:)?session\[/,
      },
      {
        name: 'the creation of a VM that it has',
        config: `<vm ${NC} nc:operation="create"><id>resident</id><address>192.0.2.3</address></vm>`,
        tag: 'data-exists',
        path: /vm\[(sami:)?id='resident'\]$/,
      },
      {
        name: 'the deletion of a VM that it does not have',
        config: `<vm ${NC} nc:operation="delete"><id>nobody</id></vm>`,
        tag: 'data-missing',
        path: /vm\[(sami:)?id='nobody'\]$/,
      },
      {
        name: 'a kind that it does not support',
        config: fullVm({ ...MIXED, sessions: 0 }),
        tag: 'operation-not-supported',
        path: /vm\[(sami:)?id='mixed'\]\/sami-(nat|acl|sticky):/,
      },
      {
        name: 'more entries than fit',
        config: fullVm(MANY),
        tag: 'resource-denied',
        appTag: 'table-too-small',
        path: /vm\[(sami:)?id='many'\]/,
      },
    ];
    for (const { name, config, tag, appTag, path } of rows) {
      it(`refuses ${name} by an rpc-error`, async () => {
        const edit = async (): Promise<void> => {
          await using client = await devices.small.connect();
          await client.lock('candidate');
          await client.editConfig({ target: 'candidate', config: inSami(config) });
          await client.commit();
        };
        const [error] = await changingNothing(() => errorsOf(edit));
        assert.equal(error?.tag, tag);
        assert.equal(error.appTag, appTag);
        assert.match(
          typeof error.path === 'string' ? error.path : printPath(error.path ?? []),
          path,
        );
      });
    }

    const sessions = `<sessions xmlns="urn:sami:yang:sami-session">${session('192.0.2.3', 9)}</sessions>`;
    const more = EDIT(inSami(`<vm><id>resident</id>${sessions}</vm>`));
    const messages: readonly { name: string; bytes: string; says: readonly RegExp[] }[] = [
      {
        name: 'malformed XML',
        bytes: chunked(rpc(more.replace('</session>', '</sessions>'))),
        says: [/<error-tag>malformed-message</, /line 1, column \d+/],
      },
      {
        name: 'a DOCTYPE',
        bytes: chunked(`<!DOCTYPE rpc>${rpc(more)}`),
        says: [/<error-tag>malformed-message</, /document type.*line 1, column \d+/],
      },
      {
        name: 'a message over the limit',
        bytes: chunked(rpc(EDIT(inSami(LONG)))),
        says: [/<error-tag>too-big</, /65536 bytes/],
      },
      {
        name: 'bytes that are no UTF-8 text',
        bytes: chunked(rpc(EDIT('\u0000'))),
        says: [/<error-tag>malformed-message</],
      },
    ];
    for (const { name, bytes, says } of messages) {
      it(`answers ${name} by an rpc-error and ends the session`, async () => {
        const answer = await changingNothing(() => exchange(devices.small, bytes));
        for (const saying of says) assert.match(answer, saying);
      });
    }

    it('drops a frame that is cut in half', async () => {
      const frame = chunked(rpc(more));
      const { small } = devices;
      await changingNothing(() => exchange(small, frame.slice(0, frame.length / 2), 0));
      assert.match(
        small.log.trim().split('\n').at(-1) ?? '',
        /"event":"session-ended".*"reason":"dropped"/,
      );
    });

    it('takes the same frame when it is whole', async () => {
      const { small } = devices;
      const answer = await exchange(small, chunked(rpc(more)) + chunked(rpc('<commit/>')), 2);
      assert.equal(answer.match(/<ok\/>/g)?.length, 2, answer);
      assert.match((await small.view('resident'))?.tables['session'] ?? '', /^2 /);
    });
  });

  describe('a VM without fault', () => {
    it('is not kept from moving by any of this', async () => {
      const ended = await runPatiently([
        ...['migrate', '--vm', MANY.id, '--state-dir', site.moves],
        ...['--from', devices.old.endpoint, '--from-host-key', devices.old.fingerprint],
        ...['--to', devices.new.endpoint, '--to-host-key', devices.new.fingerprint],
      ]);
      assert.deepEqual([ended.code, ended.stderr], [0, '']);
      assert.deepEqual(await devices.old.vms(), [MIXED.id, RESIDENT.id]);
      assert.deepEqual(await devices.new.vms(), [MANY.id, RESIDENT.id]);
    });
  });
});

/** A process that does not end by itself is a failure, and must not keep the other tests waiting. */
async function runPatiently(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const sami = startSami(args, environment);
  const patience = setTimeout(() => void sami.kill(), 5000);
  const ended = await sami.ended;
  clearTimeout(patience);
  assert.equal(ended.signal, null, `"sami ${args.join(' ')}" does not end by itself`);
  return ended;
}

/** What a device has of every VM, and what its candidate is. */
async function show(device: Samid): Promise<object> {
  const client = await device.client();
  const filter = { type: 'subtree', content: inSami('<vm><id/><mode/><table/></vm>') } as const;
  const tables = await client.get({ filter });
  const candidate = await client.getConfig({ source: 'candidate' });
  await client.lock('candidate');
  await client.unlock('candidate');
  return { tables, candidate, running: await client.getConfig({ source: 'running' }) };
}

async function errorsOf(act: () => Promise<void>): Promise<RpcErrorException['errors']> {
  try {
    await act();
  } catch (error) {
    if (error instanceof RpcErrorException) return error.errors;
    throw error;
  }
  throw new assert.AssertionError({ message: 'it was let through' });
}

function assertOneLine({ stderr }: Ended, says: readonly RegExp[]): void {
  for (const saying of says) assert.match(stderr, saying);
  assert.match(stderr, /^sami: [^\n]+\n$/);
}
