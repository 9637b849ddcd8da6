/** The elements of a YIN document with their places in the text, which a plain XML tree does not have. */
import {
  XmlError,
  XmlTokenizer,
  type NamespaceScope,
  type XmlAttribute,
  type XmlSink,
} from '../../xml/index.ts';
import type { DiagnosticSink } from '../diagnostic.ts';
import type { Source, SourceRange } from '../syntax/source.ts';

export interface YinElement {
  readonly namespace: string;
  readonly local: string;
  /** As written. */
  readonly prefix: string | undefined;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly YinElement[];
  /** All character data of the element itself. */
  readonly text: string;
  readonly bindings: ReadonlyMap<string, string>;
  /** The start tag. */
  readonly at: SourceRange;
}

interface OpenElement extends YinElement {
  readonly children: YinElement[];
  text: string;
}

/** Statements may be nested 200 deep; an argument can be one element more. */
const MAX_DEPTH = 201;
/** A module has a declaration for each import. */
const MAX_ATTRIBUTES = 10_000;

/** Reads a document; undefined when it is not well-formed or beyond the limits, which is reported. */
export function readYinElements(source: Source, sink: DiagnosticSink): YinElement | undefined {
  const lone = /\p{Cs}/u.exec(source.text);
  if (lone) {
    const at = { source, start: lone.index, end: lone.index + 1 };
    sink.report('invalid-xml', at, 'half of a surrogate pair is no character');
    return undefined;
  }
  const reader = new ElementReader(source);
  const tokenizer = new XmlTokenizer(reader, {
    maxDepth: MAX_DEPTH,
    maxAttributes: MAX_ATTRIBUTES,
  });
  reader.tokenizer = tokenizer;
  try {
    tokenizer.write(source.text);
    tokenizer.end();
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    const end = Math.min(tokenizer.offset, source.text.length);
    const message = error.message.replace(/ \(line \d+, column \d+\)$/, '');
    sink.report('invalid-xml', { source, start: Math.max(0, end - 1), end }, message);
    return undefined;
  }
  return reader.root;
}

class ElementReader implements XmlSink {
  tokenizer: XmlTokenizer | undefined;
  root: YinElement | undefined;
  readonly #source: Source;
  readonly #open: OpenElement[] = [];

  constructor(source: Source) {
    this.#source = source;
  }

  open(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    const end = this.tokenizer?.offset ?? 0;
    // No "<" can be inside of a start tag.
    const start = this.#source.text.lastIndexOf('<', end - 1);
    const tag = this.#source.text.slice(start, end);
    const [, prefix] = /^<([^\s/>:]+):/.exec(tag) ?? [];
    const at = { source: this.#source, start, end };
    const element: OpenElement = {
      namespace,
      local,
      prefix,
      attributes,
      children: [],
      text: '',
      bindings: scope.all(),
      at,
    };
    this.#open.at(-1)?.children.push(element);
    this.#open.push(element);
  }

  text(text: string): void {
    const element = this.#open.at(-1);
    if (element) element.text += text;
  }

  close(): void {
    this.root = this.#open.pop();
  }
}
