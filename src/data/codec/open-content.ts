/** An element whose content goes elsewhere while a document is read: anydata, anyxml, an operation. */
import type { XmlSink } from '../../xml/index.ts';
import type { NamespaceScope, XmlAttribute } from '../../xml/index.ts';

export class OpenContent {
  readonly #sink: XmlSink;
  readonly #finish: (scope: NamespaceScope) => void;
  /** Elements open inside it. */
  #depth = 0;

  /** `sink` gets the events of the content; `finish` is called when the element itself is closed. */
  constructor(sink: XmlSink, finish: (scope: NamespaceScope) => void) {
    this.#sink = sink;
    this.#finish = finish;
  }

  open(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    this.#depth += 1;
    this.#sink.open(namespace, local, attributes, scope);
  }

  text(text: string): void {
    this.#sink.text(text);
  }

  /** True when that was the end of the element itself. */
  close(scope: NamespaceScope): boolean {
    if (this.#depth > 0) {
      this.#depth -= 1;
      this.#sink.close(scope);
      return false;
    }
    this.#finish(scope);
    return true;
  }
}
