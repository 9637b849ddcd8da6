/** Makes rpc-reply messages while they are sent (RFC 6241, section 4.2). */
import type { RpcError } from '../../src/error/index.ts';
import { NETCONF_BASE_NS, encodeRpcErrors } from '../../src/netconf/index.ts';
import { XmlWriter } from '../../src/xml/index.ts';
import type { XmlWriterAttribute } from '../../src/xml/index.ts';
import type { RequestEnvelope } from './request-reader.ts';

/** Writes the content of a reply; it yields wherever what it has written may be sent. */
export type ReplyContent = (writer: XmlWriter) => Iterable<void> | AsyncIterable<void>;

export type Reply =
  | { readonly kind: 'ok'; readonly attributes?: readonly XmlWriterAttribute[] }
  | { readonly kind: 'content'; readonly write: ReplyContent };

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
  const output = new ReplyOutput(envelope);
  let sent = false;
  try {
    const { writer } = output;
    const steps = reply.kind === 'ok' ? writeOk(writer, reply.attributes) : reply.write(writer);
    for await (const piece of output.pieces(steps)) {
      sent = true;
      yield piece;
    }
    yield output.finish();
  } catch (error) {
    const errors = toErrors(error);
    // When part of the data is on its way, what is open is closed and the error follows it.
    yield sent ? output.finish(errors) : encodeErrorReply(envelope, errors);
  }
}

export function encodeErrorReply(envelope: RequestEnvelope, errors: readonly RpcError[]): string {
  return new ReplyOutput(envelope).finish(errors);
}

function* writeOk(
  writer: XmlWriter,
  attributes: readonly XmlWriterAttribute[] | undefined,
): Iterable<void> {
  writer.leaf(NETCONF_BASE_NS, 'ok', '', attributes);
  yield;
}

/** The text of one reply. */
class ReplyOutput {
  readonly writer: XmlWriter;
  #text = '';

  constructor({ attributes, bindings }: RequestEnvelope) {
    this.writer = new XmlWriter((part) => {
      this.#text += part;
    });
    this.writer.open(NETCONF_BASE_NS, 'rpc-reply', attributes, bindings);
  }

  /** Takes the steps and gives what each has completed. */
  async *pieces(steps: Iterable<void> | AsyncIterable<void>): AsyncGenerator<string, void> {
    const iterator =
      Symbol.asyncIterator in steps ? steps[Symbol.asyncIterator]() : steps[Symbol.iterator]();
    try {
      while ((await iterator.next()).done !== true) {
        if (this.#text !== '') yield this.#take();
      }
    } finally {
      await iterator.return?.();
    }
  }

  /** Closes what is open, with errors at the end if there are any, and gives the rest. */
  finish(errors: readonly RpcError[] = []): string {
    while (this.writer.depth > 1) this.writer.close();
    encodeRpcErrors(this.writer, errors);
    this.writer.close();
    this.writer.end();
    return this.#take();
  }

  #take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }
}
