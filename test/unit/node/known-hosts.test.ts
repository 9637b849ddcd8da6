/** known_hosts as OpenSSH writes and reads it. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { checkKnownHost, formatKnownHost, parseKnownHosts } from '../../../src/node/known-hosts.ts';
import type { KnownHostVerdict } from '../../../src/node/known-hosts.ts';

function keyOf(algorithm: string, fill: number): Uint8Array {
  const name = new TextEncoder().encode(algorithm);
  return Uint8Array.from([0, 0, 0, name.length, ...name, 0, 0, 0, 2, fill, fill]);
}

const KEY = keyOf('ssh-ed25519', 1);
const OTHER = keyOf('ssh-ed25519', 2);
const line = (hosts: string, key = KEY): string =>
  `${hosts} ssh-ed25519 ${Buffer.from(key).toString('base64')} comment`;

function hashed(name: string): string {
  const salt = Buffer.alloc(20, 7);
  const hash = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}

describe('known_hosts', () => {
  const cases: {
    name: string;
    text: string;
    host?: string;
    port?: number;
    verdict: KnownHostVerdict;
  }[] = [
    { name: 'an empty file', text: '', verdict: 'unknown' },
    { name: 'the host with its port', text: line('[dev1]:830'), verdict: 'match' },
    { name: 'the host with another port', text: line('[dev1]:22'), verdict: 'unknown' },
    { name: 'the host without a port', text: line('dev1'), verdict: 'unknown' },
    { name: 'port 22, which is not written', text: line('dev1'), port: 22, verdict: 'match' },
    { name: 'names in capitals', text: line('[DEV1]:830'), host: 'Dev1', verdict: 'match' },
    { name: 'another key for the host', text: line('[dev1]:830', OTHER), verdict: 'mismatch' },
    {
      name: 'several keys for the host',
      text: `${line('[dev1]:830', OTHER)}\n${line('[dev1]:830')}`,
      verdict: 'match',
    },
    { name: 'a list of names', text: line('a,[dev1]:830,b'), verdict: 'match' },
    { name: 'a pattern', text: line('[dev?]:*'), verdict: 'match' },
    {
      name: 'a pattern that excludes the host',
      text: line('[dev*]:830,![dev1]:*'),
      verdict: 'unknown',
    },
    { name: 'a dot that is no wildcard', text: line('[d.v1]:830'), verdict: 'unknown' },
    { name: 'an IPv6 address', text: line('[fe80::1]:830'), host: 'fe80::1', verdict: 'match' },
    { name: 'a hashed name', text: line(hashed('[dev1]:830')), verdict: 'match' },
    { name: 'a hashed name of another host', text: line(hashed('[dev2]:830')), verdict: 'unknown' },
    {
      name: 'a revoked key',
      text: `${line('[dev1]:830')}\n@revoked ${line('*')}`,
      verdict: 'revoked',
    },
    {
      name: 'another key revoked',
      text: `${line('[dev1]:830')}\n@revoked ${line('*', OTHER)}`,
      verdict: 'match',
    },
    { name: 'an authority', text: `@cert-authority ${line('*')}`, verdict: 'authority' },
    {
      name: 'comments and rubbish',
      text: `# x\n\nrubbish\n${line('[dev1]:830')}\r\n`,
      verdict: 'match',
    },
  ];
  for (const { name, text, host = 'dev1', port = 830, verdict } of cases) {
    it(`${verdict}: ${name}`, () => {
      assert.equal(checkKnownHost(parseKnownHosts(text), { host, port }, KEY), verdict);
    });
  }

  it('reads the line it writes', () => {
    const place = { host: 'dev1', port: 830 };
    const text = formatKnownHost(place, KEY);
    assert.equal(text, `[dev1]:830 ssh-ed25519 ${Buffer.from(KEY).toString('base64')}\n`);
    assert.equal(checkKnownHost(parseKnownHosts(text), place, KEY), 'match');
  });
});
