/**
 * XML bytes or text, in pieces, to events (XML 1.0, Namespaces in XML 1.0, RFC 6241 section 3).
 *
 * A push interface, because bytes arrive asynchronously but one event must not cost a promise. After an
 * error, also one thrown by the sink, the tokenizer is of no more use.
 */
import { SaxesParser } from 'saxes';
import type { SaxesTagNS } from 'saxes';
import { invariant } from '../util/index.ts';
import { DEFAULT_XML_LIMITS } from './limits.ts';
import type { XmlLimits } from './limits.ts';
import { NamespaceStack } from './namespace-stack.ts';
import type { XmlAttribute, XmlSink } from './sink.ts';
import { Utf8Decoder } from './utf8-decoder.ts';
import { XmlError } from './xml-error.ts';
import type { XmlErrorCode } from './xml-error.ts';

const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';
const NO_ATTRIBUTES: readonly XmlAttribute[] = Object.freeze([]);

type Parser = SaxesParser<{ xmlns: true; position: false }>;

export interface XmlTokenizerOptions {
  /** Any number of elements may follow each other, and text may stand between them. */
  readonly fragment?: boolean;
}

export class XmlTokenizer {
  readonly #sink: XmlSink;
  readonly #limits: XmlLimits;
  readonly #fragment: boolean;
  readonly #parser: Parser;
  readonly #decoder = new Utf8Decoder();
  readonly #scope = new NamespaceStack();
  #depth = 0;
  #size = 0;
  /** Characters since the last tag. The parser keeps them, so the limit has to hold before it is done. */
  #sinceTag = 0;
  #text = '';
  /** While the sink runs, an error is the sink's own and passes unchanged. */
  #inSink = false;
  #state: 'reading' | 'failed' | 'ended' = 'reading';

  constructor(
    sink: XmlSink,
    limits: Partial<XmlLimits> = {},
    { fragment = false }: XmlTokenizerOptions = {},
  ) {
    this.#sink = sink;
    this.#limits = { ...DEFAULT_XML_LIMITS, ...limits };
    this.#fragment = fragment;
    this.#parser = new SaxesParser({
      xmlns: true,
      position: false,
      fragment,
      defaultXMLVersion: '1.0',
      forceXMLVersion: true,
    });
    this.#connect(this.#parser);
  }

  /**
   * How much has been read, in code units of the text: during an event, up to the end of the tag that it is about
   * or that ends the text.
   */
  get offset(): number {
    return this.#parser.position;
  }

  /** Reads on; throws {@link XmlError}, or what the sink throws. */
  write(chunk: Uint8Array | string): void {
    invariant(this.#state === 'reading', 'XML tokenizer is written to after its end');
    this.#guard(() => {
      this.#size += chunk.length;
      if (this.#size > this.#limits.maxBytes) {
        this.#fail('limit', `the document is longer than ${String(this.#limits.maxBytes)} bytes`);
      }
      const text = typeof chunk === 'string' ? chunk : this.#decode(chunk);
      this.#sinceTag += text.length;
      this.#parser.write(text);
      const { maxRunLength } = this.#limits;
      if (this.#sinceTag > maxRunLength) {
        this.#fail(
          'limit',
          `more than ${String(maxRunLength)} characters without the end of a tag`,
        );
      }
    });
  }

  /** Throws {@link XmlError} when the document is not complete. */
  end(): void {
    invariant(this.#state === 'reading', 'XML tokenizer is ended twice');
    this.#guard(() => {
      this.#decodeEnd();
      this.#parser.close();
      this.#flushText();
    });
    this.#state = 'ended';
  }

  /**
   * No more than these six handlers: with a seventh, V8 turns the parser object into a hash table and
   * reading becomes four times slower. Hence no handlers for errors and attributes.
   */
  #connect(parser: Parser): void {
    parser.on('opentag', (tag) => {
      this.#open(tag);
    });
    parser.on('closetag', () => {
      this.#close();
    });
    const addText = (text: string): void => {
      this.#addText(text);
    };
    parser.on('text', addText);
    parser.on('cdata', addText);
    parser.on('doctype', () => {
      this.#fail('doctype', 'a document type declaration is not allowed');
    });
    parser.on('xmldecl', ({ encoding }) => {
      if (encoding === undefined || /^utf-8$/i.test(encoding)) return;
      this.#fail('encoding', `the encoding must be UTF-8, not "${encoding}"`);
    });
  }

  #open(tag: SaxesTagNS): void {
    this.#flushText();
    this.#sinceTag = 0;
    this.#depth++;
    if (this.#depth > this.#limits.maxDepth) {
      this.#fail('limit', `elements are nested deeper than ${String(this.#limits.maxDepth)}`);
    }
    const attributes = this.#attributesOf(tag);
    this.#inSink = true;
    this.#sink.open(tag.uri, tag.local, attributes, this.#scope);
    this.#inSink = false;
  }

  #close(): void {
    this.#flushText();
    this.#sinceTag = 0;
    this.#inSink = true;
    this.#sink.close(this.#scope);
    this.#inSink = false;
    this.#scope.pop(this.#depth);
    this.#depth--;
  }

  #addText(text: string): void {
    if (this.#depth === 0 && !this.#fragment) return;
    this.#text = this.#text === '' ? text : this.#text + text;
    if (this.#text.length > this.#limits.maxTextLength) {
      this.#fail('limit', `a text is longer than ${String(this.#limits.maxTextLength)} characters`);
    }
  }

  #flushText(): void {
    if (this.#text === '') return;
    const text = this.#text;
    this.#text = '';
    this.#inSink = true;
    this.#sink.text(text);
    this.#inSink = false;
  }

  #decode(chunk: Uint8Array): string {
    try {
      return this.#decoder.decode(chunk);
    } catch (cause) {
      return this.#fail('encoding', 'the text is not UTF-8', cause);
    }
  }

  #decodeEnd(): void {
    try {
      this.#decoder.end();
    } catch (cause) {
      this.#fail('encoding', 'the text ends within a UTF-8 character', cause);
    }
  }

  #fail(code: XmlErrorCode, message: string, cause?: unknown): never {
    const { line, column } = this.#parser;
    throw new XmlError(code, message, { line, column }, cause === undefined ? {} : { cause });
  }

  #guard(read: () => void): void {
    try {
      read();
    } catch (error) {
      this.#state = 'failed';
      if (this.#inSink || error instanceof XmlError || !(error instanceof Error)) throw error;
      const message = error.message.replace(/\.$/, '');
      this.#fail(isAboutNamespaces(message) ? 'namespace' : 'malformed', message, error);
    }
  }

  /** Also takes note of the namespaces that the tag declares. */
  #attributesOf(tag: SaxesTagNS): readonly XmlAttribute[] {
    let attributes: XmlAttribute[] | undefined;
    let count = 0;
    let declares = false;
    for (const name in tag.attributes) {
      const attribute = tag.attributes[name];
      if (!attribute) continue;
      count++;
      const { uri, local, value } = attribute;
      if (uri === XMLNS_NAMESPACE) declares = true;
      else (attributes ??= []).push({ namespace: uri, local, value });
    }
    if (count > this.#limits.maxAttributes) {
      this.#fail('limit', `more than ${String(this.#limits.maxAttributes)} attributes`);
    }
    if (declares && !this.#scope.push(this.#depth, tag.ns)) {
      this.#fail('limit', 'too many namespace declarations are in effect at too many elements');
    }
    return attributes ?? NO_ATTRIBUTES;
  }
}

/** saxes tells its errors apart by their text only. */
function isAboutNamespaces(message: string): boolean {
  return /^unbound namespace|prefix|^may not|^the default namespace/.test(message);
}
