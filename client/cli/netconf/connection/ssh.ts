/** Over SSH (RFC 6242), by the options alone or by the configuration of the user's OpenSSH. */
import { connectNetconf } from '../../../connect.ts';
import type { ConnectOptions } from '../../../connect.ts';
import { resolveSshHost } from '../../../ssh-host.ts';
import { connectOptionsOf, hostKeyPolicyOf } from '../../credentials.ts';
import type { AccessOptions } from '../../credentials.ts';
import { printEndpoint } from '../../endpoint.ts';
import { promptSecret } from '../../prompt.ts';
import type { Settings } from '../settings.ts';
import { addressOf } from './address.ts';
import type { OpenDevice, Opening } from './opening.ts';
import { givenPassword, readGiven } from './secrets.ts';

export async function openSsh(opening: Opening): Promise<OpenDevice> {
  const { environment, settings, session } = opening;
  const options = await sshOptions(opening);
  const client = await connectNetconf({
    ...options,
    ...session,
    signal: environment.signal,
    connectTimeoutMs: settings.replyTimeoutMs ?? options.connectTimeoutMs,
  });
  const { host, port = 0, username } = options;
  return { client, label: printEndpoint({ host, port, username }) };
}

async function sshOptions(opening: Opening): Promise<ConnectOptions> {
  const { environment, settings } = opening;
  const { hasPort, hasUser, ...endpoint } = addressOf(opening);
  const password = await givenPassword(settings, printEndpoint(endpoint));
  const access = accessOf(settings);
  if (settings.sshConfig === undefined) {
    if (password === undefined) {
      return connectOptionsOf({ ...endpoint, access }, environment.variables);
    }
    return { ...endpoint, password, hostKey: hostKeyPolicyOf(access) };
  }
  const { host, port, username } = endpoint;
  const variables = environment.variables;
  const resolved = resolveSshHost(host, {
    environment: variables,
    ...(settings.sshConfig === true ? {} : { configFile: settings.sshConfig }),
    ...(hasUser ? { user: username } : {}),
    ...(hasPort ? { port } : {}),
    ...(hasHostKey(settings) ? { hostKey: hostKeyPolicyOf(access) } : {}),
    password: () => password ?? passwordOf(opening, `${username}@${host}`),
    passphraseOf: (file: string) =>
      variables['SAMI_PASSPHRASE'] ?? promptSecret(`passphrase of ${file}: `),
  });
  return settings.identity === undefined
    ? resolved
    : { ...resolved, privateKey: await readGiven(settings.identity) };
}

/** Only when the device wants one: keys come first. */
async function passwordOf(
  { environment: { variables }, settings }: Opening,
  device: string,
): Promise<string | undefined> {
  const { passwordFile } = settings;
  if (passwordFile !== undefined) return (await readGiven(passwordFile)).replace(/\r?\n$/, '');
  return variables['SAMI_PASSWORD'] ?? promptSecret(`password of ${device}: `);
}

function accessOf(settings: Settings): AccessOptions {
  const { passwordFile, identity, hostKey, knownHosts, acceptNewHostKey } = settings;
  return { passwordFile, identity, hostKey, knownHosts, acceptNewHostKey };
}

function hasHostKey({ hostKey, knownHosts, acceptNewHostKey }: Settings): boolean {
  return hostKey !== undefined || knownHosts !== undefined || acceptNewHostKey === true;
}
