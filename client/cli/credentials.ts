/**
 * Where passwords and keys come from. A password is never an argument, where every user of the machine
 * could read it: it comes from a file, the environment or a prompt.
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ConnectOptions } from '../connect.ts';
import type { HostKeyPolicy } from '../host-key.ts';
import type { Endpoint } from './endpoint.ts';
import { printEndpoint } from './endpoint.ts';
import { UsageError } from './exit-code.ts';
import { promptSecret } from './prompt.ts';

/** As given on the command line and kept in journals: names of files, no secrets. */
export interface AccessOptions {
  readonly passwordFile?: string | undefined;
  readonly identity?: string | undefined;
  readonly hostKey?: string | undefined;
  readonly knownHosts?: string | undefined;
  readonly acceptNewHostKey?: boolean | undefined;
}

export interface DeviceAccess extends Endpoint {
  readonly access: AccessOptions;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads what is needed to connect; asks on the terminal when nothing else gives a password. */
export async function connectOptionsOf(
  { access, ...endpoint }: DeviceAccess,
  environment: Environment,
  passwordVariable = 'SAMI_PASSWORD',
): Promise<ConnectOptions> {
  const base = { ...endpoint, hostKey: hostKeyPolicyOf(access) };
  if (access.identity !== undefined) {
    const privateKey = await readSecret(access.identity);
    return { ...base, privateKey, passphrase: environment['SAMI_PASSPHRASE'] };
  }
  const password =
    access.passwordFile === undefined
      ? (environment[passwordVariable] ?? environment['SAMI_PASSWORD'])
      : (await readSecret(access.passwordFile)).replace(/\r?\n$/, '');
  if (password !== undefined) return { ...base, password };
  const agent = environment['SSH_AUTH_SOCK'];
  if (agent !== undefined && agent !== '') return { ...base, agent };
  const asked = await promptSecret(`password of ${printEndpoint(endpoint)}: `);
  if (asked !== undefined) return { ...base, password: asked };
  throw new UsageError(
    `no password or key for ${printEndpoint(endpoint)}: use --password-file, --identity or ${passwordVariable}`,
  );
}

/** The policy that options ask for; without any, the user's known hosts. */
export function hostKeyPolicyOf(access: AccessOptions): HostKeyPolicy {
  if (access.hostKey !== undefined) return { kind: 'fingerprint', fingerprint: access.hostKey };
  const file = access.knownHosts ?? join(homedir(), '.ssh', 'known_hosts');
  return { kind: access.acceptNewHostKey === true ? 'accept-new' : 'known-hosts', file };
}

async function readSecret(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as Error).message}`);
  }
}
