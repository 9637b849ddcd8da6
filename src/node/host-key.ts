/** The host key of a server: Ed25519 (RFC 8709), made on first start and kept in a file of its own. */
import { createHash } from 'node:crypto';
import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import ssh2 from 'ssh2';

/** A private key and how people compare it. */
export interface HostKey {
  /** OpenSSH private key text. */
  readonly privateKey: string;
  /** The public key as SSH sends it (RFC 4253, section 6.6). */
  readonly publicKey: Uint8Array;
  /** As OpenSSH shows it: `SHA256:…`. */
  readonly fingerprint: string;
}

/** Reads the key, or makes it. Throws when others can read it, or when it is not a key. */
export async function loadOrCreateHostKey(path: string): Promise<HostKey> {
  try {
    return await loadHostKey(path);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
  await createHostKey(path);
  return loadHostKey(path);
}

async function loadHostKey(path: string): Promise<HostKey> {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) {
    throw new Error(`host key ${path} can be read by others: its mode must be 0600`);
  }
  const privateKey = await readFile(path, 'utf8');
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw new Error(`host key ${path}: ${key.message}`);
  const publicKey = new Uint8Array(key.getPublicSSH());
  return { privateKey, publicKey, fingerprint: fingerprintOf(publicKey) };
}

/** Makes the file whole or not at all, and never replaces one: two servers may start at once. */
async function createHostKey(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const text = generateKey();
  const draft = `${path}.${String(process.pid)}.new`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
}

/**
 * Private key text that can be read back. Some of the keys that the library makes, about one in 400,
 * cannot, and a server that kept one would never start again.
 */
function generateKey(): string {
  for (;;) {
    const { private: text } = ssh2.utils.generateKeyPairSync('ed25519', { comment: 'sami' });
    if (!(ssh2.utils.parseKey(text) instanceof Error)) return text;
  }
}

/** The fingerprint of a public key, as OpenSSH shows it. */
export function fingerprintOf(publicKey: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(publicKey).digest('base64').replace(/=+$/, '')}`;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
