/** How a client gets to a host: keys, passwords, challenges, agents, jump hosts (RFC 4252, RFC 4256, RFC 6242). */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import type { AuthContext } from 'ssh2';
import { connectNetconf } from '../../../client/index.ts';
import type { ConnectOptions } from '../../../client/index.ts';
import { AuthenticationError, HostKeyError } from '../../../src/netconf/index.ts';
import { SshHost, hasKey } from '../../support/ssh-host.ts';
import type { SshHostOptions } from '../../support/ssh-host.ts';

const one = ssh2.utils.generateKeyPairSync('ed25519');
const two = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
const locked = ssh2.utils.generateKeyPairSync('ed25519', {
  cipher: 'aes256-ctr',
  passphrase: 'open sesame',
  rounds: 1,
});
const rsa = ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 });

const byPassword = (context: AuthContext): boolean =>
  context.method === 'password' && context.password === 'secret';

type Access = Partial<Omit<ConnectOptions, 'host' | 'port' | 'username'>>;

/** Logs in as amy; what was tried. */
async function attempts(options: SshHostOptions, access: Access): Promise<readonly string[]> {
  await using host = await SshHost.start(options);
  const client = await connectNetconf({
    host: '127.0.0.1',
    port: host.port,
    username: 'amy',
    hostKey: { kind: 'fingerprint', fingerprint: host.fingerprint },
    ...access,
  });
  assert.equal(client.sessionId, 4);
  client.abort();
  return host.attempts.map((attempt) => attempt.replace('amy ', ''));
}

describe('login of a client', () => {
  it('tries several keys, in order', async () => {
    const authenticate = (context: AuthContext): boolean => hasKey(context, two.public);
    const keys = [one, two].map(({ private: text }) => ({ text }));
    const tried = await attempts({ authenticate }, { keys });
    assert.deepEqual(
      tried,
      ['publickey', 'publickey', 'publickey'],
      'one asked, two asked and signed',
    );
  });

  it('asks for a passphrase only of a key that is encrypted, and when its turn comes', async () => {
    const asked: string[] = [];
    const passphrase = (name: string, answer: string) => (): string => {
      asked.push(name);
      return answer;
    };
    const keys = [
      { text: one.private, passphrase: passphrase('one', 'x') },
      { text: locked.private, passphrase: passphrase('locked', 'open sesame') },
      { text: locked.private, passphrase: passphrase('later', 'x') },
    ];
    const authenticate = (context: AuthContext): boolean => hasKey(context, locked.public);
    await attempts({ authenticate }, { keys });
    assert.deepEqual(asked, ['locked']);
  });

  it('says which key cannot be read', async () => {
    const keys = [{ text: locked.private, name: '/home/amy/.ssh/id', passphrase: 'wrong' }];
    await assert.rejects(attempts({ authenticate: () => false }, { keys }), (error) => {
      assert.ok(error instanceof AuthenticationError);
      assert.match(error.message, /^\/home\/amy\/\.ssh\/id: /);
      return true;
    });
  });

  it('asks for a password last', async () => {
    const password = (): Promise<string> => Promise.resolve('secret');
    const keys = [{ text: one.private }];
    const tried = await attempts({ authenticate: byPassword }, { keys, password });
    assert.deepEqual(tried, ['publickey', 'password']);
  });

  it('asks for nothing when a key will do', async () => {
    const password = (): string => assert.fail('there was no need');
    const authenticate = (context: AuthContext): boolean => hasKey(context, one.public);
    await attempts({ authenticate }, { privateKey: one.private, password });
  });

  const answersSecret = (_context: AuthContext, asked: readonly string[]): boolean =>
    asked.join() === 'secret';

  it('answers a challenge with the password where the server takes no other', async () => {
    const options = { authenticate: answersSecret, methods: ['keyboard-interactive'] as const };
    const tried = await attempts(options, { password: 'secret' });
    assert.deepEqual(tried.at(-1), 'keyboard-interactive');
  });

  it('does not give the password to whoever asks for two things', async () => {
    const options = {
      authenticate: answersSecret,
      methods: ['keyboard-interactive'] as const,
      prompts: ['Password: ', 'Token: '],
    };
    await assert.rejects(attempts(options, { password: 'secret' }), AuthenticationError);
  });

  it('lets the program answer challenges', async () => {
    const options = {
      authenticate: (_context: AuthContext, asked: readonly string[]) => asked.join() === '1,2',
      prompts: ['PIN: ', 'Token: '],
    };
    const answerChallenge: ConnectOptions['answerChallenge'] = ({ prompts }) => {
      assert.deepEqual(prompts, [
        { text: 'PIN: ', echo: false },
        { text: 'Token: ', echo: false },
      ]);
      return ['1', '2'];
    };
    await attempts(options, { answerChallenge });
  });

  it('passes over methods that the server does not have', async () => {
    const options = { authenticate: byPassword, methods: ['password'] as const };
    const access = { keys: [one, two].map(({ private: text }) => ({ text })), password: 'secret' };
    assert.deepEqual(await attempts(options, access), ['publickey', 'password']);
  });

  it('goes on without an agent that is not there', async () => {
    const access = { agent: '/nowhere/agent.sock', password: 'secret' };
    assert.deepEqual((await attempts({ authenticate: byPassword }, access)).at(-1), 'password');
  });

  it('goes through jump hosts, each with its own access', async () => {
    await using target = await SshHost.start({ authenticate: byPassword });
    await using inner = await SshHost.start({
      authenticate: (context) => hasKey(context, one.public),
    });
    await using outer = await SshHost.start({ authenticate: byPassword });
    const known = ({ fingerprint, port }: SshHost) =>
      ({
        host: '127.0.0.1',
        port,
        hostKey: { kind: 'fingerprint', fingerprint },
      }) as const;
    const via = {
      ...known(inner),
      username: 'ian',
      privateKey: one.private,
      via: { ...known(outer), username: 'oda', password: 'secret' },
    };
    const access = { ...known(target), username: 'amy', password: 'secret' };
    const client = await connectNetconf({ ...access, via });
    assert.equal(client.sessionId, 4);
    assert.deepEqual(outer.forwarded, [`127.0.0.1:${inner.port}`]);
    assert.deepEqual(inner.forwarded, [`127.0.0.1:${target.port}`]);
    assert.ok(inner.attempts.every((attempt) => attempt.startsWith('ian ')));
    client.abort();
    await client.closed;

    const stranger = { kind: 'fingerprint', fingerprint: target.fingerprint.replace(/.$/, 'x') };
    const hostKey = stranger as ConnectOptions['hostKey'];
    await assert.rejects(connectNetconf({ ...access, via: { ...via, hostKey } }), HostKeyError);
  });
});

describe('host key of a client', () => {
  async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'known-'));
    try {
      await use(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  it('is asked for in the kind that is known of the host', async () => {
    await using host = await SshHost.start({
      hostKeys: [rsa.private, two.private, one.private],
      authenticate: byPassword,
    });
    await withFolder(async (folder) => {
      const file = join(folder, 'known_hosts');
      const connectWith = (line: string) => async () => {
        await writeFile(file, line);
        const client = await connectNetconf({
          host: '127.0.0.1',
          port: host.port,
          username: 'amy',
          password: 'secret',
          hostKey: { kind: 'known-hosts', file },
        });
        client.abort();
      };
      const name = `[127.0.0.1]:${host.port}`;
      // Of each kind alone, though the server has all: the one that is known is chosen.
      for (const { public: line } of [rsa, two, one]) await connectWith(`${name} ${line}\n`)();
      await assert.rejects(connectWith(`${name} ${locked.public}\n`), /has another one/);
      await assert.rejects(
        connectWith(`@cert-authority ${name} ${one.public}\n`),
        /@cert-authority/,
      );
      await assert.rejects(
        connectWith(`${name} ${one.public}\n@revoked * ${one.public}\n`),
        /revoked/,
      );
    });
  });

  it('is looked up by alias, in several files, and added to the first', async () => {
    await using host = await SshHost.start({ authenticate: byPassword });
    await withFolder(async (folder) => {
      const [file, other] = [join(folder, 'a'), join(folder, 'b')];
      const connectWith = async (kind: 'known-hosts' | 'accept-new'): Promise<void> => {
        const client = await connectNetconf({
          host: '127.0.0.1',
          port: host.port,
          username: 'amy',
          password: 'secret',
          hostKey: { kind, file, moreFiles: [other], alias: 'edge' },
        });
        client.abort();
      };
      await assert.rejects(connectWith('known-hosts'), /is not in .*a, .*b/);
      await connectWith('accept-new');
      assert.equal(await readFile(file, 'utf8'), `edge ${host.publicKey}\n`);
      await rm(file);
      await writeFile(other, `edge ${host.publicKey}\n`);
      await connectWith('known-hosts');
    });
  });

  it('is what the program says it is', async () => {
    const verify = (fingerprint: string, { host }: { host: string }): boolean =>
      fingerprint === known && host === '127.0.0.1';
    let known = 'SHA256:x';
    await using host = await SshHost.start({ authenticate: byPassword });
    const access = {
      host: '127.0.0.1',
      port: host.port,
      username: 'amy',
      password: 'secret',
      hostKey: { kind: 'verify', verify },
    } as const;
    await assert.rejects(connectNetconf(access), HostKeyError);
    assert.deepEqual(host.attempts, [], 'nothing was sent to a stranger');
    known = host.fingerprint;
    (await connectNetconf(access)).abort();
  });
});
