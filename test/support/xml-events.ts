/** Turns XML into a list of event lines, read in pieces of any size. */
import { XmlTokenizer } from '../../src/xml/index.ts';
import type { XmlLimits, XmlSink } from '../../src/xml/index.ts';

export function xmlEvents(
  pieces: Iterable<Uint8Array | string>,
  limits?: Partial<XmlLimits>,
): string[] {
  const events: string[] = [];
  const sink: XmlSink = {
    open(namespace, local, attributes) {
      const list = attributes.map((a) => ` {${a.namespace}}${a.local}=${a.value}`);
      events.push(`<{${namespace}}${local}${list.join('')}>`);
    },
    text: (text) => void events.push(JSON.stringify(text)),
    close: () => void events.push('</>'),
  };
  const tokenizer = new XmlTokenizer(sink, limits);
  for (const piece of pieces) tokenizer.write(piece);
  tokenizer.end();
  return events;
}
