/** Waits for one device that calls home (RFC 8071). */
import { listenCallHome } from '../../../call-home.ts';
import type { CallHomeOptions, CallHomeListener } from '../../../call-home.ts';
import { parseEndpoint } from '../../endpoint.ts';
import { UsageError } from '../../exit-code.ts';
import type { OpenDevice, Opening } from './opening.ts';
import { givenPassword, readGiven } from './secrets.ts';
import { tlsCredentials } from './tls.ts';

export async function openCallHome(opening: Opening): Promise<OpenDevice> {
  const { environment, settings, session } = opening;
  const { host, port } = parseListen(settings.callHome ?? '');
  const refused: string[] = [];
  const listener = await listenCallHome({
    host,
    ...(port === undefined ? {} : { port }),
    ...(await identification(opening)),
    ...session,
    connectTimeoutMs: settings.replyTimeoutMs,
    onRefused: (caller, reason) => {
      refused.push(reason.message);
      environment.output.err(`sami: refused ${caller.address}: ${reason.message}\n`);
    },
  });
  environment.output.err(`sami: waiting for a device at ${host}:${listener.port}\n`);
  return first(listener, environment.signal);
}

async function first(listener: CallHomeListener, signal: AbortSignal): Promise<OpenDevice> {
  const stop = (): void => void listener[Symbol.asyncDispose]();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const { client, name } of listener) return { client, label: `${name} (call home)` };
    throw new Error('no device has called');
  } finally {
    signal.removeEventListener('abort', stop);
    await listener[Symbol.asyncDispose]();
  }
}

async function identification(opening: Opening): Promise<Pick<CallHomeOptions, 'ssh' | 'tls'>> {
  const { settings, environment } = opening;
  if (settings.transport === 'tls') {
    const credentials = await tlsCredentials(opening);
    return { tls: { ...credentials, identify: ({ subject }) => subject.replaceAll('\n', ', ') } };
  }
  const username = settings.user ?? environment.username;
  const password =
    (await givenPassword(settings, 'the device that calls')) ?? (await passwordFrom(opening));
  const keys =
    settings.identity === undefined
      ? []
      : [
          {
            text: await readGiven(settings.identity),
            name: settings.identity,
            passphrase: environment.variables['SAMI_PASSPHRASE'],
          },
        ];
  const agent = environment.variables['SSH_AUTH_SOCK'];
  const credentials = { username, password, keys, agent };
  const { hostKey } = settings;
  if (hostKey === undefined) {
    // Its address says nothing of who calls, so known_hosts cannot be asked.
    throw new UsageError('--call-home-listen needs the --host-key of the device, or --tls');
  }
  const expected = hostKey.replace(/^SHA256:/, '').replace(/=+$/, '');
  return {
    ssh: {
      identify: (fingerprint, { address }) =>
        fingerprint === `SHA256:${expected}` ? { name: address, ...credentials } : undefined,
    },
  };
}

async function passwordFrom({ settings, environment }: Opening): Promise<string | undefined> {
  const { passwordFile } = settings;
  if (passwordFile === undefined) return environment.variables['SAMI_PASSWORD'];
  return (await readGiven(passwordFile)).replace(/\r?\n$/, '');
}

/** `HOST:PORT`, `HOST` or `:PORT`. */
function parseListen(text: string): { readonly host: string; readonly port: number | undefined } {
  const [, port] = /^:(\d{1,5})$/.exec(text) ?? [];
  if (port !== undefined) return { host: '::', port: Number(port) };
  if (/:0$/.test(text)) return { host: text.slice(0, -2).replace(/^\[(.*)\]$/, '$1'), port: 0 };
  const hasPort = /[^:]:\d+$|\]:\d+$/.test(text);
  const endpoint = parseEndpoint(text, 'nobody');
  if (text.includes('@')) throw new UsageError(`"${text}" is not HOST:PORT`);
  return { host: endpoint.host, port: hasPort ? endpoint.port : undefined };
}
