/** The text of a writer, piece by piece: what it has written goes out wherever it yields. */
import { XmlWriter } from '../../src/xml/index.ts';

/** A document that is written in one go but for its yields. Every element must have been closed. */
export function* textPieces(
  write: (writer: XmlWriter) => Iterable<void>,
): Generator<string, void, undefined> {
  let text = '';
  const writer = new XmlWriter((part) => {
    text += part;
  });
  const steps = write(writer)[Symbol.iterator]();
  while (steps.next().done !== true) {
    if (text === '') continue;
    yield text;
    text = '';
  }
  writer.end();
  if (text !== '') yield text;
}
