/** The known_hosts file of OpenSSH: which host has which key (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { globMatches } from './ssh-config.ts';

/** One line of a file as OpenSSH keeps it (sshd(8)). */
export interface KnownHost {
  readonly marker?: 'cert-authority' | 'revoked';
  /** Patterns, or one hashed name. */
  readonly hosts: string;
  readonly algorithm: string;
  readonly key: Uint8Array;
}

/**
 * `match`: the key is known for the host; `mismatch`: only other keys are; `unknown`: none is;
 * `revoked`: the key must not be accepted; `authority`: an authority is known for the host, and
 * certificates are not supported.
 */
export type KnownHostVerdict = 'match' | 'mismatch' | 'unknown' | 'revoked' | 'authority';

/** Lines that cannot be understood are passed over, as OpenSSH does. */
export function parseKnownHosts(text: string): readonly KnownHost[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const match =
      /^\s*(?:@(cert-authority|revoked)\s+)?([^\s#@]\S*)\s+(\S+)\s+([\w+/]+=*)(?:\s|$)/.exec(line);
    if (!match) return [];
    const [, marker, hosts = '', algorithm = '', key = ''] = match;
    const entry = { hosts, algorithm, key: new Uint8Array(Buffer.from(key, 'base64')) };
    return [marker === 'cert-authority' || marker === 'revoked' ? { ...entry, marker } : entry];
  });
}

/** Whether a host has this key by what the files say. */
export function checkKnownHost(
  entries: Iterable<KnownHost>,
  { host, port }: { readonly host: string; readonly port: number },
  key: Uint8Array,
): KnownHostVerdict {
  const name = hostName(host, port);
  let verdict: KnownHostVerdict = 'unknown';
  for (const entry of entries) {
    if (!matches(entry.hosts, name)) continue;
    if (entry.marker === 'cert-authority') {
      if (verdict === 'unknown') verdict = 'authority';
      continue;
    }
    const isSame = Buffer.compare(entry.key, key) === 0;
    if (isSame && entry.marker === 'revoked') return 'revoked';
    if (entry.marker === 'revoked') continue;
    if (isSame) verdict = 'match';
    else if (verdict !== 'match') verdict = 'mismatch';
  }
  return verdict;
}

/** What ssh2 can check, in the order of preference; RSA with SHA-1 is not among it (RFC 8332). */
const HOST_KEY_ALGORITHMS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/** Kinds of host keys to ask a host for: those that are known of it come first, as OpenSSH does it. */
export function hostKeyAlgorithms(
  entries: Iterable<KnownHost>,
  { host, port }: { readonly host: string; readonly port: number },
): readonly string[] {
  const name = hostName(host, port);
  const known = new Set<string>();
  for (const { marker, hosts, algorithm } of entries) {
    if (!marker && matches(hosts, name)) known.add(algorithm);
  }
  const isKnown = (algorithm: string): boolean =>
    known.has(algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm);
  return [
    ...HOST_KEY_ALGORITHMS.filter(isKnown),
    ...HOST_KEY_ALGORITHMS.filter((algorithm) => !isKnown(algorithm)),
  ];
}

/** A line to append for a host whose key was accepted. */
export function formatKnownHost(
  { host, port }: { readonly host: string; readonly port: number },
  key: Uint8Array,
): string {
  return `${hostName(host, port)} ${keyAlgorithm(key)} ${Buffer.from(key).toString('base64')}\n`;
}

/** The name of the algorithm is the first string of the key (RFC 4253, section 6.6). */
function keyAlgorithm(key: Uint8Array): string {
  const length = new DataView(key.buffer, key.byteOffset, key.byteLength).getUint32(0);
  return new TextDecoder().decode(key.subarray(4, 4 + length));
}

function hostName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${String(port)}`;
}

function matches(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) return matchesHash(hosts, name);
  let matched = false;
  for (const pattern of hosts.toLowerCase().split(',')) {
    const isNegated = pattern.startsWith('!');
    if (!globMatches(isNegated ? pattern.slice(1) : pattern, name)) continue;
    if (isNegated) return false;
    matched = true;
  }
  return matched;
}

/** `|1|salt|hash`: HMAC-SHA1 of the name. */
function matchesHash(hosts: string, name: string): boolean {
  const [, , salt = '', hash = ''] = hosts.split('|');
  const expected = Buffer.from(hash, 'base64');
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
