/**
 * Who may log in: a JSON file such as
 *
 *     { "users": [
 *       { "name": "admin", "administrator": true, "passwordHash": "scrypt:16384:8:1:SALT:HASH" },
 *       { "name": "lab", "password": "plain text, for labs only" },
 *       { "name": "orchestrator", "groups": ["mobility"], "authorizedKeys": ["ssh-ed25519 AAAA… comment"] } ] }
 *
 * Access control (RFC 8341) does not apply to administrators; all others may do what its rules say.
 *
 * `samid hash-password` makes the hashes.
 */
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Login, SshCredential } from '../src/node/ssh-transport.ts';

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);
const KEY_BYTES = 32;
const COST = { N: 16384, r: 8, p: 1 };

export interface User extends Login {
  readonly name: string;
  readonly password?: string;
  readonly passwordHash?: string;
  /** Lines as in OpenSSH's authorized_keys, without options. */
  readonly authorizedKeys?: readonly string[];
}

/** The file cannot be used; the message says why in one line. */
export class UsersFileError extends Error {
  constructor(path: string, reason: string) {
    super(`users file "${path}": ${reason}`);
    this.name = 'UsersFileError';
  }
}

export async function readUsersFile(path: string): Promise<Users> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new UsersFileError(path, error instanceof Error ? error.message : String(error));
  }
  return new Users(checkUsers(content, path));
}

export class Users {
  readonly #users: ReadonlyMap<string, User>;

  constructor(users: Iterable<User>) {
    this.#users = new Map([...users].map((user) => [user.name, user]));
  }

  /** For {@link listenSsh}: the rights of a user who shows a valid credential, `false` for anybody else. */
  readonly authenticate = async (
    name: string,
    credential: SshCredential,
  ): Promise<Login | false> => {
    const isKnown =
      'password' in credential
        ? await this.checkPassword(name, credential.password)
        : this.checkPublicKey(name, credential.publicKey.blob);
    const user = this.#users.get(name);
    if (!isKnown || !user) return false;
    const { groups = [], administrator = false } = user;
    return { groups, administrator };
  };

  async checkPassword(name: string, password: string): Promise<boolean> {
    const user = this.#users.get(name);
    // An unknown user costs the same time as a known one.
    const expected = user?.passwordHash ?? (user?.password === undefined ? NO_HASH : undefined);
    if (expected !== undefined) return verifyHash(password, expected);
    return timingSafeEqual(sha256(password), sha256(user?.password ?? ''));
  }

  /** `blob` is the key in the encoding of RFC 4253, section 6.6. */
  checkPublicKey(name: string, blob: Uint8Array): boolean {
    const key = Buffer.from(blob).toString('base64');
    const lines = this.#users.get(name)?.authorizedKeys ?? [];
    return lines.some((line) => line.trim().split(/\s+/)[1] === key);
  }
}

/** A line for `passwordHash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, KEY_BYTES, COST);
  const { N, r, p } = COST;
  return ['scrypt', N, r, p, salt.toString('base64'), hash.toString('base64')].join(':');
}

/** Matches no password, and takes as long as one that could. */
const NO_HASH = `scrypt:${String(COST.N)}:8:1:AAAAAAAAAAAAAAAAAAAAAA==:`;

async function verifyHash(password: string, text: string): Promise<boolean> {
  const [scheme, N, r, p, salt, hash] = text.split(':');
  if (scheme !== 'scrypt' || salt === undefined || hash === undefined) return false;
  const cost = { N: Number(N), r: Number(r), p: Number(p), maxmem: 256 * 1024 * 1024 };
  const expected = Buffer.from(hash, 'base64');
  const actual = await derive(password, Buffer.from(salt, 'base64'), KEY_BYTES, cost);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function checkUsers(content: unknown, path: string): readonly User[] {
  const users = isRecord(content) ? content['users'] : undefined;
  if (!Array.isArray(users)) throw new UsersFileError(path, 'it has no list "users"');
  return users.map((user: unknown, index) => checkUser(user, index, path));
}

function checkUser(user: unknown, index: number, path: string): User {
  const where = `entry ${String(index + 1)}`;
  if (!isRecord(user) || typeof user['name'] !== 'string' || user['name'] === '') {
    throw new UsersFileError(path, `${where} has no "name"`);
  }
  const { name, password, passwordHash, authorizedKeys, administrator, groups } = user;
  if (administrator !== undefined && typeof administrator !== 'boolean') {
    throw new UsersFileError(path, `"administrator" of user "${name}" is neither true nor false`);
  }
  if (groups !== undefined && !isStrings(groups)) {
    throw new UsersFileError(path, `"groups" of user "${name}" is not a list of strings`);
  }
  for (const [field, value] of Object.entries({ password, passwordHash })) {
    if (value !== undefined && typeof value !== 'string') {
      throw new UsersFileError(path, `"${field}" of user "${name}" is not a string`);
    }
  }
  if (authorizedKeys !== undefined && !isStrings(authorizedKeys)) {
    throw new UsersFileError(path, `"authorizedKeys" of user "${name}" is not a list of strings`);
  }
  if (password === undefined && passwordHash === undefined && authorizedKeys === undefined) {
    throw new UsersFileError(path, `user "${name}" has neither password nor key`);
  }
  return user as unknown as User;
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((it) => typeof it === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
