/** Connections to the UNIX sockets of HAProxy. */
import { once } from 'node:events';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';

/** Resolves when connected. The connection breaks when nothing comes or goes for `silenceMs`. */
export async function connectTo(path: string, silenceMs: number): Promise<Socket> {
  const socket = createConnection({ path });
  socket.setTimeout(silenceMs, () => {
    socket.destroy(new Error(`no answer within ${silenceMs} ms`));
  });
  await once(socket, 'connect');
  // Who reads is told; this one is for a connection that breaks when nobody does.
  socket.on('error', () => undefined);
  return socket;
}

/** Writes as fast as the other end takes it. Stops when the connection breaks, of which who reads is told. */
export async function sendAll(
  socket: Socket,
  pieces: Iterable<string | Uint8Array>,
): Promise<void> {
  const closed = once(socket, 'close');
  closed.catch(() => undefined);
  for (const piece of pieces) {
    if (socket.destroyed) return;
    if (!socket.write(piece, 'latin1')) await Promise.race([once(socket, 'drain'), closed]);
  }
}
