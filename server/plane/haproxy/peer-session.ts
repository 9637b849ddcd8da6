/**
 * Writes entries as a peer of HAProxy, for what its Runtime API cannot write: keys of type binary, and
 * elements of arrays beyond the first.
 */
import { once } from 'node:events';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { HaproxyError } from './haproxy-error.ts';
import { RESYNC_PARTIAL, definition, readMessage, update } from './peer-messages.ts';
import type { PeerUpdate } from './peer-messages.ts';
import type { TableShape } from './table-shape.ts';

const SILENCE_MS = 5_000;

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
  const socket = createConnection({ path: address.socket });
  socket.setTimeout(silenceMs, () => {
    socket.destroy(new Error(`no acknowledgement within ${silenceMs} ms`));
  });
  try {
    await once(socket, 'connect');
    socket.write(`HAProxyS 2.1\n${address.local}\n${address.remote} ${process.pid} 1\n`);
    const incoming = new Incoming(socket);
    await incoming.handshake();
    const last = new Map(taught.map(({ updates }, index) => [index + 1, updates.length]));
    await Promise.all([sendTables(socket, taught), incoming.acknowledgements(last)]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HaproxyError(`HAProxy's peers at ${address.socket}: ${reason}`, { cause: error });
  } finally {
    socket.destroy();
  }
}

async function sendTables(socket: Socket, tables: readonly TaughtTable[]): Promise<void> {
  for (const [index, { shape, updates }] of tables.entries()) {
    socket.write(definition(index + 1, shape));
    for (const [number, entry] of updates.entries()) {
      const hasRoom = socket.write(update(number + 1, shape, entry));
      if (!hasRoom) {
        await Promise.race([
          once(socket, 'drain'),
          new Promise((resolve) => socket.once('close', resolve)),
        ]);
      }
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
