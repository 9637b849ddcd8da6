/** Hands on what is inside the root element. */
import type { NamespaceScope, XmlAttribute, XmlSink } from '../../src/xml/index.ts';

export class ContentSink implements XmlSink {
  readonly #inner: XmlSink;
  #depth = 0;

  constructor(inner: XmlSink) {
    this.#inner = inner;
  }

  open(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    if (this.#depth++ > 0) this.#inner.open(namespace, local, attributes, scope);
  }

  text(text: string): void {
    if (this.#depth > 1) this.#inner.text(text);
  }

  close(scope: NamespaceScope): void {
    if (--this.#depth > 0) this.#inner.close(scope);
  }
}
