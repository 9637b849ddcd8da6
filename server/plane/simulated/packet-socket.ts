/**
 * A socket through which another process sends packets into a simulated plane: a UNIX socket that takes
 * and gives lines of JSON. Each request line is answered by one line, in order.
 *
 *     {"op": "packet", "packet": {…}}           → {"verdict": {…}}
 *     {"op": "packets", "packets": [{…}, …]}    → {"verdicts": [{…}, …]}
 *     {"op": "fill", "vm": "id", "sessions": N} → {"added": N}
 *
 * A packet and a verdict are those of packet.ts. An `id` in a request comes back in its answer. What
 * cannot be understood is answered by {"error": "…"}; a line that is too long ends the connection.
 *
 * The socket is the network of a simulated device: whoever may open it may send any packet. It is made
 * for its owner only.
 */
import { chmodSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { checkPacket, isObject } from './packet-check.ts';
import type { Packet, Verdict } from './model/packet.ts';

/** What the socket drives: a {@link ./simulated-plane.ts | SimulatedPlane}. */
export interface PacketTarget {
  forward(packet: Packet): Verdict;
  fill(vm: string, sessions: number): number;
}

export class PacketSocket {
  readonly path: string;
  readonly #server: Server;
  readonly #connections: Set<Socket>;

  private constructor(path: string, server: Server, connections: Set<Socket>) {
    this.path = path;
    this.#server = server;
    this.#connections = connections;
  }

  /** Listens on `path`, replacing a socket that a dead process has left there. */
  static async listen(path: string, target: PacketTarget): Promise<PacketSocket> {
    const connections = new Set<Socket>();
    const server = createServer((connection) => {
      connections.add(connection);
      connection.on('error', () => connection.destroy());
      connection.on('close', () => connections.delete(connection));
      void serve(connection, target);
    });
    rmSync(path, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    chmodSync(path, 0o600);
    return new PacketSocket(path, server, connections);
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function serve(connection: Socket, target: PacketTarget): Promise<void> {
  const lines = createInterface({ input: connection, crlfDelay: Infinity });
  try {
    for await (const line of lines) {
      if (line.trim() === '') continue;
      const more = connection.write(`${JSON.stringify(answer(line, target))}\n`);
      if (!more)
        await new Promise((resolve) => connection.once('drain', resolve).once('close', resolve));
    }
  } catch {
    // The peer has gone; there is nobody to tell.
  }
  connection.end();
}

function answer(line: string, target: PacketTarget): object {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {
    return { error: 'not a line of JSON' };
  }
  const id = isObject(request) && 'id' in request ? { id: request['id'] } : {};
  try {
    return { ...id, ...perform(request, target) };
  } catch (error) {
    return { ...id, error: error instanceof Error ? error.message : String(error) };
  }
}

function perform(request: unknown, target: PacketTarget): object {
  if (!isObject(request)) throw new Error('a request is an object');
  switch (request['op']) {
    case 'packet':
      return { verdict: target.forward(checkPacket(request['packet'])) };
    case 'packets': {
      const packets: unknown = request['packets'];
      if (!Array.isArray(packets)) throw new Error('"packets" is an array');
      return { verdicts: packets.map((packet) => target.forward(checkPacket(packet))) };
    }
    case 'fill': {
      const { vm, sessions } = request;
      if (typeof vm !== 'string' || typeof sessions !== 'number') {
        throw new Error('"fill" wants "vm" and "sessions"');
      }
      return { added: target.fill(vm, sessions) };
    }
    default:
      throw new Error(`unknown op ${JSON.stringify(request['op'])}`);
  }
}
