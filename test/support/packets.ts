/** Packets for tests, in few words. */
import type { Packet, SctpChunk, TcpFlag } from '../../server/plane/simulated/index.ts';

export interface Flow {
  readonly client: string;
  readonly server: string;
  readonly clientPort: number;
  readonly serverPort: number;
}

/** From client to server, or back. */
export type Way = 'there' | 'back';

function ends(
  flow: Flow,
  way: Way,
): Pick<Packet, 'sourceAddress' | 'destinationAddress' | 'sourcePort' | 'destinationPort'> {
  const [from, to] = [
    { address: flow.client, port: flow.clientPort },
    { address: flow.server, port: flow.serverPort },
  ];
  const [source, destination] = way === 'there' ? [from, to] : [to, from];
  return {
    sourceAddress: source.address,
    destinationAddress: destination.address,
    sourcePort: source.port,
    destinationPort: destination.port,
  };
}

export function tcp(flow: Flow, way: Way, ...tcpFlags: readonly TcpFlag[]): Packet {
  return { protocol: 6, ...ends(flow, way), tcpFlags };
}

export function udp(flow: Flow, way: Way): Packet {
  return { protocol: 17, ...ends(flow, way) };
}

export function sctp(flow: Flow, way: Way, sctpChunk: SctpChunk, verificationTag?: number): Packet {
  const tag = verificationTag === undefined ? {} : { verificationTag };
  return { protocol: 132, ...ends(flow, way), sctpChunk, ...tag };
}

/** Echo request there, echo reply back; the client port is the identifier. */
export function echo({ client, server, clientPort }: Flow, way: Way): Packet {
  const v6 = client.includes(':');
  const [sourceAddress, destinationAddress] = way === 'there' ? [client, server] : [server, client];
  const [request, reply] = v6 ? [128, 129] : [8, 0];
  return {
    protocol: v6 ? 58 : 1,
    sourceAddress,
    destinationAddress,
    icmp: { type: way === 'there' ? request : reply, code: 0, identifier: clientPort },
  };
}

/** The three packets that open a TCP connection. */
export function handshake(flow: Flow): readonly Packet[] {
  return [tcp(flow, 'there', 'syn'), tcp(flow, 'back', 'syn', 'ack'), tcp(flow, 'there', 'ack')];
}
