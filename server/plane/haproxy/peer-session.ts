/**
 * Writes entries as a peer of HAProxy, for what its Runtime API cannot write: keys of type binary, and
 * elements of arrays beyond the first.
 */
import type { Socket } from 'node:net';
import { connectTo, sendAll } from './connection.ts';
import { HaproxyError } from './haproxy-error.ts';
import { RESYNC_PARTIAL, definition, readMessage, update } from './peer-messages.ts';
import type { PeerUpdate } from './peer-messages.ts';
import type { TableShape } from './table-shape.ts';

const SILENCE_MS = 5_000;
/** Updates that are written in one piece. */
const PIECE = 200;

/** Where HAProxy listens for peers, and who we are there. */
export interface PeerAddress {
  /** Path of a UNIX socket. */
  readonly socket: string;
  /** Name of HAProxy itself in its section `peers`. */
  readonly local: string;
  /** Our name in that section. */
  readonly remote: string;
}

export interface TaughtTable {
  readonly shape: TableShape;
  readonly updates: readonly PeerUpdate[];
}

/** Resolves when HAProxy has acknowledged all updates. Throws {@link HaproxyError}. */
export async function teach(
  address: PeerAddress,
  tables: readonly TaughtTable[],
  silenceMs = SILENCE_MS,
): Promise<void> {
  const taught = tables.filter(({ updates }) => updates.length > 0);
  if (taught.length === 0) return;
  let socket: Socket | undefined;
  try {
    socket = await connectTo(address.socket, silenceMs);
    socket.write(`HAProxyS 2.1\n${address.local}\n${address.remote} ${process.pid} 1\n`);
    const incoming = new Incoming(socket);
    await incoming.handshake();
    const last = new Map(taught.map(({ updates }, index) => [index + 1, updates.length]));
    await Promise.all([sendAll(socket, messages(taught)), incoming.acknowledgements(last)]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HaproxyError(`HAProxy's peers at ${address.socket}: ${reason}`, { cause: error });
  } finally {
    socket?.destroy();
  }
}

function* messages(tables: readonly TaughtTable[]): Iterable<Buffer> {
  for (const [index, { shape, updates }] of tables.entries()) {
    yield definition(index + 1, shape);
    for (let from = 0; from < updates.length; from += PIECE) {
      const piece = updates.slice(from, from + PIECE);
      yield Buffer.concat(piece.map((entry, at) => update(from + at + 1, shape, entry)));
    }
  }
}

class Incoming {
  readonly #socket: Socket;
  readonly #chunks: AsyncIterator<Buffer>;
  #bytes = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#chunks = (socket as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  async handshake(): Promise<void> {
    let end = this.#bytes.indexOf(0x0a);
    while (end < 0) {
      await this.#more();
      end = this.#bytes.indexOf(0x0a);
    }
    const status = this.#bytes.subarray(0, end).toString('latin1');
    this.#bytes = this.#bytes.subarray(end + 1);
    if (status !== '200') throw new Error(`refused with status ${JSON.stringify(status)}`);
  }

  /** Waits until the last update of each table is acknowledged. */
  async acknowledgements(last: ReadonlyMap<number, number>): Promise<void> {
    const open = new Map(last);
    while (open.size > 0) {
      const next = readMessage(this.#bytes);
      if (!next) {
        await this.#more();
        continue;
      }
      this.#bytes = this.#bytes.subarray(next.length);
      const { message } = next;
      if (message.kind === 'error') throw new Error('it reported a protocol error');
      if (message.kind === 'resync-requested') this.#socket.write(RESYNC_PARTIAL);
      if (message.kind === 'acknowledged' && message.update === open.get(message.table)) {
        open.delete(message.table);
      }
    }
  }

  async #more(): Promise<void> {
    const next = await this.#chunks.next();
    if (next.done === true) throw new Error('the connection was closed');
    this.#bytes = Buffer.concat([this.#bytes, next.value]);
  }
}
