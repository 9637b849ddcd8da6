/** Trees of elements back to events. */
import type { XmlNode } from './element.ts';
import type { XmlSink } from './sink.ts';

/** Sends the events of an element or of character data to a sink. */
export function replay(node: XmlNode, sink: XmlSink): void {
  if (typeof node === 'string') {
    sink.text(node);
    return;
  }
  const { bindings } = node;
  const scope = { resolve: (prefix: string) => bindings.get(prefix), all: () => bindings };
  sink.open(node.namespace, node.local, node.attributes, scope);
  for (const child of node.children) replay(child, sink);
  sink.close(scope);
}
