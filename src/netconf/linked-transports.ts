/** Two transports that are each other's peer, within one process, real framing included. */
import { AsyncQueue, createDeferred } from '../util/index.ts';
import { TransportError } from './errors.ts';
import { createFramedTransport } from './framed-transport.ts';
import type { FramingLimits } from './framing/message-reader.ts';
import type { ByteStream, Transport, TransportPeer } from './transport.ts';

/** How two ends in one process are joined. */
export interface LinkOptions extends Partial<FramingLimits> {
  /** How many writes may be on their way before a writer has to wait. */
  readonly capacity?: number;
  /**
   * What the second transport, that of a server, is told about the first. By default an administrator: both
   * ends are in the hands of one program.
   */
  readonly peer?: TransportPeer;
}

/** The first is for a client, the second for a server. */
export function createLinkedTransports(options: LinkOptions = {}): [Transport, Transport] {
  const [client, server] = createLinkedStreams(options);
  return [createFramedTransport(client, options), createFramedTransport(server, options)];
}

/** The same without framing. */
export function createLinkedStreams({
  capacity = 16,
  peer = { username: 'test', address: 'linked', administrator: true },
}: LinkOptions = {}): [ByteStream, ByteStream] {
  const toServer = new AsyncQueue<Uint8Array>({ capacity });
  const toClient = new AsyncQueue<Uint8Array>({ capacity });
  const closed = createDeferred();
  const abort = (): void => {
    toServer.end();
    toClient.end();
    closed.resolve();
  };
  const makeEnd = (input: AsyncQueue<Uint8Array>, output: AsyncQueue<Uint8Array>): ByteStream => ({
    peer: output === toClient ? peer : {},
    input,
    closed: closed.promise,
    abort,
    async write(bytes) {
      if (!(await output.put(bytes))) throw new TransportError('the other end is closed');
    },
    close() {
      abort();
      return Promise.resolve();
    },
  });
  return [makeEnd(toClient, toServer), makeEnd(toServer, toClient)];
}
