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
  hostKeyAlgorithms,
  parseKnownHosts,
} from '../src/node/index.ts';
import type { KnownHost } from '../src/node/index.ts';

/** By what a host key is accepted. */
export type HostKeyPolicy =
  /** As `ssh-keygen -l` prints it: `SHA256:` and base64. */
  | { readonly kind: 'fingerprint'; readonly fingerprint: string }
  /** Files as of OpenSSH; the host has to be in one of them. */
  | KnownHostsPolicy<'known-hosts'>
  /** The same, but a host that is in none is added to `file`. A host whose key has changed is refused. */
  | KnownHostsPolicy<'accept-new'>
  /** Whatever the program knows of its hosts. */
  | {
      readonly kind: 'verify';
      readonly verify: (
        fingerprint: string,
        address: HostAddress,
        key: Uint8Array,
      ) => boolean | Promise<boolean>;
    };

interface KnownHostsPolicy<Kind> {
  readonly kind: Kind;
  readonly file: string;
  /** Files that are read too; nothing is added to them. */
  readonly moreFiles?: readonly string[] | undefined;
  /** The name under which the host is in the files (`HostKeyAlias`), without a port. */
  readonly alias?: string | undefined;
}

/** As known_hosts has it. */
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
    this.#refusal = await this.#refusalOf(this.#policy, key);
    return this.#refusal === undefined;
  };

  /** Kinds of keys to ask the host for: those that it is known by come first. */
  async algorithms(): Promise<readonly string[] | undefined> {
    const policy = this.#policy;
    if (policy.kind !== 'known-hosts' && policy.kind !== 'accept-new') return undefined;
    return hostKeyAlgorithms(await readEntries(policy), this.#nameOf(policy));
  }

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
    const line = formatKnownHost(this.#nameOf(this.#policy), this.#newKey);
    await appendFile(file, gap + line, { mode: 0o600 });
    this.#newKey = undefined;
  }

  #compare(expected: string, key: Uint8Array): string | undefined {
    const actual = fingerprintOf(key);
    if (bare(actual) === bare(expected)) return undefined;
    return `is ${actual}; SHA256:${bare(expected)} is expected`;
  }

  async #refusalOf(policy: HostKeyPolicy, key: Uint8Array): Promise<string | undefined> {
    if (policy.kind === 'fingerprint') return this.#compare(policy.fingerprint, key);
    if (policy.kind !== 'verify') return this.#lookUp(policy, key);
    const fingerprint = fingerprintOf(key);
    const isRight = await policy.verify(fingerprint, this.#address, key);
    return isRight ? undefined : `is ${fingerprint}, which is not an expected one`;
  }

  async #lookUp(
    policy: KnownHostsPolicy<'known-hosts' | 'accept-new'>,
    key: Uint8Array,
  ): Promise<string | undefined> {
    const verdict = checkKnownHost(await readEntries(policy), this.#nameOf(policy), key);
    if (verdict === 'match') return undefined;
    if (verdict === 'unknown' && policy.kind === 'accept-new') {
      this.#newKey = key;
      return undefined;
    }
    const where = [policy.file, ...(policy.moreFiles ?? [])].join(', ');
    const reasons = {
      unknown: `is ${fingerprintOf(key)}; the host is not in ${where}`,
      mismatch: `is ${fingerprintOf(key)}; ${where} has another one`,
      revoked: `is ${fingerprintOf(key)}; ${where} says that it is revoked`,
      authority: `is ${fingerprintOf(key)}; ${where} has only an authority for the host (@cert-authority), and certificates of hosts are not supported`,
    };
    return reasons[verdict];
  }

  #nameOf(policy: { readonly alias?: string | undefined }): HostAddress {
    return policy.alias === undefined ? this.#address : { host: policy.alias, port: 22 };
  }
}

/** A file that does not exist has no entries. */
async function readEntries({
  file,
  moreFiles = [],
}: KnownHostsPolicy<unknown>): Promise<readonly KnownHost[]> {
  const texts = await Promise.all(
    [file, ...moreFiles].map((path) =>
      readFile(path, 'utf8').catch((error: unknown) => {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT') return '';
        throw new HostKeyError(`cannot read ${path}: ${message}`);
      }),
    ),
  );
  return texts.flatMap(parseKnownHosts);
}

function bare(fingerprint: string): string {
  return fingerprint.replace(/^SHA256:/, '').replace(/=+$/, '');
}
