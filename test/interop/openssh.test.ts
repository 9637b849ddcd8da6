/** OpenSSH's client as the transport: both framings byte by byte, and every way to log in. */
import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PASSWORD, Process, Site, USER } from '../support/processes.ts';
import type { Samid } from '../support/processes.ts';
import { missingProgram, skipIf } from '../support/tools.ts';

const BASE = 'urn:ietf:params:xml:ns:netconf:base:1.0';
const END = ']]>]]>';
const hello = (version: string): string =>
  `<hello xmlns="${BASE}"><capabilities><capability>urn:ietf:params:netconf:base:${version}</capability></capabilities></hello>${END}`;
const rpc = (id: number, body: string): string =>
  `<rpc xmlns="${BASE}" message-id="${id}">${body}</rpc>`;
const GET = rpc(1, '<get-config><source><running/></source></get-config>');
const CLOSE = rpc(2, '<close-session/>');
/** In chunks of seven bytes. */
const chunked = (message: string): string =>
  [...(message.match(/[^]{1,7}/g) ?? [])].map((part) => `\n#${part.length}\n${part}`).join('') +
  '\n##\n';

type Login = 'password' | 'key' | 'agent';

interface Keys {
  readonly site: Site;
  readonly device: Samid;
  readonly key: string;
  readonly agent: string;
}

/** What the device says when it is sent `input` and no more. */
async function talk(
  login: Login,
  { site, device, key, agent }: Keys,
  input: string,
): Promise<string> {
  const askpass = join(site.folder, 'askpass');
  await writeFile(askpass, `#!/bin/sh\necho ${PASSWORD}\n`, { mode: 0o700 });
  const options = [
    'StrictHostKeyChecking=accept-new',
    `UserKnownHostsFile=${join(site.folder, 'known_hosts')}`,
    `PreferredAuthentications=${login === 'password' ? 'password' : 'publickey'}`,
    `IdentityFile=${login === 'key' ? key : '/nowhere'}`,
    `IdentityAgent=${login === 'agent' ? agent : 'none'}`,
  ];
  const user = login === 'password' ? USER : 'keyholder';
  const ssh = new Process(
    [
      ...['ssh', '-F', 'none', '-p', String(device.port)],
      ...options.flatMap((option) => ['-o', option]),
      ...['-s', `${user}@127.0.0.1`, 'netconf'],
    ] as [string, ...string[]],
    { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' },
  );
  ssh.child.stdin?.end(input);
  const { stdout, stderr, code } = await ssh.ended;
  assert.equal(code, 0, stderr);
  return stdout;
}

describe('ssh -s … netconf', function () {
  this.timeout(60_000);
  let keys: Keys;
  let agent: Process | undefined;

  before(async function () {
    skipIf(this, missingProgram('ssh') ?? missingProgram('ssh-agent'));
    const site = await Site.open();
    const key = join(site.folder, 'key');
    await new Process(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key]).ended;
    const socket = join(site.folder, 'agent');
    agent = new Process(['ssh-agent', '-D', '-a', socket]);
    const device = await site.start('device', []);
    const file = join(site.folder, 'users.json');
    const { users } = JSON.parse(await readFile(file, 'utf8')) as { readonly users: object[] };
    const authorizedKeys = [(await readFile(`${key}.pub`, 'utf8')).trim()];
    users.push({ name: 'keyholder', administrator: true, authorizedKeys });
    await writeFile(file, JSON.stringify({ users }));
    await chmod(file, 0o600);
    await device.kill('SIGTERM');
    await device.restart();
    await new Process(['ssh-add', '-q', key], { SSH_AUTH_SOCK: socket }).ended;
    keys = { site, device, key, agent: socket };
  });

  after(async () => {
    await agent?.kill('SIGTERM');
    await keys.site[Symbol.asyncDispose]();
  });

  for (const login of ['password', 'key', 'agent'] as const) {
    it(`OpenSSH, ${login}, end-of-message framing`, async () => {
      const said = await talk(login, keys, `${hello('1.0')}${GET}${END}\n${CLOSE}${END}`);
      const [greeting = '', answer = '', bye = '', ...rest] = said.split(END);
      assert.match(greeting, /base:1\.1<.*<session-id>\d+<\/session-id>/);
      assert.match(answer, /^<rpc-reply [^>]*message-id="1"[^>]*><data/);
      assert.match(bye, /message-id="2"[^>]*><ok\/>/);
      assert.deepEqual(rest, ['']);
    });
  }

  it('OpenSSH, chunks', async () => {
    const said = await talk('key', keys, hello('1.1') + chunked(GET) + chunked(CLOSE));
    const framed = said.slice(said.indexOf(END) + END.length);
    // Two messages and nothing else: chunks whose sizes are right.
    let left = framed;
    const messages = [''];
    while (left !== '') {
      const [mark = '', size] = /^\n#(\d+|#)\n/.exec(left) ?? [];
      assert.notEqual(mark, '', `no frame begins with ${left.slice(0, 40)}`);
      const length = size === '#' ? 0 : Number(size);
      messages.push((messages.pop() ?? '') + left.slice(mark.length, mark.length + length));
      if (size === '#') messages.push('');
      left = left.slice(mark.length + length);
    }
    assert.equal(messages.length, 3);
    assert.match(messages[0] ?? '', /message-id="1"[^>]*><data/);
    assert.match(messages[1] ?? '', /message-id="2"[^>]*><ok\/>/);
  });
});
