/** Requests as text: what goes between `<rpc>` and `</rpc>`. */
import { XmlWriter } from '../../xml/index.ts';
import type { XmlElement } from '../../xml/index.ts';
import { NETCONF_BASE_NS } from '../constants.ts';

/** One operation element, in pieces; it declares all namespaces it uses. */
export type RpcBody = string | Iterable<string> | AsyncIterable<string>;

/** XML content that may be streamed into a request; any number of elements that declare their namespaces. */
export type XmlContent = RpcBody;

/** A request that is small enough to be written at once. */
export function renderBody(write: (writer: XmlWriter) => void): string {
  let text = '';
  const writer = new XmlWriter((part) => {
    text += part;
  });
  write(writer);
  writer.end();
  return text;
}

/** An operation without parameters. */
export function renderEmpty(operation: string, namespace = NETCONF_BASE_NS): string {
  return renderBody((writer) => {
    writer.leaf(namespace, operation, '');
  });
}

/** A request that somebody made as a tree. */
export function encodeElement(element: XmlElement): RpcBody {
  return renderBody((writer) => {
    writer.element(element);
  });
}

/** A request with content that is streamed: it goes into the innermost element that `open` leaves open. */
export function streamBody(open: (writer: XmlWriter) => void, content: XmlContent): RpcBody {
  let text = '';
  const writer = new XmlWriter((part) => {
    text += part;
  });
  open(writer);
  writer.raw('');
  writer.flush();
  const head = text;
  text = '';
  while (writer.depth > 0) writer.close();
  writer.end();
  if (typeof content === 'string') return [head, content, text];
  return Symbol.asyncIterator in content
    ? surroundAsync(head, content, text)
    : surround(head, content, text);
}

function* surround(head: string, content: Iterable<string>, tail: string): Generator<string> {
  yield head;
  yield* content;
  yield tail;
}

async function* surroundAsync(
  head: string,
  content: AsyncIterable<string>,
  tail: string,
): AsyncGenerator<string> {
  yield head;
  yield* content;
  yield tail;
}
