/**
 * Requests that change the multicast database of a bridge (linux/if_bridge.h, RTM_NEWMDB and RTM_DELMDB).
 *
 * The tool `bridge` of many distributions knows neither filter modes nor lists of sources, and cannot
 * change an entry in place.
 */
import { parseAddress } from '../kit/netlink/address.ts';
import {
  MessageBuilder,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_REPLACE,
  NLM_F_REQUEST,
} from '../kit/netlink/message.ts';

const RTM_NEWMDB = 84;
const RTM_DELMDB = 85;
const AF_BRIDGE = 7;
const ETH_P_IP = 0x0800;
const ETH_P_IPV6 = 0x86dd;

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
  const builder = begin(RTM_NEWMDB, NLM_F_CREATE | NLM_F_REPLACE, bridge);
  builder.bytes(MDBA_SET_ENTRY, entryBytes(entry));
  const details = builder.open(MDBA_SET_ENTRY_ATTRS);
  builder.uint8(MDBE_ATTR_GROUP_MODE, entry.filterMode === 'include' ? 1 : 0);
  if (entry.sources.length > 0) {
    const list = builder.open(MDBE_ATTR_SRC_LIST);
    for (const source of entry.sources) {
      const item = builder.open(MDBE_SRC_LIST_ENTRY);
      builder.bytes(MDBE_SRCATTR_ADDRESS, parseAddress(source));
      builder.close(item);
    }
    builder.close(list);
  }
  builder.close(details);
  builder.end();
  return builder.take();
}

/** Takes the entry away; the kernel takes what it made for its sources along. */
export function deleteMessage(bridge: number, entry: Pick<MdbEntry, 'port' | 'group'>): Buffer {
  const builder = begin(RTM_DELMDB, 0, bridge);
  builder.bytes(MDBA_SET_ENTRY, entryBytes({ ...entry, permanent: false }));
  builder.end();
  return builder.take();
}

/** The header with struct br_port_msg, whose first byte is the address family. */
function begin(type: number, flags: number, bridge: number): MessageBuilder {
  const builder = new MessageBuilder(256);
  const sequence = 1;
  builder.begin({ type, flags: flags | NLM_F_REQUEST | NLM_F_ACK, sequence, family: AF_BRIDGE });
  const index = Buffer.alloc(4);
  index.writeUInt32LE(bridge);
  builder.header(index);
  return builder;
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
