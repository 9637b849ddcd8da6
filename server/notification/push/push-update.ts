/** The message push-update: everything that is selected, made while it is sent (RFC 8641, section 3.7). */
import { YANG_PUSH_NS } from '../../../src/netconf/index.ts';
import { XmlWriter } from '../../../src/xml/index.ts';
import { openMessage } from '../event-record.ts';

export interface PushUpdateMessage {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Bytes that it may have. What is beyond is left out. */
  readonly maxBytes: number;
  write(writer: XmlWriter): AsyncIterable<void>;
  /** It could not be made whole; the subscriber is told by `incomplete-update`. */
  onIncomplete(reason: unknown): void;
}

export async function* pushUpdate(update: PushUpdateMessage): AsyncGenerator<string, void> {
  let text = '';
  let bytes = 0;
  const writer = new XmlWriter((part) => {
    text += part;
    bytes += part.length;
  });
  openMessage(writer, update.time);
  writer.open(YANG_PUSH_NS, 'push-update');
  writer.leaf(YANG_PUSH_NS, 'id', String(update.id));
  writer.open(YANG_PUSH_NS, 'datastore-contents');
  const depth = writer.depth;
  let isComplete = true;
  try {
    const steps = update.write(writer)[Symbol.asyncIterator]();
    while ((await steps.next()).done !== true) {
      if (bytes > update.maxBytes) throw new RangeError('the update is too big');
      if (text === '') continue;
      yield text;
      text = '';
    }
  } catch (error) {
    isComplete = false;
    update.onIncomplete(error);
  }
  while (writer.depth >= depth) writer.close();
  if (!isComplete) writer.leaf(YANG_PUSH_NS, 'incomplete-update', '');
  writer.close();
  writer.close();
  writer.end();
  yield text;
}
