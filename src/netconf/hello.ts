/** The hello message and its exchange (RFC 6241, section 8.1). */
import {
  ElementBuilder,
  XmlError,
  XmlTokenizer,
  XmlWriter,
  childElements,
  textContent,
} from '../xml/index.ts';
import type { XmlElement } from '../xml/index.ts';
import type { Clock } from '../util/index.ts';
import { CapabilitySet, commonBase } from './capability.ts';
import { BASE_1_0, LARGEST_SESSION_ID, NETCONF_BASE_NS } from './constants.ts';
import { ProtocolError, SessionClosedError, TimeoutError } from './errors.ts';
import type { IncomingMessage, Transport } from './transport.ts';

/** RFC 6241, section 8.1. */
export interface Hello {
  readonly capabilities: readonly string[];
  /** In the hello of a server. */
  readonly sessionId?: number;
}

/** The message `<hello>`; only a server has a session-id. */
export function encodeHello({ capabilities, sessionId }: Hello): string {
  let text = '<?xml version="1.0" encoding="UTF-8"?>\n';
  const writer = new XmlWriter((part) => {
    text += part;
  });
  writer.open(NETCONF_BASE_NS, 'hello');
  writer.open(NETCONF_BASE_NS, 'capabilities');
  for (const capability of capabilities) writer.leaf(NETCONF_BASE_NS, 'capability', capability);
  writer.close();
  if (sessionId !== undefined) writer.leaf(NETCONF_BASE_NS, 'session-id', String(sessionId));
  writer.close();
  writer.end();
  return text;
}

/** Throws ProtocolError for what is not a hello. */
export function decodeHello(element: XmlElement): Hello {
  if (element.namespace !== NETCONF_BASE_NS || element.local !== 'hello') {
    throw new ProtocolError(`expected <hello>, not <${element.local}>`);
  }
  const children = childElements(element).filter((child) => child.namespace === NETCONF_BASE_NS);
  const capabilities = children
    .filter((child) => child.local === 'capabilities')
    .flatMap(childElements)
    .filter((child) => child.local === 'capability' && child.namespace === NETCONF_BASE_NS)
    .map((child) => textContent(child).trim());
  const ids = children.filter((child) => child.local === 'session-id');
  if (ids.length > 1) throw new ProtocolError('<hello> has more than one session-id');
  const [id] = ids;
  if (!id) return { capabilities };
  const text = textContent(id);
  const sessionId = decodeSessionId(text);
  if (sessionId > 0) return { capabilities, sessionId };
  throw new ProtocolError(`<hello> has the session-id "${text.trim()}", which is no session-id`);
}

/**
 * The hello of a server that takes the RFC less seriously: no namespace, a session-id that is missing, 0,
 * within the capabilities or no number (0 then), the namespace of NETCONF for the capability base:1.0.
 * All of these have been seen, and the session works.
 */
function decodeLenientHello(element: XmlElement): Hello {
  if (element.local !== 'hello') {
    throw new ProtocolError(`expected <hello>, not <${element.local}>`);
  }
  const children = childElements(element);
  const lists = children.filter((child) => child.local === 'capabilities').flatMap(childElements);
  const texts = lists
    .filter((child) => child.local === 'capability')
    .map((child) => textContent(child).trim())
    .map((text) => (text === NETCONF_BASE_NS ? BASE_1_0 : text));
  const id = [...children, ...lists].find((child) => child.local === 'session-id');
  return { capabilities: texts, sessionId: id ? decodeSessionId(textContent(id)) : 0 };
}

/** 0 for what is none. */
function decodeSessionId(text: string): number {
  const id = /^\s*\d{1,10}\s*$/.test(text) ? Number(text) : 0;
  return id <= LARGEST_SESSION_ID ? id : 0;
}

/** Our side of the exchange of hellos. */
export interface HelloExchangeOptions {
  /** What we announce, with a session-id when we are the server. */
  readonly hello: Hello;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly maxHelloBytes?: number;
  /** For clients: takes hellos of servers as they are, as long as the session can work. */
  readonly lenient?: boolean;
}

/** What has come of it. */
export interface HelloExchange {
  readonly capabilities: CapabilitySet;
  readonly base: '1.0' | '1.1';
  /** The server's id, known to both; 0 when a lenient client was not told. */
  readonly sessionId: number;
}

const DEFAULT_MAX_HELLO_BYTES = 1024 * 1024;

/**
 * Sends our hello, waits for that of the peer, checks what RFC 6241 demands of the two and switches to
 * chunked framing when both have base:1.1. When it throws, the transport has been closed.
 */
export async function exchangeHello(
  transport: Transport,
  options: HelloExchangeOptions,
): Promise<HelloExchange> {
  const expiry = new AbortController();
  const timer = options.clock.setTimer(options.timeoutMs, () => {
    expiry.abort(new TimeoutError(`no <hello> within ${String(options.timeoutMs)} ms`));
    transport.abort();
  });
  try {
    const [theirs] = await Promise.all([
      receiveHello(transport, options),
      transport.send(encodeHello(options.hello)),
    ]);
    const exchange = checkHellos(options.hello, theirs);
    if (exchange.base === '1.1') transport.useChunkedFraming();
    return exchange;
  } catch (error) {
    transport.abort();
    expiry.signal.throwIfAborted();
    throw error;
  } finally {
    timer.cancel();
  }
}

async function receiveHello(
  transport: Transport,
  { maxHelloBytes = DEFAULT_MAX_HELLO_BYTES, lenient }: HelloExchangeOptions,
): Promise<Hello> {
  for await (const message of transport.messages()) {
    const element = await readElement(message, maxHelloBytes);
    return lenient === true ? decodeLenientHello(element) : decodeHello(element);
  }
  throw new SessionClosedError('the peer closed before it sent <hello>');
}

async function readElement(message: IncomingMessage, maxBytes: number): Promise<XmlElement> {
  const builder = new ElementBuilder();
  const tokenizer = new XmlTokenizer(builder, { maxBytes });
  try {
    for await (const piece of message) tokenizer.write(piece);
    tokenizer.end();
  } catch (cause) {
    if (!(cause instanceof XmlError)) throw cause;
    throw new ProtocolError(`the <hello> cannot be read: ${cause.message}`, { cause });
  }
  return builder.result;
}

function checkHellos(ours: Hello, theirs: Hello): HelloExchange {
  const capabilities = new CapabilitySet(theirs.capabilities);
  const base = commonBase(new CapabilitySet(ours.capabilities), capabilities);
  if (!base) throw new ProtocolError('the peer has no version of NETCONF in common with us');
  if (ours.sessionId !== undefined && theirs.sessionId !== undefined) {
    throw new ProtocolError('the <hello> of a client must not have a session-id');
  }
  const sessionId = ours.sessionId ?? theirs.sessionId;
  if (sessionId === undefined) {
    throw new ProtocolError('the <hello> of a server must have a session-id');
  }
  return { capabilities, base, sessionId };
}
