/** A stored configuration with which a server cannot start, and what can be done about it. */
import { describeRpcError } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';

/** Faults that the message names. */
const MAX_NAMED = 5;

/** What is stored is damaged or does not fit the schema. The message says what can be done. */
export class StoredConfigurationError extends Error {
  /** `place` is where it is stored, such as the path of a file. */
  constructor(place: string, reason: readonly RpcError[] | Error) {
    super(`${place} ${reasonText(reason)}\n${ADVICE}`, { cause: reason });
    this.name = 'StoredConfigurationError';
  }
}

const ADVICE =
  'Start with the modules and features that it was stored with, or restore the file; or recover (samid --recover): ' +
  'then the file is kept under another name, and the server begins with an empty configuration.';

function reasonText(reason: readonly RpcError[] | Error): string {
  if (reason instanceof Error) return `cannot be read: ${reason.message}`;
  const named = reason.slice(0, MAX_NAMED).map((error) => `  ${describeRpcError(error)}`);
  const more = reason.length - named.length;
  const rest = more > 0 ? [`  and ${String(more)} more`] : [];
  const lines = [...named, ...rest].join('\n');
  return `has a configuration that does not fit the modules of this server:\n${lines}`;
}
