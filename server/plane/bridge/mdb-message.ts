/**
 * Requests that change the multicast database of a bridge (linux/if_bridge.h, RTM_NEWMDB and RTM_DELMDB).
 *
 * The tool `bridge` of many distributions knows neither filter modes nor lists of sources, and cannot
 * change an entry in place.
 */
import { parseAddress } from '../linux/netlink/address.ts';

const RTM_NEWMDB = 84;
const RTM_DELMDB = 85;
const NLM_F_REQUEST = 0x1;
const NLM_F_ACK = 0x4;
const NLM_F_REPLACE = 0x100;
const NLM_F_CREATE = 0x400;
const AF_BRIDGE = 7;
const ETH_P_IP = 0x0800;
const ETH_P_IPV6 = 0x86dd;

const NLA_F_NESTED = 0x8000;
const MDBA_SET_ENTRY = 1;
const MDBA_SET_ENTRY_ATTRS = 2;
const MDBE_ATTR_SRC_LIST = 2;
const MDBE_ATTR_GROUP_MODE = 3;
const MDBE_SRC_LIST_ENTRY = 1;
const MDBE_SRCATTR_ADDRESS = 1;

/** Membership of one port in one group. */
export interface MdbEntry {
  readonly port: number;
  readonly group: string;
  readonly permanent: boolean;
  readonly filterMode: 'include' | 'exclude';
  readonly sources: readonly string[];
}

/** Makes the entry, or what there is into it. */
export function putMessage(bridge: number, entry: MdbEntry): Buffer {
  const sources = entry.sources.map((source) =>
    attribute(
      MDBE_SRC_LIST_ENTRY | NLA_F_NESTED,
      attribute(MDBE_SRCATTR_ADDRESS, parseAddress(source)),
    ),
  );
  const mode = Buffer.of(entry.filterMode === 'include' ? 1 : 0);
  const details = [
    attribute(MDBE_ATTR_GROUP_MODE, mode),
    ...(sources.length > 0
      ? [attribute(MDBE_ATTR_SRC_LIST | NLA_F_NESTED, Buffer.concat(sources))]
      : []),
  ];
  return message(RTM_NEWMDB, NLM_F_CREATE | NLM_F_REPLACE, bridge, [
    attribute(MDBA_SET_ENTRY, entryBytes(entry)),
    attribute(MDBA_SET_ENTRY_ATTRS | NLA_F_NESTED, Buffer.concat(details)),
  ]);
}

/** Takes the entry away; the kernel takes what it made for its sources along. */
export function deleteMessage(bridge: number, entry: Pick<MdbEntry, 'port' | 'group'>): Buffer {
  const bytes = entryBytes({ ...entry, permanent: false });
  return message(RTM_DELMDB, 0, bridge, [attribute(MDBA_SET_ENTRY, bytes)]);
}

function message(
  type: number,
  flags: number,
  bridge: number,
  attributes: readonly Buffer[],
): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt16LE(type, 4);
  head.writeUInt16LE(flags | NLM_F_REQUEST | NLM_F_ACK, 6);
  head.writeUInt32LE(1, 8);
  head[16] = AF_BRIDGE;
  head.writeUInt32LE(bridge, 20);
  const whole = Buffer.concat([head, ...attributes]);
  whole.writeUInt32LE(whole.length, 0);
  return whole;
}

/** struct br_mdb_entry. */
function entryBytes({
  port,
  group,
  permanent,
}: Pick<MdbEntry, 'port' | 'group' | 'permanent'>): Buffer {
  const bytes = Buffer.alloc(28);
  bytes.writeUInt32LE(port, 0);
  bytes[4] = permanent ? 1 : 0;
  bytes.set(parseAddress(group), 8);
  bytes.writeUInt16BE(group.includes(':') ? ETH_P_IPV6 : ETH_P_IP, 24);
  return bytes;
}

function attribute(type: number, value: Uint8Array): Buffer {
  const bytes = Buffer.alloc(4 + ((value.length + 3) & ~3));
  bytes.writeUInt16LE(4 + value.length, 0);
  bytes.writeUInt16LE(type, 2);
  bytes.set(value, 4);
  return bytes;
}
