/**
 * Who may log in: a JSON file such as
 *
 *     { "users": [
 *       { "name": "admin", "administrator": true, "passwordHash": "scrypt:16384:8:1:SALT:HASH" },
 *       { "name": "lab", "password": "plain text, for labs only" },
 *       { "name": "orchestrator", "groups": ["mobility"], "authorizedKeys": ["ssh-ed25519 AAAA… comment"] } ],
 *       "certToName": [
 *         { "id": 1, "fingerprint": "04:…", "mapType": "specified", "name": "orchestrator" } ] }
 *
 * Access control (RFC 8341) does not apply to administrators; all others may do what its rules say. `certToName` is
 * the list cert-to-name of ietf-x509-cert-to-name (RFC 7407), for TLS.
 *
 * `samid hash-password` makes the hashes.
 */
import { readFile, stat } from 'node:fs/promises';
import { MAP_TYPES, fingerprintFault } from '../src/node/cert-to-name.ts';
import type { CertToName } from '../src/node/cert-to-name.ts';
import { Users } from './users.ts';
import type { User } from './users.ts';

const USER_FIELDS: readonly (keyof User)[] = [
  'name',
  'passwordHash',
  'password',
  'authorizedKeys',
  'groups',
  'administrator',
];

const MAPPING_FIELDS: readonly (keyof CertToName)[] = ['id', 'fingerprint', 'mapType', 'name'];

/** The file cannot be used; the message says why in one line. */
export class UsersFileError extends Error {
  constructor(path: string, reason: string) {
    // What JSON.parse says quotes the file, line feeds and all.
    super(`users file "${path}": ${reason.replaceAll(/\s+/g, ' ')}`);
    this.name = 'UsersFileError';
  }
}

/** Throws UsersFileError. */
export async function readUsersFile(path: string): Promise<Users> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new UsersFileError(path, error instanceof Error ? error.message : String(error));
  }
  if (!isRecord(content)) throw new UsersFileError(path, 'it has no list "users"');
  const strange = unknownField(content, ['users', 'certToName']);
  if (strange !== undefined) throw new UsersFileError(path, strange);
  const certToName = checkMappings(content['certToName'], path);
  return new Users(checkUsers(content['users'], certToName.length > 0, path), certToName);
}

/** What speaks against the permissions of a file with secrets; undefined when nothing does. */
export async function permissionFault(path: string): Promise<string | undefined> {
  const { mode } = await stat(path);
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  if (mode & 0o004) return `${path} can be read by everybody (mode ${octal})`;
  if (mode & 0o002) return `${path} can be written by everybody (mode ${octal})`;
  return undefined;
}

function checkUsers(users: unknown, hasMappings: boolean, path: string): readonly User[] {
  if (!Array.isArray(users)) throw new UsersFileError(path, 'it has no list "users"');
  const names = new Set<string>();
  return users.map((it: unknown, index) => {
    const user = checkUser(it, index, path);
    if (names.has(user.name)) throw new UsersFileError(path, `user "${user.name}" is there twice`);
    names.add(user.name);
    if (!hasMappings && !hasCredential(user)) {
      throw new UsersFileError(path, `user "${user.name}" has neither password nor key`);
    }
    return user;
  });
}

function hasCredential({ password, passwordHash, authorizedKeys }: User): boolean {
  return password !== undefined || passwordHash !== undefined || authorizedKeys !== undefined;
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
  for (const [field, value] of Object.entries({ password, passwordHash })) {
    if (value !== undefined && typeof value !== 'string') {
      throw new UsersFileError(path, `"${field}" of user "${name}" is not a string`);
    }
  }
  for (const [field, value] of Object.entries({ groups, authorizedKeys })) {
    if (value !== undefined && !isStrings(value)) {
      throw new UsersFileError(path, `"${field}" of user "${name}" is not a list of strings`);
    }
  }
  const strange = unknownField(user, USER_FIELDS);
  if (strange !== undefined) throw new UsersFileError(path, `user "${name}": ${strange}`);
  return user as unknown as User;
}

/** A field that is spelled wrong would silently give a user more, or less, than somebody meant. */
function unknownField(value: object, known: readonly string[]): string | undefined {
  const strange = Object.keys(value).find((field) => !known.includes(field));
  if (strange === undefined) return undefined;
  return `"${strange}" is no field here; these are: ${known.join(', ')}`;
}

function checkMappings(entries: unknown, path: string): readonly CertToName[] {
  if (entries === undefined) return [];
  if (!Array.isArray(entries)) throw new UsersFileError(path, '"certToName" is not a list');
  const ids = new Set<number>();
  return entries.map((it: unknown, index) => {
    const where = `entry ${String(index + 1)} of "certToName"`;
    const fault = mappingFault(it);
    if (fault !== undefined) throw new UsersFileError(path, `${where}: ${fault}`);
    const entry = it as CertToName;
    if (ids.has(entry.id)) throw new UsersFileError(path, `${where}: its "id" is there twice`);
    ids.add(entry.id);
    return entry;
  });
}

function mappingFault(entry: unknown): string | undefined {
  if (!isRecord(entry)) return 'it is no object';
  const { id, fingerprint, mapType, name } = entry;
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > 0xffffffff) {
    return '"id" is not a number from 0 to 4294967295';
  }
  if (typeof fingerprint !== 'string') return '"fingerprint" is not a string';
  const fault = fingerprintFault(fingerprint);
  if (fault !== undefined) return `"fingerprint": ${fault}`;
  if (!MAP_TYPES.some((it) => it === mapType)) {
    return `"mapType" is none of ${MAP_TYPES.join(', ')}`;
  }
  if (mapType === 'specified' && typeof name !== 'string') return '"name" is missing';
  if (mapType !== 'specified' && name !== undefined) return '"name" goes with "specified" only';
  return unknownField(entry, MAPPING_FIELDS);
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((it) => typeof it === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
