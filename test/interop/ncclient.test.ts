/** Foreign clients: a whole move by hand with Python's ncclient, and a plain session with OpenSSH. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fullVm, session } from '../e2e/process/full-vm.ts';
import { PASSWORD, Process, Site, USER, inSami } from '../support/processes.ts';
import type { Samid } from '../support/processes.ts';
import { PYTHON, missingNcclient, missingProgram, packageRoot, skipIf } from '../support/tools.ts';

const SCRIPT = 'test/interop/move_by_hand.py';
const VM = { id: 'vm-1', address: '192.0.2.7' };

interface Result {
  readonly refusal: Readonly<Record<'tag' | 'appTag' | 'path' | 'message', string>> | null;
  readonly untouched: boolean;
  readonly before: Readonly<Record<string, readonly [number, string]>>;
  readonly after: Result['before'];
  readonly left: boolean;
}

const access = ({ port }: Samid): object => ({
  host: '127.0.0.1',
  port,
  username: USER,
  password: PASSWORD,
});

/** Runs the script; `meanwhile` happens between the first copy and the freeze. */
async function moveByHand(task: object, meanwhile: () => Promise<void>): Promise<Result> {
  const python = new Process([PYTHON, join(packageRoot(), SCRIPT)]);
  const { stdin, stdout } = python.child;
  assert.ok(stdin && stdout);
  stdin.write(`${JSON.stringify(task)}\n`);
  for await (const line of createInterface({ input: stdout })) {
    const said = JSON.parse(line) as Result | { at: string };
    if (!('at' in said)) return said;
    await meanwhile();
    stdin.end('\n');
  }
  throw new Error((await python.ended).stderr);
}

describe('a move by hand with ncclient', function () {
  this.timeout(60_000);

  it('needs get, lock, edit-config, commit and unlock only', async function () {
    skipIf(this, missingNcclient());
    await using site = await Site.open();
    const old = await site.start('old');
    const target = await site.start('new');
    await old.configure(fullVm(VM));
    const stranger = fullVm({ ...VM, others: false }).replace(
      '</session></sessions>',
      `</session>${session('192.0.2.99', 1)}</sessions>`,
    );
    const task = {
      old: access(old),
      new: access(target),
      vm: VM.id,
      stranger: stranger.replace('<vm>', '<vm xmlns="urn:sami:yang:sami">'),
    };
    const result = await moveByHand(task, async () => {
      const more = `<sessions xmlns="urn:sami:yang:sami-session">${session(VM.address, 1)}</sessions>`;
      await old.configure(`<vm><id>${VM.id}</id>${more}</vm>`);
    });

    assert.equal(result.refusal?.appTag, 'address-not-owned');
    assert.match(
      result.refusal.path,
      /vm\[(\w+:)?id='vm-1'\]\/(\w+[-\w]*:)?sessions\/(\w+[-\w]*:)?session\[/,
    );
    assert.match(result.refusal.path, /192\.0\.2\.99/);
    assert.equal(result.untouched, true);

    const counts = Object.entries(result.before).flatMap(([kind, [entries]]) =>
      entries > 0 ? [[kind, entries] as const] : [],
    );
    // An access list and its entries, a group and its server count one by one.
    assert.deepEqual(Object.fromEntries(counts), {
      session: 21,
      nat: 2,
      'acl-static': 3,
      'acl-dynamic': 1,
      'sticky-group': 2,
      sticky: 2,
    });
    assert.deepEqual(result.after, result.before);
    assert.equal(result.left, false);
    assert.deepEqual(await old.vms(), []);
    assert.deepEqual(await target.vms(), [VM.id]);
    assert.equal((await target.view(VM.id))?.mode, 'learning');
  });
});

const END = ']]>]]>';
const BASE = 'urn:ietf:params:xml:ns:netconf:base:1.0';
const HELLO = `<hello xmlns="${BASE}"><capabilities><capability>urn:ietf:params:netconf:base:1.0</capability></capabilities></hello>`;

describe('a session with OpenSSH', function () {
  this.timeout(30_000);

  it('gets a hello and an answer', async function () {
    skipIf(this, missingProgram('ssh'));
    await using site = await Site.open();
    const device = await site.start('old');
    await device.configure(fullVm(VM));
    const askpass = join(site.folder, 'askpass');
    await writeFile(askpass, `#!/bin/sh\necho ${PASSWORD}\n`, { mode: 0o700 });
    const knownHosts = join(site.folder, 'known_hosts');
    const options = ['StrictHostKeyChecking=accept-new', `UserKnownHostsFile=${knownHosts}`];
    const ssh = new Process(
      [
        ...(['ssh', '-F', 'none', '-p', String(device.port)] as const),
        ...options.flatMap((option) => ['-o', option]),
        ...['-o', 'PubkeyAuthentication=no', '-s', `${USER}@127.0.0.1`, 'netconf'],
      ],
      { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' },
    );
    const get = `<get><filter type="subtree">${inSami('<vm><id/></vm>')}</filter></get>`;
    const rpc = (id: number, body: string): string =>
      `<rpc xmlns="${BASE}" message-id="${id}">${body}</rpc>${END}`;
    ssh.child.stdin?.end(HELLO + END + rpc(1, get) + rpc(2, '<close-session/>'));
    const { stdout, stderr } = await ssh.ended;
    const [hello = '', answer = '', bye = ''] = stdout.split(END);
    assert.match(hello, /<capability>urn:ietf:params:netconf:base:1\.1<\/capability>/, stderr);
    assert.match(answer, /message-id="1".*<vm><id>vm-1<\/id><\/vm>/);
    assert.match(bye, /message-id="2".*<ok\/>/);
    const keys = new Process(['ssh-keygen', '-l', '-f', knownHosts]);
    assert.ok((await keys.ended).stdout.includes(device.fingerprint));
  });
});
