/**
 * Whether a host key is the one that is expected (RFC 4251, section 4.1).
 *
 * There is no policy that accepts any key: state that decides what a firewall lets through is not sent
 * to somebody unknown.
 */
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HostKeyError } from '../src/netconf/index.ts';
import {
  checkKnownHost,
  fingerprintOf,
  formatKnownHost,
  parseKnownHosts,
} from '../src/node/index.ts';

export type HostKeyPolicy =
  /** As `ssh-keygen -l` prints it: `SHA256:` and base64. */
  | { readonly kind: 'fingerprint'; readonly fingerprint: string }
  /** A file as of OpenSSH; the host has to be in it. */
  | { readonly kind: 'known-hosts'; readonly file: string }
  /** The same, but a host that is not in it yet is added. A host whose key has changed is refused. */
  | { readonly kind: 'accept-new'; readonly file: string };

export interface HostAddress {
  readonly host: string;
  readonly port: number;
}

/** Checks the key of one host by one policy, and knows afterwards why it refused. */
export class HostKeyCheck {
  readonly #policy: HostKeyPolicy;
  readonly #address: HostAddress;
  #refusal: string | undefined;
  #newKey: Uint8Array | undefined;

  /** Throws HostKeyError when the policy makes no sense. */
  constructor(policy: HostKeyPolicy, address: HostAddress) {
    if (policy.kind === 'fingerprint' && !/^[\w+/]{43}$/.test(bare(policy.fingerprint))) {
      throw new HostKeyError(`"${policy.fingerprint}" is not the SHA256 fingerprint of a key`);
    }
    this.#policy = policy;
    this.#address = address;
  }

  /** For connectSsh. */
  readonly verify = async (key: Uint8Array): Promise<boolean> => {
    this.#refusal =
      this.#policy.kind === 'fingerprint'
        ? this.#compare(this.#policy.fingerprint, key)
        : await this.#lookUp(this.#policy, key);
    return this.#refusal === undefined;
  };

  /** What connectSsh has thrown, with the reason if it was the key. */
  explain(error: unknown): unknown {
    if (this.#refusal === undefined) return error;
    const { host, port } = this.#address;
    return new HostKeyError(`host key of ${host}:${port} ${this.#refusal}`, { cause: error });
  }

  /** After the connection stands: adds a key that was new to the file. */
  async remember(): Promise<void> {
    if (!this.#newKey || this.#policy.kind !== 'accept-new') return;
    const { file } = this.#policy;
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const text = await readFile(file, 'utf8').catch(() => '');
    const gap = text === '' || text.endsWith('\n') ? '' : '\n';
    await appendFile(file, gap + formatKnownHost(this.#address, this.#newKey), { mode: 0o600 });
    this.#newKey = undefined;
  }

  #compare(expected: string, key: Uint8Array): string | undefined {
    const actual = fingerprintOf(key);
    if (bare(actual) === bare(expected)) return undefined;
    return `is ${actual}; SHA256:${bare(expected)} is expected`;
  }

  async #lookUp(
    { kind, file }: HostKeyPolicy & { readonly file: string },
    key: Uint8Array,
  ): Promise<string | undefined> {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return '';
      throw new HostKeyError(`cannot read ${file}: ${message}`);
    });
    const verdict = checkKnownHost(parseKnownHosts(text), this.#address, key);
    if (verdict === 'match') return undefined;
    if (verdict === 'unknown' && kind === 'accept-new') {
      this.#newKey = key;
      return undefined;
    }
    const reasons = {
      unknown: `is ${fingerprintOf(key)}; the host is not in ${file}`,
      mismatch: `is ${fingerprintOf(key)}; ${file} has another one`,
      revoked: `is ${fingerprintOf(key)}; ${file} says that it is revoked`,
    };
    return reasons[verdict];
  }
}

function bare(fingerprint: string): string {
  return fingerprint.replace(/^SHA256:/, '').replace(/=+$/, '');
}
