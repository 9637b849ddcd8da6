/**
 * Writes XML as a stream of text.
 *
 * Elements carry no prefix: a default namespace is declared wherever it changes, as the examples of
 * RFC 6241 do. Prefixes are for attributes and for values that contain names. Element and attribute
 * names are trusted; text is escaped.
 */
import { invariant } from '../util/index.ts';
import type { XmlElement } from './element.ts';
import { escapeAttribute, escapeText } from './escape.ts';
import type { XmlAttribute } from './sink.ts';
import { XML_NAMESPACE } from './sink.ts';

/** An attribute to write. */
export interface XmlWriterAttribute extends XmlAttribute {
  /** The prefix to declare when none is bound to the namespace yet. */
  readonly prefix?: string;
}

export interface XmlWriterOptions {
  /** How many characters to collect before they are handed on. */
  readonly flushAt?: number;
  /** Each element goes on a line of its own, indented by so many spaces, unless there is text beside it. Default 0: no. */
  readonly indent?: number;
}

const DEFAULT_FLUSH_AT = 32 * 1024;

export class XmlWriter {
  readonly #flush: (text: string) => void;
  readonly #flushAt: number;
  readonly #indent: number;
  /** Something has been written. */
  #isBegun = false;
  /** Open elements whose content is written as it is, without line breaks. */
  #verbatim = 0;
  /** For indenting: the element that was opened or closed last was closed. */
  #isAfterClose = false;
  #out = '';
  /** A start tag to which its `>` has not been added, since declarations may still join it. */
  #inStartTag = false;
  /** Qualified names of the open elements. */
  readonly #names: string[] = [];
  /** Default namespaces: [0] is that outside the root element, then one per open element. */
  readonly #defaults: string[] = [''];
  /** Prefixes declared per open element. */
  readonly #declared: (Map<string, string> | undefined)[] = [undefined];

  constructor(
    flush: (text: string) => void,
    { flushAt = DEFAULT_FLUSH_AT, indent = 0 }: XmlWriterOptions = {},
  ) {
    this.#flush = flush;
    this.#flushAt = flushAt;
    this.#indent = indent;
  }

  /** How many elements are open. */
  get depth(): number {
    return this.#names.length;
  }

  /** Opens an element; `extraBindings` are prefixes that must be in effect within it. */
  open(
    namespace: string,
    local: string,
    attributes?: readonly XmlWriterAttribute[],
    extraBindings?: ReadonlyMap<string, string>,
  ): void {
    this.#endStartTag();
    const depth = this.#names.length;
    if (this.#indent > 0) this.#breakLine(depth);
    this.#names.push(local);
    this.#declared.push(undefined);
    this.#defaults.push(namespace);
    this.#out +=
      this.#defaults[depth] === namespace
        ? `<${local}`
        : `<${local} xmlns="${escapeAttribute(namespace)}"`;
    this.#inStartTag = true;
    if (extraBindings) this.#bindAll(extraBindings);
    if (attributes) for (const attribute of attributes) this.#attribute(attribute);
  }

  /** A whole element that has text only. */
  leaf(
    namespace: string,
    local: string,
    text: string,
    attributes?: readonly XmlWriterAttribute[],
  ): void {
    if (attributes !== undefined || this.#defaults[this.#names.length] !== namespace) {
      this.open(namespace, local, attributes);
      this.text(text);
      this.close();
      return;
    }
    this.#endStartTag();
    if (this.#indent > 0) {
      this.#breakLine(this.#names.length);
      this.#isAfterClose = true;
    }
    this.#out += text === '' ? `<${local}/>` : `<${local}>${escapeText(text)}</${local}>`;
    if (this.#out.length >= this.#flushAt) this.flush();
  }

  text(text: string): void {
    if (text === '') return;
    this.#endStartTag();
    this.#out += escapeText(text);
  }

  /** Text that is XML already. It must be well-formed and fit the namespaces in effect. */
  raw(xml: string): void {
    this.#endStartTag();
    this.#out += xml;
    if (this.#out.length >= this.#flushAt) this.flush();
  }

  /** A tree, with every prefix that its values may use. `isVerbatim`: no line breaks are put into it. */
  element(element: XmlElement, isVerbatim = false): void {
    const prefix = prefixToKeep(element);
    if (prefix === undefined) {
      this.open(element.namespace, element.local, element.attributes, element.bindings);
    } else {
      this.#openPrefixed(prefix, element);
    }
    const isMixed = isVerbatim || element.children.some((child) => typeof child === 'string');
    if (isMixed) this.#verbatim += 1;
    for (const child of element.children) {
      if (typeof child === 'string') this.text(child);
      else this.element(child);
    }
    if (isMixed) this.#isAfterClose = false;
    this.close();
    if (isMixed) this.#verbatim -= 1;
  }

  close(): void {
    const name = this.#names.pop();
    invariant(name !== undefined, 'close without open');
    this.#declared.pop();
    this.#defaults.pop();
    if (this.#indent > 0) {
      if (this.#isAfterClose && !this.#inStartTag) this.#breakLine(this.#names.length);
      this.#isAfterClose = true;
    }
    this.#out += this.#inStartTag ? '/>' : `</${name}>`;
    this.#inStartTag = false;
    if (this.#out.length >= this.#flushAt) this.flush();
  }

  /**
   * A prefix bound to `namespace`, declared on the current element when there is none yet: `preferred`,
   * or that with a number when it means something else here. Only before the element has content.
   */
  prefixFor(namespace: string, preferred: string): string {
    const known = this.#boundPrefix(namespace);
    if (known !== undefined) return known;
    let prefix = preferred;
    for (let number = 1; this.#namespaceOf(prefix) !== undefined; number++) {
      prefix = `${preferred}${String(number)}`;
    }
    this.#declare(prefix, namespace);
    return prefix;
  }

  /** Hands on what has been collected. */
  flush(): void {
    if (this.#out === '') return;
    const text = this.#out;
    this.#out = '';
    this.#flush(text);
  }

  /** Every element must have been closed. */
  end(): void {
    invariant(this.#names.length === 0, `element <${this.#names.at(-1) ?? ''}> was not closed`);
    if (this.#indent > 0 && this.#isBegun) this.#out += '\n';
    this.flush();
  }

  #breakLine(depth: number): void {
    this.#isAfterClose = false;
    if (this.#verbatim > 0) return;
    if (this.#isBegun) this.#out += `\n${' '.repeat(this.#indent * depth)}`;
    this.#isBegun = true;
  }

  #endStartTag(): void {
    if (!this.#inStartTag) return;
    this.#out += '>';
    this.#inStartTag = false;
  }

  #attribute({ namespace, local, value, prefix = 'a' }: XmlWriterAttribute): void {
    const name = namespace === '' ? local : `${this.prefixFor(namespace, prefix)}:${local}`;
    this.#out += ` ${name}="${escapeAttribute(value)}"`;
  }

  #openPrefixed(prefix: string, element: XmlElement): void {
    this.#endStartTag();
    const outer = this.#defaults[this.#names.length] ?? '';
    const own = element.bindings.get('') ?? '';
    if (this.#indent > 0) this.#breakLine(this.#names.length);
    this.#names.push(`${prefix}:${element.local}`);
    this.#declared.push(undefined);
    this.#defaults.push(own);
    this.#out += `<${prefix}:${element.local}`;
    this.#inStartTag = true;
    if (own !== outer) this.#out += ` xmlns="${escapeAttribute(own)}"`;
    this.#bindAll(element.bindings);
    for (const attribute of element.attributes) this.#attribute(attribute);
  }

  #bindAll(bindings: ReadonlyMap<string, string>): void {
    for (const [prefix, namespace] of bindings) {
      if (prefix === '' || this.#namespaceOf(prefix) === namespace) continue;
      this.#declare(prefix, namespace);
    }
  }

  #declare(prefix: string, namespace: string): void {
    invariant(this.#inStartTag, 'a prefix can be declared only before the content of an element');
    const depth = this.#names.length;
    const declared = this.#declared[depth] ?? new Map<string, string>();
    invariant(!declared.has(prefix), `prefix "${prefix}" is declared twice`);
    declared.set(prefix, namespace);
    this.#declared[depth] = declared;
    this.#out += ` xmlns:${prefix}="${escapeAttribute(namespace)}"`;
  }

  #namespaceOf(prefix: string): string | undefined {
    for (let depth = this.#names.length; depth > 0; depth--) {
      const namespace = this.#declared[depth]?.get(prefix);
      if (namespace !== undefined) return namespace;
    }
    return prefix === 'xml' ? XML_NAMESPACE : undefined;
  }

  #boundPrefix(namespace: string): string | undefined {
    if (namespace === XML_NAMESPACE) return 'xml';
    for (let depth = this.#names.length; depth > 0; depth--) {
      for (const [prefix, bound] of this.#declared[depth] ?? []) {
        // An inner element may have given the prefix another meaning.
        if (bound === namespace && this.#namespaceOf(prefix) === namespace) return prefix;
      }
    }
    return undefined;
  }
}

/**
 * An element whose default namespace is not its own has to be written with a prefix, lest names without
 * a prefix in its values change their meaning.
 */
function prefixToKeep({ namespace, bindings }: XmlElement): string | undefined {
  const own = bindings.get('') ?? '';
  if (own === namespace || namespace === '') return undefined;
  for (const [prefix, bound] of bindings) {
    if (bound === namespace && prefix !== '') return prefix;
  }
  return undefined;
}
