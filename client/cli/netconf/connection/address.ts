/** Where a device is and who we are there, by argument and options. */
import { parseEndpoint } from '../../endpoint.ts';
import type { Endpoint } from '../../endpoint.ts';
import { UsageError } from '../../exit-code.ts';
import type { Opening } from './opening.ts';

export interface Address extends Endpoint {
  /** Said, and not assumed. */
  readonly hasPort: boolean;
  readonly hasUser: boolean;
}

/** `defaultPort` where the line says none. */
export function addressOf(
  { settings, target, environment }: Opening,
  defaultPort?: number,
): Address {
  const text = settings.host ?? target;
  if (text === undefined) throw new UsageError('no device was given: USER@HOST:PORT or --host');
  const endpoint = parseEndpoint(text, settings.user ?? environment.username);
  const hasPort = settings.port !== undefined || /[^:]:\d+$|\]:\d+$/.test(text);
  return {
    ...endpoint,
    port: settings.port ?? (hasPort ? endpoint.port : (defaultPort ?? endpoint.port)),
    username: settings.user ?? endpoint.username,
    hasPort,
    hasUser: settings.user !== undefined || text.includes('@'),
  };
}
