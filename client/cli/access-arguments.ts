/** Options that say how to get into devices, shared by commands. */
import type { Command } from 'commander';
import type { AccessOptions } from './credentials.ts';

/** Options for one device, or for both where nothing else is said. */
export function addAccessOptions(command: Command): Command {
  return command
    .option(
      '--password-file <file>',
      'password in a file (else SAMI_PASSWORD, key agent or prompt)',
    )
    .option('--identity <file>', 'private key in a file (passphrase: SAMI_PASSPHRASE)')
    .option('--host-key <fingerprint>', 'expected host key, as SHA256:…')
    .option('--known-hosts <file>', 'known hosts file (default ~/.ssh/known_hosts)')
    .option('--accept-new-host-key', 'add unknown hosts to the known hosts file');
}

/** Options for one of the two devices of a move. */
export function addSideOptions(command: Command, side: 'from' | 'to', device: string): Command {
  return command
    .option(`--${side}-password-file <file>`, `the same, for the ${device} device alone`)
    .option(`--${side}-identity <file>`, `the same, for the ${device} device alone`)
    .option(`--${side}-host-key <fingerprint>`, `the same, for the ${device} device alone`);
}

export interface SharedAccess extends AccessOptions {
  readonly fromPasswordFile?: string;
  readonly fromIdentity?: string;
  readonly fromHostKey?: string;
  readonly toPasswordFile?: string;
  readonly toIdentity?: string;
  readonly toHostKey?: string;
}

/** What holds for one side: its own options, else the common ones. */
export function accessOf(options: SharedAccess, side?: 'from' | 'to'): AccessOptions {
  const own = {
    from: [options.fromPasswordFile, options.fromIdentity, options.fromHostKey],
    to: [options.toPasswordFile, options.toIdentity, options.toHostKey],
  } as const;
  const [passwordFile, identity, hostKey] = side ? own[side] : [];
  const hasOwnSecret = passwordFile !== undefined || identity !== undefined;
  return {
    passwordFile: hasOwnSecret ? passwordFile : options.passwordFile,
    identity: hasOwnSecret ? identity : options.identity,
    hostKey: hostKey ?? options.hostKey,
    knownHosts: options.knownHosts,
    acceptNewHostKey: options.acceptNewHostKey,
  };
}
