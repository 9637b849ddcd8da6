/** One scheme of URLs at which configurations can be. Whatever fails throws RpcErrorException. */
import { RpcErrorException, operationFailed } from '../../src/error/index.ts';
import type { ErrorDetails, RpcError } from '../../src/error/index.ts';

export interface UrlScheme {
  /** As in the capability: without a colon. */
  readonly name: string;
  /** The content, which is given up when `use` throws. */
  read<T>(url: URL, use: (pieces: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T>;
  /** At once or not at all, as far as the scheme can promise that. */
  write(url: URL, pieces: Iterable<string>): Promise<void>;
  /** data-missing when there is nothing. */
  remove(url: URL): Promise<void>;
}

/** The URL as messages show it: without user and password. */
export function shownUrl(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href;
}

export function refuse(error: RpcError): never {
  throw new RpcErrorException(error);
}

/** A file or an address that cannot be used, for a reason of the system's. */
export function failed(message: string, cause?: unknown): never {
  const details: ErrorDetails<'application'> = { type: 'application' };
  throw new RpcErrorException(operationFailed(message, details), { cause });
}
