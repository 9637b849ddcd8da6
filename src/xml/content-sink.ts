/** Takes the root element off a document and passes on what is in it. */
import type { NamespaceScope, XmlAttribute, XmlSink } from './sink.ts';

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
    if (this.#depth > 0) this.#inner.open(namespace, local, attributes, scope);
    this.#depth += 1;
  }

  text(text: string): void {
    if (this.#depth > 1) this.#inner.text(text);
  }

  close(scope: NamespaceScope): void {
    this.#depth -= 1;
    if (this.#depth > 0) this.#inner.close(scope);
  }
}
