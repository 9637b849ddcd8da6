/** `[USER@]HOST[:PORT]` on the command line; IPv6 addresses in brackets when a port follows. */
import { isIPv6 } from 'node:net';
import { NETCONF_SSH_PORT } from '../../src/netconf/index.ts';
import { UsageError } from './exit-code.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly username: string;
}

export function parseEndpoint(text: string, defaultUser: string): Endpoint {
  const at = text.lastIndexOf('@');
  const username = at < 0 ? defaultUser : text.slice(0, at);
  const address = text.slice(at + 1);
  if (username === '') throw new UsageError(`"${text}" has no user name`);
  if (isIPv6(address)) return { host: address, port: NETCONF_SSH_PORT, username };
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(address);
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? NETCONF_SSH_PORT : Number(match[3]);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new UsageError(`"${text}" is not USER@HOST:PORT`);
  }
  return { host, port, username };
}

export function printEndpoint({ host, port, username }: Endpoint): string {
  return `${username}@${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
