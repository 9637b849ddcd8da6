/** Whether what came through a socket is a packet of the model. */
import type { Packet } from './model/packet.ts';

interface Part {
  readonly name: keyof Packet;
  /** Ends the sentence "…" is. */
  readonly is: string;
  readonly check: (value: unknown) => boolean;
}

const isNumber = (value: unknown): boolean => typeof value === 'number';
const isText = (value: unknown): boolean => typeof value === 'string';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

/** An object whose members of these names are numbers, or texts. */
function hasMembers(
  members: Readonly<Record<string, (value: unknown) => boolean>>,
): (value: unknown) => boolean {
  return (value) =>
    isObject(value) && Object.entries(members).every(([name, check]) => check(value[name]));
}

/** What a packet may have beside protocol and addresses. */
const PARTS: readonly Part[] = [
  ...(['sourcePort', 'destinationPort', 'length', 'vlanId', 'priority', 'dscp'] as const).map(
    (name): Part => ({ name, is: 'a number', check: isNumber }),
  ),
  ...(['interface', 'outInterface', 'sourceMac', 'destinationMac'] as const).map((name): Part => ({
    name,
    is: 'a text',
    check: isText,
  })),
  { name: 'tcpFlags', is: 'an array of texts', check: isTexts },
  {
    name: 'tcp',
    is: 'an object with a "sequence" number',
    check: hasMembers({ sequence: isNumber }),
  },
  { name: 'icmp', is: 'an object with a "type" number', check: hasMembers({ type: isNumber }) },
  {
    name: 'dhcp',
    is: 'an object with "type" and "clientMac"',
    check: hasMembers({ type: isText, clientMac: isText }),
  },
  {
    name: 'membership',
    is: 'an object with "type" and "group"',
    check: hasMembers({ type: isText, group: isText }),
  },
  {
    name: 'request',
    is: 'an object whose "protocol" is http, smtp or ftp',
    check: hasMembers({ protocol: (value) => ['http', 'smtp', 'ftp'].includes(String(value)) }),
  },
];

/** Throws an Error that says what a packet has, where this one has not. */
export function checkPacket(value: unknown): Packet {
  const packet = isObject(value) ? value : {};
  const { protocol, sourceAddress, destinationAddress } = packet;
  if (typeof protocol !== 'number') throw new Error('a packet has a "protocol" number');
  if (typeof sourceAddress !== 'string' || typeof destinationAddress !== 'string') {
    throw new Error('a packet has "sourceAddress" and "destinationAddress"');
  }
  const wrong = PARTS.find(({ name, check }) => packet[name] !== undefined && !check(packet[name]));
  if (wrong) throw new Error(`"${wrong.name}" of a packet is ${wrong.is}`);
  return packet as unknown as Packet;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
