/** The far end of a session, told what to say. */
import {
  BASE_1_0,
  BASE_1_1,
  createLinkedTransports,
  exchangeHello,
} from '../../src/netconf/index.ts';
import type { LinkOptions, OutgoingMessage, Transport } from '../../src/netconf/index.ts';
import { FakeClock } from './fake-clock.ts';

export interface ScriptedServer {
  readonly transport: Transport;
  /** The next request, as text. `undefined`: the client has closed. */
  receive(): Promise<string | undefined>;
  send(message: OutgoingMessage): Promise<void>;
  /** An rpc-reply to a request with that id. */
  reply(id: string, content: OutgoingMessage): Promise<void>;
  notify(content: string, eventTime?: string): Promise<void>;
}

/** A transport for a client, and a server at its other end; `ready` settles after the hellos. */
export function createScriptedServer(options: LinkOptions = {}): {
  client: Transport;
  server: ScriptedServer;
  ready: Promise<unknown>;
} {
  const [client, transport] = createLinkedTransports(options);
  const ready = exchangeHello(transport, {
    hello: { capabilities: [BASE_1_0, BASE_1_1], sessionId: 4 },
    timeoutMs: 1000,
    clock: new FakeClock(),
  });
  return { client, server: new Server(transport), ready };
}

class Server implements ScriptedServer {
  readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  async receive(): Promise<string | undefined> {
    for await (const message of this.transport.messages()) {
      let text = '';
      for await (const piece of message) text += new TextDecoder().decode(piece);
      return text;
    }
    return undefined;
  }

  send(message: OutgoingMessage): Promise<void> {
    return this.transport.send(message);
  }

  reply(id: string, content: OutgoingMessage): Promise<void> {
    return this.send(
      surround(
        `<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="${id}">`,
        content,
        '</rpc-reply>',
      ),
    );
  }

  notify(content: string, eventTime = '2026-11-20T12:00:00Z'): Promise<void> {
    return this.send(
      `<notification xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0">` +
        `<eventTime>${eventTime}</eventTime>${content}</notification>`,
    );
  }
}

async function* surround(
  head: string,
  content: OutgoingMessage,
  tail: string,
): AsyncGenerator<string | Uint8Array> {
  yield head;
  if (typeof content === 'string') yield content;
  else yield* content;
  yield tail;
}
