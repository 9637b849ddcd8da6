import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostKeyCheck } from '../../../client/host-key.ts';
import type { HostKeyPolicy } from '../../../client/host-key.ts';
import { fingerprintOf, formatKnownHost } from '../../../src/node/index.ts';

/** A key blob with that last byte (RFC 4253, section 6.6). */
function key(last: number): Uint8Array {
  const type = 'ssh-ed25519';
  const blob = Buffer.alloc(4 + type.length + 4 + 32, last);
  blob.writeUInt32BE(type.length, 0);
  blob.write(type, 4);
  blob.writeUInt32BE(32, 4 + type.length);
  return new Uint8Array(blob);
}

const ADDRESS = { host: 'device', port: 8300 };

describe('checking host keys', () => {
  let folder = '';
  let file = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sami-keys-'));
    file = join(folder, 'known_hosts');
    await writeFile(file, formatKnownHost({ host: 'known', port: 830 }, key(1)).trimEnd());
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const known = { host: 'known', port: 830 };
  const cases: {
    name: string;
    policy: () => HostKeyPolicy;
    address: typeof known;
    shown: number;
    refusal?: RegExp;
  }[] = [
    {
      name: 'the expected fingerprint',
      policy: () => ({ kind: 'fingerprint', fingerprint: fingerprintOf(key(1)) }),
      address: ADDRESS,
      shown: 1,
    },
    {
      name: 'the same without its prefix',
      policy: () => ({ kind: 'fingerprint', fingerprint: fingerprintOf(key(1)).slice(7) }),
      address: ADDRESS,
      shown: 1,
    },
    {
      name: 'another fingerprint',
      policy: () => ({ kind: 'fingerprint', fingerprint: fingerprintOf(key(1)) }),
      address: ADDRESS,
      shown: 2,
      refusal: /^host key of device:8300 is SHA256:\S+; SHA256:\S+ is expected$/,
    },
    {
      name: 'a key in the file',
      policy: () => ({ kind: 'known-hosts', file }),
      address: known,
      shown: 1,
    },
    {
      name: 'another key than that in the file',
      policy: () => ({ kind: 'known-hosts', file }),
      address: known,
      shown: 2,
      refusal: /known_hosts has another one$/,
    },
    {
      name: 'a host that is not in the file',
      policy: () => ({ kind: 'known-hosts', file }),
      address: ADDRESS,
      shown: 1,
      refusal: /the host is not in .*known_hosts$/,
    },
    {
      name: 'a file that is not there',
      policy: () => ({ kind: 'known-hosts', file: join(folder, 'none') }),
      address: ADDRESS,
      shown: 1,
      refusal: /the host is not in .*none$/,
    },
    {
      name: 'another key for a known host, though new hosts are accepted',
      policy: () => ({ kind: 'accept-new', file }),
      address: known,
      shown: 2,
      refusal: /has another one$/,
    },
  ];

  for (const { name, policy, address, shown, refusal } of cases) {
    it(`${refusal ? 'refuses' : 'accepts'} ${name}`, async () => {
      const check = new HostKeyCheck(policy(), address);
      assert.equal(await check.verify(key(shown)), refusal === undefined);
      const explained = check.explain(new Error('as ssh says'));
      assert.match((explained as Error).message, refusal ?? /^as ssh says$/);
    });
  }

  it('remembers a new host, on a line of its own', async () => {
    const policy = { kind: 'accept-new', file } as const;
    const check = new HostKeyCheck(policy, ADDRESS);
    assert.equal(await check.verify(key(3)), true);
    await check.remember();
    assert.equal((await readFile(file, 'utf8')).split('\n').length, 3);
    assert.equal(await new HostKeyCheck(policy, ADDRESS).verify(key(3)), true);
    assert.equal(await new HostKeyCheck(policy, ADDRESS).verify(key(4)), false);
    assert.equal(await new HostKeyCheck(policy, known).verify(key(1)), true);
  });

  it('refuses what is no fingerprint', () => {
    for (const fingerprint of ['', 'SHA256:', 'MD5:aa:bb', 'SHA256:short']) {
      assert.throws(
        () => new HostKeyCheck({ kind: 'fingerprint', fingerprint }, ADDRESS),
        /not the SHA256/,
      );
    }
  });
});
