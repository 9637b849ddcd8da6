/** The two legs of a proxied connection: the terms of module sami-connection, and segments made from them. */
import type { Branch } from '../../../../src/data/index.ts';
import { Branch as Entry } from '../../../../src/data/index.ts';
import type { BranchSchemaNode } from '../../../../src/yang/index.ts';
import { fieldsOf } from '../../kit/fields.ts';
import type { Endpoint } from './nat.ts';
import { TCP } from './packet.ts';
import type { Packet, TcpFlag } from './packet.ts';
import { sequenceDistance, sequenceSum } from './sequence.ts';

export type Side = 'client' | 'server';

/** The sequence variables of RFC 9293, section 3.3.1, towards one end. */
export interface Leg {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly state: string;
  readonly sendNext: number;
  readonly sendUnacknowledged: number;
  readonly sendWindow: number | undefined;
  /** Shift count that the end announced. */
  readonly sendScale: number | undefined;
  readonly receiveNext: number;
  readonly receiveWindow: number;
}

export type Connection = Readonly<Record<Side, Leg>>;

export function legOf(row: Branch, side: Side): Leg {
  const branch = fieldsOf(row.schema).branch(row, `${side}-leg`);
  if (!branch) throw new Error(`a proxied connection has a ${side}-leg`);
  const fields = fieldsOf(branch.schema);
  const end = (which: 'local' | 'remote'): Endpoint => ({
    address: fields.text(branch, `${which}-address`) ?? '',
    port: fields.number(branch, `${which}-port`) ?? 0,
  });
  return {
    local: end('local'),
    remote: end('remote'),
    state: fields.text(branch, 'state') ?? 'closed',
    sendNext: fields.number(branch, 'send-next') ?? 0,
    sendUnacknowledged: fields.number(branch, 'send-unacknowledged') ?? 0,
    sendWindow: fields.number(branch, 'send-window'),
    sendScale: fields.number(branch, 'send-window-scale'),
    receiveNext: fields.number(branch, 'receive-next') ?? 0,
    receiveWindow: fields.number(branch, 'receive-window') ?? 0,
  };
}

/** The entry with these legs; what else a leg has stays. */
export function withLegs(row: Branch, connection: Connection): Branch {
  const fields = fieldsOf(row.schema);
  const changed = (['client', 'server'] as const).map((side) => {
    const name = `${side}-leg`;
    const schema = fields.node(name) as BranchSchemaNode;
    const leg = fields.branch(row, name) ?? new Entry(schema, []);
    return [name, changeLeg(leg, connection[side])] as const;
  });
  return fields.change(row, Object.fromEntries(changed));
}

function changeLeg(branch: Branch, leg: Leg): Branch {
  return fieldsOf(branch.schema).change(branch, {
    'local-address': leg.local.address,
    'local-port': leg.local.port,
    'remote-address': leg.remote.address,
    'remote-port': leg.remote.port,
    state: leg.state,
    'send-next': leg.sendNext,
    'send-unacknowledged': leg.sendUnacknowledged,
    'send-window': leg.sendWindow,
    'send-window-scale': leg.sendScale,
    'receive-next': leg.receiveNext,
    'receive-window': leg.receiveWindow,
    'unsent-bytes': Math.max(0, sequenceDistance(leg.sendNext, leg.sendUnacknowledged)),
  });
}

/** The proxy's answer to a client's SYN. Its window is closed until there is a server to relay to. */
export function clientHello(client: Leg): Packet {
  const first = sequenceSum(client.sendNext, -1);
  return {
    ...segment(client, ['syn', 'ack']),
    tcp: { sequence: first, acknowledgement: client.receiveNext, window: 0 },
  };
}

/** The proxy's own SYN to the server. */
export function serverHello(server: Leg): Packet {
  const first = sequenceSum(server.sendNext, -1);
  return {
    ...segment(server, ['syn']),
    tcp: { sequence: first, window: server.receiveWindow },
  };
}

/** A segment without data: what the proxy has sent, and what it expects. */
export function acknowledge(leg: Leg, flags: readonly TcpFlag[] = ['ack']): Packet {
  const { sendNext, receiveNext, receiveWindow } = leg;
  return {
    ...segment(leg, flags),
    tcp: { sequence: sendNext, acknowledgement: receiveNext, window: receiveWindow },
  };
}

function segment({ local, remote }: Leg, tcpFlags: readonly TcpFlag[]): Packet {
  return {
    protocol: TCP,
    sourceAddress: local.address,
    sourcePort: local.port,
    destinationAddress: remote.address,
    destinationPort: remote.port,
    tcpFlags,
  };
}
