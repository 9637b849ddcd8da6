/** From what the command line says of a device to a session with it. */
import type { Transport } from '../../../src/netconf/index.ts';
import { connectNetconf } from '../../connect.ts';
import type { NetconfClient } from '../../netconf-client.ts';
import { connectOptionsOf } from '../credentials.ts';
import { parseEndpoint, printEndpoint } from '../endpoint.ts';
import type { Endpoint } from '../endpoint.ts';
import type { CliEnvironment } from '../environment.ts';
import { UsageError } from '../exit-code.ts';
import type { RawTap } from './output/raw-tap.ts';
import type { Settings } from './settings.ts';

export interface OpenDevice {
  readonly client: NetconfClient;
  /** Which device, and as whom. */
  readonly label: string;
}

/** `target` is the argument `USER@HOST:PORT`; `--host`, `--port` and `--user` come before it. */
export function endpointOf(
  settings: Settings,
  target: string | undefined,
  username: string,
): Endpoint {
  const text = settings.host ?? target;
  if (text === undefined) throw new UsageError('no device was given: USER@HOST:PORT or --host');
  const endpoint = parseEndpoint(text, settings.user ?? username);
  return {
    ...endpoint,
    ...(settings.port === undefined ? {} : { port: settings.port }),
    ...(settings.user === undefined ? {} : { username: settings.user }),
  };
}

export async function openDevice(
  environment: CliEnvironment,
  settings: Settings,
  target: string | undefined,
  tap: RawTap | undefined,
): Promise<OpenDevice> {
  const { variables, clock, signal } = environment;
  const endpoint = endpointOf(settings, target, environment.username);
  const label = printEndpoint(endpoint);
  const access = { ...endpoint, access: accessOf(settings) };
  const connect = await connectOptionsOf(access, variables);
  const client = await connectNetconf({
    ...connect,
    clock,
    signal,
    connectTimeoutMs: settings.replyTimeoutMs,
    ...(tap ? { wrapTransport: (inner: Transport) => tap.wrap(inner) } : {}),
  });
  return { client, label };
}

function accessOf(settings: Settings) {
  const { passwordFile, identity, hostKey, knownHosts, acceptNewHostKey } = settings;
  return { passwordFile, identity, hostKey, knownHosts, acceptNewHostKey };
}
