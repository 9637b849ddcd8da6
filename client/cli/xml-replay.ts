/** Turns a tree back into events. */
import type { NamespaceScope, XmlElement, XmlSink } from '../../src/xml/index.ts';

export function replay(element: XmlElement, sink: XmlSink): void {
  const scope: NamespaceScope = {
    resolve: (prefix) => element.bindings.get(prefix),
    all: () => element.bindings,
  };
  sink.open(element.namespace, element.local, element.attributes, scope);
  for (const child of element.children) {
    if (typeof child === 'string') sink.text(child);
    else replay(child, sink);
  }
  sink.close(scope);
}
