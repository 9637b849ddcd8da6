/** ssh_config(5), as far as it says how to reach a host. */
import assert from 'node:assert/strict';
import { expandTokens, globMatches, readSshConfig } from '../../../src/node/ssh-config.ts';
import type { SshConfigContext } from '../../../src/node/index.ts';

const FILES: Readonly<Record<string, string>> = {
  more: 'User included\nInclude deeper\n',
  deeper: 'Port 1000\n',
  hosts: 'Host b\n  User of-b\n',
  loop: 'Include loop\n',
};

function read(text: string, context: Partial<SshConfigContext> = {}): Record<string, string> {
  const { values } = readSshConfig(text, {
    host: 'edge-1',
    localUser: 'me',
    home: '/home/me',
    include: (pattern) => [FILES[pattern] ?? ''],
    ...context,
  });
  return Object.fromEntries([...values].map(([key, list]) => [key, list.join(' ')]));
}

describe('ssh_config', () => {
  const cases: {
    name: string;
    text: string;
    context?: Partial<SshConfigContext>;
    values: Record<string, string>;
  }[] = [
    { name: 'nothing', text: '', values: {} },
    {
      name: 'values for all hosts',
      text: 'Port 830\nUser amy',
      values: { port: '830', user: 'amy' },
    },
    { name: 'the first value only', text: 'Port 1\nPort 2', values: { port: '1' } },
    {
      name: 'every IdentityFile',
      text: 'IdentityFile a\nHost *\nIdentityFile b',
      values: { identityfile: 'a b' },
    },
    {
      name: 'keywords in any case, with = and quotes',
      text: 'hostNAME="a b.example"\nUSER = amy\n\tPort\t830 # yes',
      values: { hostname: 'a b.example', user: 'amy', port: '830' },
    },
    {
      name: 'comments and empty lines',
      text: '# Port 1\n\n  # Host edge-1\r\nPort 2\r\n',
      values: { port: '2' },
    },
    {
      name: 'Host patterns',
      text: 'Host core-* edge-?\n Port 1\nHost edge-2\n Port 2',
      values: { port: '1' },
    },
    {
      name: 'a negated pattern, which settles it',
      text: 'Host * !edge-1\n Port 1\nHost !edge-2\n User x\nHost *\n Port 3',
      values: { port: '3' },
    },
    {
      name: 'Match all, and Match host by what HostName says',
      text: 'HostName e.example\nMatch host edge-1\n Port 1\nMatch host *.example\n Port 2\nMatch all\n User amy',
      values: { hostname: 'e.example', port: '2', user: 'amy' },
    },
    {
      name: 'Match originalhost and user together',
      text: 'Match originalhost edge-1 user amy\n Port 1\nMatch originalhost edge-1 user me\n Port 2',
      values: { port: '2' },
    },
    {
      name: 'Match user by what was asked for',
      text: 'Match user amy\n Port 1',
      context: { user: 'amy' },
      values: { port: '1' },
    },
    {
      name: 'Match user by what the file has said',
      text: 'User bob\nMatch user bob,amy localuser me\n Port 1',
      values: { user: 'bob', port: '1' },
    },
    {
      name: 'Match with a negated criterion',
      text: 'Match !user amy\n Port 1',
      values: { port: '1' },
    },
    {
      name: 'Match exec never, since nothing is run',
      text: 'Match exec true\n Port 1',
      values: {},
    },
    {
      name: 'Match final and canonical never',
      text: 'Match final\n Port 1\nMatch canonical\n Port 2',
      values: {},
    },
    {
      name: 'Include, and what it includes',
      text: 'Include more\nUser later',
      values: { user: 'included', port: '1000' },
    },
    {
      name: 'Include within a block that applies',
      text: 'Host edge-1\n Include deeper\n User x',
      values: { port: '1000', user: 'x' },
    },
    {
      name: 'no Include within a block that does not apply',
      text: 'Host other\n Include deeper\nHost *\n User x',
      values: { user: 'x' },
    },
    {
      name: 'an Include whose blocks end with it',
      text: 'Include hosts\nUser x',
      values: { user: 'x' },
    },
  ];
  for (const { name, text, context, values } of cases) {
    it(`has ${name}`, () => {
      assert.deepEqual(read(text, context), values);
    });
  }

  it('says what has no effect, for this host only', () => {
    const text =
      'ForwardAgent yes\nHost other\n Tunnel yes\nHost edge-1\n Compression yes\nMatch exec x\n Port 1\nBogus 1';
    const { ignored } = readSshConfig(text, { host: 'edge-1', localUser: 'me', home: '/' });
    assert.deepEqual(ignored, ['ForwardAgent', 'Compression', 'Match exec']);
  });

  const faults: { text: string; message: RegExp }[] = [
    { text: 'Port 1\n= 2', message: /^line 2: no keyword/ },
    { text: 'Port', message: /^line 1: Port has no value/ },
    { text: 'User "amy', message: /^line 1: "amy cannot be understood/ },
    { text: 'Match host', message: /^line 1: Match host has no argument/ },
    { text: 'Include loop', message: /too many Includes/ },
  ];
  for (const { text, message } of faults) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => read(text),
        (error) => error instanceof Error && message.test(error.message),
      );
    });
  }

  it('expands tokens and the home folder', () => {
    const values = { h: 'edge', p: '830' };
    assert.equal(expandTokens('~/k-%h:%p%%%x', values, '/home/$&'), '/home/$&/k-edge:830%%x');
    assert.equal(expandTokens('a~', values, '/h'), 'a~');
  });

  it('compares patterns in bounded time', () => {
    assert.ok(globMatches('*a*b?', 'xxaxxbY'));
    assert.ok(!globMatches('*a*b?', 'xxaxxb'));
    assert.ok(globMatches('**', ''));
    assert.ok(!globMatches('?', ''));
    assert.ok(!globMatches('*a'.repeat(200), 'a'.repeat(199) + 'b'));
  });
});
