/** A message as far as it could be read: a request, or what is wrong with it (RFC 6241, section 4.3). */
import { malformedMessage, tooBig } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import { NetconfError } from '../../src/netconf/index.ts';
import type { IncomingMessage } from '../../src/netconf/index.ts';
import { XmlError } from '../../src/xml/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import { TooLongError, decodeMessage } from './message-decoder.ts';
import type { DecodeLimits } from './message-decoder.ts';
import { RequestReader } from './request-reader.ts';
import type { Request, RequestEnvelope } from './request-reader.ts';

export interface Decoded {
  readonly envelope: RequestEnvelope;
  readonly request: Request | readonly RpcError[];
  readonly bad: boolean;
  /** Whether another message can follow this one. */
  readonly goOn: boolean;
}

export interface DecodingOptions {
  readonly context: SchemaContext;
  readonly limits: DecodeLimits;
  readonly base: '1.0' | '1.1';
  readonly toErrors: (error: unknown) => readonly RpcError[];
  /** Called whenever something has arrived. */
  readonly onPiece: () => void;
}

/** Throws NetconfError, after which the transport is closed. */
export async function decodeRequest(
  message: IncomingMessage,
  options: DecodingOptions,
): Promise<Decoded> {
  const reader = new RequestReader(options.context);
  try {
    await decodeMessage(message, reader, options.limits, options.onPiece);
  } catch (error) {
    if (error instanceof NetconfError) throw error;
    const goOn = !(error instanceof XmlError || error instanceof TooLongError);
    const request = forPeer(decodeFailure(error, options), options);
    return { envelope: reader.envelope, request, bad: true, goOn };
  }
  const request = forPeer(attempt(reader, options), options);
  const bad = !('operation' in request) && request.some((error) => error.type === 'rpc');
  return { envelope: reader.envelope, request, bad, goOn: reader.isRpc };
}

function attempt(
  reader: RequestReader,
  { toErrors }: DecodingOptions,
): Request | readonly RpcError[] {
  try {
    return reader.finish();
  } catch (error) {
    return toErrors(error);
  }
}

function decodeFailure(error: unknown, { toErrors }: DecodingOptions): readonly RpcError[] {
  if (error instanceof TooLongError) return [tooBig(error.message, { type: 'rpc' })];
  if (!(error instanceof XmlError)) return toErrors(error);
  if (error.code === 'limit') return [tooBig(error.message, { type: 'rpc' })];
  return [malformedMessage(error.message)];
}

/** RFC 6241, appendix A: malformed-message is for peers that know base:1.1. */
function forPeer(
  request: Request | readonly RpcError[],
  { base }: DecodingOptions,
): Request | readonly RpcError[] {
  if ('operation' in request || base === '1.1') return request;
  return request.map((error) =>
    error.tag === 'malformed-message' ? { ...error, tag: 'operation-failed' } : error,
  );
}
