/** The users file (server/users.ts). */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Users, hashPassword, readUsersFile } from '../../../server/index.ts';
import { withTemporaryDirectory } from '../../support/temporary-directory.ts';

const BLOB = Buffer.from('a public key');

describe('users', () => {
  const users = async (): Promise<Users> =>
    new Users([
      { name: 'plain', password: 'one' },
      { name: 'hashed', passwordHash: await hashPassword('two') },
      { name: 'keyed', authorizedKeys: [`ssh-ed25519 ${BLOB.toString('base64')} me@here`] },
      { name: 'broken', passwordHash: 'md5:1234' },
    ]);

  for (const { name, password, expected } of [
    { name: 'plain', password: 'one', expected: true },
    { name: 'plain', password: 'two', expected: false },
    { name: 'plain', password: '', expected: false },
    { name: 'hashed', password: 'two', expected: true },
    { name: 'hashed', password: 'one', expected: false },
    { name: 'keyed', password: '', expected: false },
    { name: 'broken', password: '1234', expected: false },
    { name: 'nobody', password: '', expected: false },
  ]) {
    it(`${expected ? 'admits' : 'refuses'} "${name}" with "${password}"`, async () => {
      assert.equal(await (await users()).checkPassword(name, password), expected);
    });
  }

  for (const { name, blob, expected } of [
    { name: 'keyed', blob: BLOB, expected: true },
    { name: 'keyed', blob: Buffer.from('another'), expected: false },
    { name: 'keyed', blob: Buffer.alloc(0), expected: false },
    { name: 'plain', blob: BLOB, expected: false },
    { name: 'nobody', blob: BLOB, expected: false },
  ]) {
    it(`${expected ? 'admits' : 'refuses'} "${name}" with the key ${blob.toString()}`, async () => {
      assert.equal((await users()).checkPublicKey(name, blob), expected);
    });
  }

  it('does not hash alike twice', async () => {
    assert.notEqual(await hashPassword('x'), await hashPassword('x'));
  });
});

const PRINT = ['04', ...Array<string>(32).fill('AB')].join(':');
const GOOD = `{"id": 1, "fingerprint": "${PRINT}", "mapType": "san-any"}`;
const mapping = (...entries: readonly string[]): string =>
  `{"users": [{"name": "a"}], "certToName": [${entries.join(',')}]}`;

describe('users who change', () => {
  const before = new Users([
    { name: 'same', password: 'a', groups: ['x', 'y'] },
    { name: 'gone', password: 'a' },
    { name: 'other', password: 'a', groups: ['x'] },
    { name: 'risen', password: 'a' },
  ]);
  const after = [
    { name: 'same', password: 'new', groups: ['y', 'x'] },
    { name: 'other', password: 'a', groups: ['z'] },
    { name: 'risen', password: 'a', administrator: true },
  ];
  for (const [name, expected] of [
    ['same', true],
    ['gone', false],
    ['other', false],
    ['risen', false],
  ] as const) {
    it(`"${name}" ${expected ? 'stays' : 'has to go'}`, async () => {
      const users = new Users([]);
      users.replaceBy(before);
      const login = await users.authenticate(name, { password: 'a' });
      assert.ok(!('refused' in login));
      assert.equal(users.isCurrent(name, login), true);
      users.replaceBy(new Users(after));
      assert.equal(users.isCurrent(name, login), expected);
    });
  }
});

describe('users file', () => {
  const read = (content: string): Promise<Users> =>
    withTemporaryDirectory(async (directory) => {
      const path = join(directory, 'users.json');
      await writeFile(path, content);
      return readUsersFile(path);
    });

  it('is read', async () => {
    const users = await read('{"users": [{"name": "a", "password": "b"}]}');
    assert.equal(await users.checkPassword('a', 'b'), true);
  });

  it('may have users without password or key when certificates stand for them', async () => {
    await read(mapping(GOOD));
  });

  for (const [content, reason] of [
    ['', /users\.json": Unexpected end/],
    ['[]', /it has no list "users"/],
    ['{"users": [{}]}', /entry 1 has no "name"/],
    ['{"users": [{"name": "a"}]}', /user "a" has neither password nor key/],
    ['{"users": [{"name": "a", "password": 1}]}', /"password" of user "a" is not a string/],
    ['{"users": [{"name": "a", "authorizedKeys": "k"}]}', /"authorizedKeys" of user "a"/],
    ['{"users": [{"name": "a", "password": "b"}, {"name": "a"}]}', /user "a" (is there twice|has)/],
    [
      '{"users": [{"name": "a", "password": "b", "adminstrator": true}]}',
      /user "a": "adminstrator" is no field here; these are: name, .*administrator/,
    ],
    ['{"users": [], "cert-to-name": []}', /"cert-to-name" is no field here; .*users, certToName/],
    [mapping('{"id": -1}'), /entry 1 of "certToName": "id" is not a number/],
    [mapping('{"id": 1}'), /"fingerprint" is not a string/],
    [mapping('{"id": 1, "fingerprint": "xx"}'), /not pairs of hexadecimal digits/],
    [mapping('{"id": 1, "fingerprint": "99:00"}'), /"99" names no hash algorithm/],
    [mapping('{"id": 1, "fingerprint": "04:00"}'), /sha256 has 32 octets, not 1/],
    [
      mapping(`{"id": 1, "fingerprint": "${PRINT}", "mapType": "x"}`),
      /"mapType" is none of specified/,
    ],
    [mapping(`{"id": 1, "fingerprint": "${PRINT}", "mapType": "specified"}`), /"name" is missing/],
    [
      mapping(`{"id": 1, "fingerprint": "${PRINT}", "mapType": "san-any", "user": "a"}`),
      /entry 1 of "certToName": "user" is no field here/,
    ],
    [mapping(GOOD, GOOD), /entry 2 of "certToName": its "id" is there twice/],
  ] as const) {
    it(`is refused as ${content || 'nothing'}`, () => assert.rejects(read(content), reason));
  }
});
