/** Hosts by the names that the user's ssh knows them by. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { connectNetconf, resolveSshHost } from '../../../client/index.ts';
import type { ResolveHostOptions } from '../../../client/index.ts';
import { SshHost, hasKey } from '../../support/ssh-host.ts';

const key = ssh2.utils.generateKeyPairSync('ed25519');

/** A home with these files in `.ssh`. */
async function withHome(
  files: Readonly<Record<string, string>>,
  use: (
    resolve: (alias: string, options?: ResolveHostOptions) => ReturnType<typeof resolveSshHost>,
    home: string,
  ) => Promise<void> | void,
): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'home-'));
  try {
    await mkdir(join(home, '.ssh'));
    for (const [name, text] of Object.entries(files)) {
      await writeFile(join(home, '.ssh', name), text, { mode: 0o600 });
    }
    const environment = { SSH_AUTH_SOCK: '/run/agent' };
    await use(
      (alias, options = {}) => resolveSshHost(alias, { home, environment, ...options }),
      home,
    );
  } finally {
    await rm(home, { recursive: true });
  }
}

describe('host of ssh_config', () => {
  it('is the alias itself, with the usual keys, agent and known_hosts, when no file says otherwise', () =>
    withHome({ id_ed25519: key.private }, (resolve, home) => {
      const { keys, ...access } = resolve('edge-1');
      assert.deepEqual(
        keys?.map(({ name }) => name),
        [join(home, '.ssh', 'id_ed25519')],
      );
      assert.deepEqual(access, {
        host: 'edge-1',
        port: 830,
        username: userInfo().username,
        agent: '/run/agent',
        password: undefined,
        answerChallenge: undefined,
        hostKey: {
          kind: 'known-hosts',
          file: join(home, '.ssh', 'known_hosts'),
          moreFiles: [join(home, '.ssh', 'known_hosts2'), '/etc/ssh/ssh_known_hosts'],
          alias: undefined,
        },
        via: undefined,
      });
    }));

  it('has all that the file says of it', () =>
    withHome(
      {
        config:
          'Host edge-*\n HostName %h.example\n Port 8300\n User amy\n IdentityFile ~/.ssh/of-%h-%r\n IdentitiesOnly yes\n' +
          ' UserKnownHostsFile ~/.ssh/mine ~/.ssh/yours\n GlobalKnownHostsFile none\n StrictHostKeyChecking accept-new\n' +
          ' HostKeyAlias edges\n ConnectTimeout 7\n ServerAliveInterval 9\nInclude conf.d-*\n',
        'conf.d-1': 'Host edge-1\n ForwardX11 yes\n ProxyJump none\n',
        'of-edge-1.example-amy': key.private,
      },
      (resolve, home) => {
        const ignored: string[] = [];
        const { keys, ...access } = resolve('edge-1', {
          passphraseOf: (file) => file,
          onIgnored: (keyword) => void ignored.push(keyword),
        });
        assert.deepEqual(
          keys?.map(({ name }) => name),
          [join(home, '.ssh', 'of-edge-1.example-amy')],
        );
        assert.equal(typeof keys[0]?.passphrase, 'function');
        assert.deepEqual(ignored, ['ForwardX11']);
        const ssh = join(home, '.ssh');
        assert.deepEqual(access, {
          host: 'edge-1.example',
          port: 8300,
          username: 'amy',
          agent: undefined,
          password: undefined,
          answerChallenge: undefined,
          hostKey: {
            kind: 'accept-new',
            file: join(ssh, 'mine'),
            moreFiles: [join(ssh, 'yours')],
            alias: 'edges',
          },
          via: undefined,
          connectTimeoutMs: 7000,
          keepaliveMs: 9000,
        });
        assert.equal(resolve('other').host, 'other');
      },
    ));

  it('goes by what the caller says first', () =>
    withHome({ config: 'Port 1\nUser amy\nMatch user bob\n HostName b' }, (resolve) => {
      const { host, port, username } = resolve('x', { user: 'bob', port: 2 });
      assert.deepEqual([host, port, username], ['b', 2, 'bob']);
    }));

  it('goes through jump hosts, in order, with what the file says of them', () =>
    withHome(
      {
        config:
          'Host edge\n ProxyJump oda@outer:2222,inner\nHost inner\n HostName 192.0.2.9\n User ian\n',
      },
      (resolve) => {
        const { via } = resolve('edge');
        assert.deepEqual([via?.host, via?.port, via?.username], ['192.0.2.9', 22, 'ian']);
        const outer = via?.via;
        assert.deepEqual([outer?.host, outer?.port, outer?.username], ['outer', 2222, 'oda']);
        assert.equal(outer?.via, undefined);
      },
    ));

  const faults: { name: string; config: string; message: RegExp }[] = [
    {
      name: 'ProxyCommand',
      config: 'ProxyCommand nc %h',
      message: /ProxyCommand is not supported/,
    },
    { name: 'a loop of jump hosts', config: 'ProxyJump x', message: /too many hosts/ },
    { name: 'a port that is no number', config: 'Port x', message: /Port is no number/ },
    {
      name: 'a strange StrictHostKeyChecking',
      config: 'StrictHostKeyChecking maybe',
      message: /maybe/,
    },
  ];
  for (const { name, config, message } of faults) {
    it(`refuses ${name}`, () =>
      withHome({ config }, (resolve) => {
        assert.throws(() => resolve('edge'), message);
      }));
  }

  it('never accepts just any key', () =>
    withHome({ config: 'StrictHostKeyChecking no' }, (resolve) => {
      const ignored: string[] = [];
      const { hostKey } = resolve('edge', { onIgnored: (keyword) => void ignored.push(keyword) });
      assert.equal(hostKey.kind, 'known-hosts');
      assert.deepEqual(ignored, ['StrictHostKeyChecking no']);
    }));

  const agents: { config: string; agent: string | undefined }[] = [
    { config: '', agent: '/run/agent' },
    { config: 'IdentityAgent none', agent: undefined },
    { config: 'IdentityAgent SSH_AUTH_SOCK', agent: '/run/agent' },
    { config: 'IdentityAgent $SSH_AUTH_SOCK', agent: '/run/agent' },
    { config: 'IdentityAgent /other', agent: '/other' },
  ];
  for (const { config, agent } of agents) {
    it(`has the agent ${agent ?? '(none)'} by "${config}"`, () =>
      withHome({ config }, (resolve) => {
        assert.equal(resolve('edge').agent, agent);
      }));
  }

  it('is enough to connect, through a jump host', async () => {
    await using target = await SshHost.start({ authenticate: (it) => hasKey(it, key.public) });
    await using jump = await SshHost.start({ authenticate: (it) => hasKey(it, key.public) });
    const known = (host: SshHost): string => `[127.0.0.1]:${host.port} ${host.publicKey}\n`;
    await withHome(
      {
        config: `Host edge\n HostName 127.0.0.1\n Port ${target.port}\n ProxyJump jump\nHost jump\n HostName 127.0.0.1\n Port ${jump.port}\nHost *\n User amy\n IdentityAgent none\n`,
        id_ed25519: key.private,
        known_hosts: known(target) + known(jump),
      },
      async (resolve) => {
        const client = await connectNetconf(resolve('edge'));
        assert.equal(client.sessionId, 4);
        assert.deepEqual(jump.forwarded, [`127.0.0.1:${target.port}`]);
        client.abort();
      },
    );
  });
});
