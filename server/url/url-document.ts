/**
 * A configuration as it stands in a file or at an address: XML under the element `config` of NETCONF
 * (RFC 6241, sections 8.8.5.1 and 8.8.5.2). Read while it arrives, written piece by piece.
 */
import { DataDecoder } from '../../src/data/index.ts';
import type { Branch, DecodedTree, WithDefaults } from '../../src/data/index.ts';
import { RpcErrorException, invalidValue, tooBig, unknownElement } from '../../src/error/index.ts';
import { NETCONF_BASE_NS } from '../../src/netconf/index.ts';
import { ContentSink, XmlError, XmlTokenizer } from '../../src/xml/index.ts';
import type { NamespaceScope, XmlAttribute, XmlSink } from '../../src/xml/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import { streamChildren } from '../read/stream-branch.ts';
import { textPieces } from '../read/text-pieces.ts';

export interface ReadDocumentOptions {
  readonly context: SchemaContext;
  /** Whether the elements may carry operations. */
  readonly edit: boolean;
  /** Bytes from which on it is too long. */
  readonly maxBytes: number;
}

/** Throws RpcErrorException: what is wrong with the document, too-big when it is too long. */
export async function readDocument(
  pieces: AsyncIterable<Uint8Array>,
  { context, edit, maxBytes }: ReadDocumentOptions,
): Promise<DecodedTree> {
  const decoder = new DataDecoder(context.root, { edit, state: false, defaultTags: true });
  const root = new RootCheck(new ContentSink(decoder));
  const tokenizer = new XmlTokenizer(root, { maxBytes: Infinity });
  let bytes = 0;
  try {
    for await (const piece of pieces) {
      bytes += piece.length;
      if (bytes > maxBytes) {
        throw new RpcErrorException(tooBig(`it is longer than ${String(maxBytes)} bytes`));
      }
      tokenizer.write(piece);
    }
    tokenizer.end();
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new RpcErrorException(invalidValue(`it is no XML document: ${error.message}`), {
      cause: error,
    });
  }
  const decoded = decoder.finish();
  if (decoded.errors.length > 0) throw new RpcErrorException(decoded.errors);
  return decoded;
}

/** The document that {@link readDocument} takes; state is left out. */
export function documentPieces(content: Branch, withDefaults?: WithDefaults): Iterable<string> {
  return textPieces(function* (writer) {
    writer.open(NETCONF_BASE_NS, 'config');
    yield* streamChildren(writer, content, {
      configOnly: true,
      ...(withDefaults ? { withDefaults } : {}),
    });
    writer.close();
  });
}

/** Lets nothing through but `config`: a file with another root is some other file. */
class RootCheck implements XmlSink {
  readonly #inner: XmlSink;
  #isInside = false;

  constructor(inner: XmlSink) {
    this.#inner = inner;
  }

  open(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    if (!this.#isInside && (namespace !== NETCONF_BASE_NS || local !== 'config')) {
      throw new RpcErrorException(
        unknownElement(local, {
          message: `the root is <${local}>, and has to be NETCONF's <config>`,
        }),
      );
    }
    this.#isInside = true;
    this.#inner.open(namespace, local, attributes, scope);
  }

  text(text: string): void {
    this.#inner.text(text);
  }

  close(scope: NamespaceScope): void {
    this.#inner.close(scope);
  }
}
