/** SSH_MSG_DISCONNECT, so that a peer knows why (RFC 4253, section 11.1). */
import type { Socket } from 'node:net';
import type { Connection } from 'ssh2';
import { DROP_TEXT } from './connection-events.ts';
import type { DropReason } from './connection-events.ts';

const SSH_MSG_DISCONNECT = 1;
const BLOCK = 8;

/** RFC 4253, section 11.1. */
const REASON = { byApplication: 11, tooManyConnections: 12, noMoreAuthMethods: 14 } as const;

const CODE: Readonly<Record<DropReason, number>> = {
  'too-many-connections': REASON.tooManyConnections,
  'too-many-unauthenticated': REASON.tooManyConnections,
  'too-many-unauthenticated-of-source': REASON.tooManyConnections,
  'authentication-timeout': REASON.byApplication,
  'too-many-attempts': REASON.noMoreAuthMethods,
  'no-session': REASON.byApplication,
  'user-name': REASON.byApplication,
  'user-changed': REASON.byApplication,
  stopping: REASON.byApplication,
};

/** A packet without encryption (RFC 4253, section 6), for a peer with which no keys have been agreed yet. */
function disconnectPacket(reason: DropReason): Uint8Array {
  const text = Buffer.from(DROP_TEXT[reason]);
  const payload = Buffer.alloc(1 + 4 + 4 + text.length + 4);
  payload.writeUInt8(SSH_MSG_DISCONNECT, 0);
  payload.writeUInt32BE(CODE[reason], 1);
  payload.writeUInt32BE(text.length, 5);
  text.copy(payload, 9);
  const unpadded = 4 + 1 + payload.length;
  const padding = BLOCK + ((BLOCK - (unpadded % BLOCK)) % BLOCK);
  const header = Buffer.alloc(5);
  header.writeUInt32BE(1 + payload.length + padding, 0);
  header.writeUInt8(padding, 4);
  return Buffer.concat([header, payload, Buffer.alloc(padding)]);
}

/** To a peer that has not been answered at all: the version first (RFC 4253, section 4.2). */
export function refuseSsh(socket: Socket, reason: DropReason): void {
  const version = Buffer.from('SSH-2.0-sami\r\n');
  socket.on('error', () => undefined);
  socket.end(Buffer.concat([version, disconnectPacket(reason)]));
  socket.destroySoon();
}

/** What of ssh2 sends the message with a reason; end() always says "by application". */
interface Disconnecting {
  readonly _protocol?: { disconnect?(code: number): void };
}

/**
 * Says why and closes, without waiting for a peer that does not read. `client` is undefined as long as the peer
 * has not spoken SSH.
 */
export function disconnectSsh(
  socket: Socket,
  client: Connection | undefined,
  reason: DropReason,
): void {
  if (!socket.destroyed && socket.writableLength === 0) {
    if (!client) {
      socket.write(disconnectPacket(reason));
    } else {
      (client as Connection & Disconnecting)._protocol?.disconnect?.(CODE[reason]);
    }
    socket.destroySoon();
  } else {
    socket.destroy();
  }
}
