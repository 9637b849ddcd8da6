/** `with-inactive` of ConfD and NSO: a parameter of another module in operations of RFC 6241. */
import type { RpcBody } from '../../../../src/netconf/index.ts';
import type { Parameters } from '../parameters.ts';

const PARAMETER = '<with-inactive xmlns="http://tail-f.com/ns/netconf/inactive/1.0"/>';

/** Puts the parameter last into the operation. */
export function withInactive(body: RpcBody, parameters: Parameters): RpcBody {
  if (parameters.withInactive !== true) return body;
  return typeof body === 'string' ? addedTo(body) : addedToPieces(body);
}

function addedTo(text: string): string {
  const open = text.replace(/^<([\w-]+)([^<>]*)\/>$/, '<$1$2></$1>');
  const end = open.lastIndexOf('</');
  return `${open.slice(0, end)}${PARAMETER}${open.slice(end)}`;
}

/** The tail that closes the operation is the last piece. */
async function* addedToPieces(
  pieces: Iterable<string> | AsyncIterable<string>,
): AsyncGenerator<string> {
  let before: string | undefined;
  for await (const piece of pieces) {
    if (before !== undefined) yield before;
    before = piece;
  }
  if (before !== undefined) yield addedTo(before);
}
