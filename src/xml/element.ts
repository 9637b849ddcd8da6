/** XML as an immutable tree, for what is small or has no schema: filters, anyxml, error reports. */
import { invariant } from '../util/index.ts';
import type { XmlLimits } from './limits.ts';
import type { NamespaceScope, XmlAttribute, XmlSink } from './sink.ts';
import { XmlTokenizer } from './tokenizer.ts';

/** A string is character data; there are never two in a row, nor an empty one. */
export type XmlNode = XmlElement | string;

export interface XmlElement {
  readonly namespace: string;
  readonly local: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlNode[];
  /** Prefixes in effect, '' for the default namespace: values such as XPath expressions use them. */
  readonly bindings: ReadonlyMap<string, string>;
}

interface OpenElement extends XmlElement {
  readonly children: XmlNode[];
}

/** Builds trees from events, of one root element or of several one after the other. */
export class ElementBuilder implements XmlSink {
  readonly #open: OpenElement[] = [];
  readonly #roots: XmlElement[] = [];
  #left: number;

  /** `maxSize` is in nodes; a text counts as one node for each 64 characters. Beyond it nodes are left out. */
  constructor(maxSize = Infinity) {
    this.#left = maxSize;
  }

  /** True when nodes have been left out. */
  get isOverfull(): boolean {
    return this.#left < 0;
  }

  open(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    this.#open.push({ namespace, local, attributes, children: [], bindings: scope.all() });
  }

  text(text: string): void {
    this.#left -= Math.ceil(text.length / 64);
    if (!this.isOverfull) this.#open.at(-1)?.children.push(text);
  }

  close(): void {
    const element = this.#open.pop();
    invariant(element, 'close without open');
    this.#left -= 1;
    const siblings = this.#open.at(-1)?.children;
    if (!siblings) this.#roots.push(element);
    else if (!this.isOverfull) siblings.push(element);
  }

  /** The root elements that are complete. */
  get elements(): readonly XmlElement[] {
    return this.#roots;
  }

  /** The one root element. */
  get result(): XmlElement {
    const [root] = this.#roots;
    invariant(root && this.#roots.length === 1 && this.#open.length === 0, 'not one whole element');
    return root;
  }
}

/** Reads a whole document. Throws XmlError. */
export function parseXml(text: Uint8Array | string, limits?: Partial<XmlLimits>): XmlElement {
  const builder = new ElementBuilder();
  const tokenizer = new XmlTokenizer(builder, limits);
  tokenizer.write(text);
  tokenizer.end();
  return builder.result;
}

/** The children that are elements. */
export function childElements(element: XmlElement): readonly XmlElement[] {
  return element.children.filter((child) => typeof child !== 'string');
}

/** The first child element of that name. */
export function findChild(
  element: XmlElement,
  namespace: string,
  local: string,
): XmlElement | undefined {
  return childElements(element).find(
    (child) => child.local === local && child.namespace === namespace,
  );
}

/** Character data of the element itself, without that of its child elements. */
export function textContent(element: XmlElement): string {
  return element.children.filter((child) => typeof child === 'string').join('');
}

/** The value of an attribute; `namespace` is '' for one without a prefix. */
export function attributeValue(
  element: XmlElement,
  local: string,
  namespace = '',
): string | undefined {
  return element.attributes.find(
    (attribute) => attribute.local === local && attribute.namespace === namespace,
  )?.value;
}
