/** Makes rpc-reply messages while they are sent (RFC 6241, section 4.2). */
import type { RpcError } from '../../src/error/index.ts';
import { NETCONF_BASE_NS, encodeRpcErrors } from '../../src/netconf/index.ts';
import { XmlWriter } from '../../src/xml/index.ts';
import type { RequestEnvelope } from './request-reader.ts';

/** Writes the content of a reply; it yields wherever what it has written may be sent. */
export type ReplyContent = (writer: XmlWriter) => Iterable<void> | AsyncIterable<void>;

export type Reply =
  { readonly kind: 'ok' } | { readonly kind: 'content'; readonly write: ReplyContent };

export const OK: Reply = { kind: 'ok' };

/** A reply with content that is small enough to be written at once. */
export function smallReply(write: (writer: XmlWriter) => void): Reply {
  return {
    kind: 'content',
    *write(writer) {
      write(writer);
      yield;
    },
  };
}

export interface ReplyEncoderOptions {
  /** Makes errors of whatever a content writer has thrown. */
  readonly toErrors: (error: unknown) => readonly RpcError[];
}

/** The parts of a reply message. A failure while it is made becomes an rpc-error in it. */
export async function* encodeReply(
  envelope: RequestEnvelope,
  reply: Reply,
  { toErrors }: ReplyEncoderOptions,
): AsyncGenerator<string, void> {
  let pieces: string[] = [];
  let sent = false;
  const writer = new XmlWriter((text) => pieces.push(text));
  openReply(writer, envelope);
  try {
    if (reply.kind === 'ok') {
      writer.leaf(NETCONF_BASE_NS, 'ok', '');
    } else {
      for await (const _ of reply.write(writer)) {
        if (pieces.length === 0) continue;
        yield pieces.join('');
        pieces = [];
        sent = true;
      }
    }
  } catch (error) {
    if (!sent) {
      yield encodeErrorReply(envelope, toErrors(error));
      return;
    }
    // Part of the data is on its way: what is open is closed and the error follows it.
    while (writer.depth > 1) writer.close();
    encodeRpcErrors(writer, toErrors(error));
  }
  writer.close();
  writer.end();
  yield pieces.join('');
}

export function encodeErrorReply(envelope: RequestEnvelope, errors: readonly RpcError[]): string {
  const pieces: string[] = [];
  const writer = new XmlWriter((text) => pieces.push(text));
  openReply(writer, envelope);
  encodeRpcErrors(writer, errors);
  writer.close();
  writer.end();
  return pieces.join('');
}

function openReply(writer: XmlWriter, { attributes, bindings }: RequestEnvelope): void {
  writer.open(NETCONF_BASE_NS, 'rpc-reply', attributes, bindings);
}
