/** What the values of options may be: texts of the command line to values, with an error that says what was expected. */
import { InvalidArgumentError } from 'commander';
import { NETCONF_CALL_HOME_SSH_PORT, NETCONF_CALL_HOME_TLS_PORT } from '../../src/netconf/index.ts';
import type { CallHomeEndpoint } from '../../src/node/call-home.ts';

/** Where to listen, or whom to call. An empty host is every address. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** `HOST:PORT`, `[IPV6]:PORT` or `:PORT`. */
export function endpoint(text: string): Endpoint {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65535) throw new InvalidArgumentError('Expected HOST:PORT.');
  return { host: match[1] ?? (match[2] || '::'), port };
}

/** An endpoint as it is written, with brackets where it needs them. */
export function endpointText({ host, port }: Endpoint): string {
  return `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}

/** Whom to call: `ssh://HOST[:PORT]` and `tls://HOST[:PORT]`, several with commas between them. */
export function callHome(text: string): readonly CallHomeEndpoint[] {
  return text.split(',').map((part) => {
    const match = /^(ssh|tls):\/\/(?:\[([^\]]+)\]|([^:/[\]]+))(?::(\d{1,5}))?\/?$/.exec(part);
    const [, protocol, ipv6, name, port] = match ?? [];
    const host = ipv6 ?? name;
    if (host === undefined || Number(port ?? 1) > 65535 || port === '0') {
      throw new InvalidArgumentError('Expected ssh://HOST[:PORT] or tls://HOST[:PORT].');
    }
    if (protocol === 'tls') {
      return { protocol, host, port: Number(port ?? NETCONF_CALL_HOME_TLS_PORT) };
    }
    return { protocol: 'ssh', host, port: Number(port ?? NETCONF_CALL_HOME_SSH_PORT) };
  });
}

export function positive(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('Expected a positive number.');
  return Number(text);
}

/** A number of things; 0 is for no limit. */
export function limit(text: string): number {
  if (text === '0') return Infinity;
  return positive(text);
}

const BYTE_UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** `4096`, `64k`, `16M`, `1G`. */
export function bytes(text: string): number {
  const match = /^([1-9]\d{0,11})([kMG]?)$/.exec(text);
  if (!match)
    throw new InvalidArgumentError('Expected a number of bytes such as 4096, 64k or 16M.');
  return Number(match[1]) * (BYTE_UNITS[match[2] ?? ''] ?? 1);
}

const TIME_UNITS: Readonly<Record<string, number>> = {
  '': 1000,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `30` or `30s`, `500ms`, `5m`, `2h`, `1d`; in milliseconds. */
export function duration(text: string): number {
  const match = /^([1-9]\d{0,8})(ms|s|m|h|d|)$/.exec(text);
  if (!match) throw new InvalidArgumentError('Expected a time such as 30s, 500ms, 5m or 2h.');
  return Number(match[1]) * (TIME_UNITS[match[2] ?? ''] ?? 1);
}

/** A duration; 0 is for never, and comes out as 0. */
export function durationOrNever(text: string): number {
  return text === '0' ? 0 : duration(text);
}

/** What a parser says becomes an error of the command line. */
export function reported<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof InvalidArgumentError) throw error;
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };
}

export function oneOf<T extends string>(...words: readonly T[]): (text: string) => T {
  return (text) => {
    const word = words.find((it) => it === text);
    if (word === undefined) throw new InvalidArgumentError(`Expected ${words.join(', ')}.`);
    return word;
  };
}
