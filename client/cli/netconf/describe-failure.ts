/** What went wrong, in lines for people. */
import { RpcErrorException, describeRpcError } from '../../../src/error/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import { oneLine } from '../output.ts';

export function describeFailure(error: unknown): readonly string[] {
  if (error instanceof RpcErrorException) return error.errors.map(describe);
  return [`sami: ${oneLine(error instanceof Error ? error.message : String(error))}`];
}

function describe(error: RpcError): string {
  const tag = error.appTag === undefined ? '' : ` {${oneLine(error.appTag)}}`;
  return `${error.severity}: ${oneLine(describeRpcError(error))}${tag}`;
}
