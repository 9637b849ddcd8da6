/** Passwords as the users file keeps them: `scrypt:N:r:p:SALT:HASH`, salt and hash in base64 (RFC 7914). */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);
const KEY_BYTES = 32;
const COST = { N: 16384, r: 8, p: 1 };
/** More than any sensible cost needs: a file must not make a login take all memory. */
const MAX_MEMORY = 256 * 1024 * 1024;

/** Matches no password, and takes as long as one that could. */
export const NO_HASH = `scrypt:${String(COST.N)}:8:1:AAAAAAAAAAAAAAAAAAAAAA==:`;

/** A line for `passwordHash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, KEY_BYTES, COST);
  const { N, r, p } = COST;
  return ['scrypt', N, r, p, salt.toString('base64'), hash.toString('base64')].join(':');
}

/** False also for a text that is no hash. */
export async function verifyPassword(password: string, text: string): Promise<boolean> {
  const [scheme, N, r, p, salt, hash] = text.split(':');
  if (scheme !== 'scrypt' || salt === undefined || hash === undefined) return false;
  const cost = { N: Number(N), r: Number(r), p: Number(p), maxmem: MAX_MEMORY };
  const expected = Buffer.from(hash, 'base64');
  const actual = await derive(password, Buffer.from(salt, 'base64'), KEY_BYTES, cost);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
