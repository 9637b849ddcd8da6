/**
 * Netlink messages and their attributes (netlink(7), linux/netlink.h, linux/netfilter/nfnetlink.h).
 *
 * The header is in the byte order of the host, values of netfilter attributes in that of the network.
 */

const HEADER_LENGTH = 16;
/** Netlink header and the four bytes of nfgenmsg. */
export const BODY_OFFSET = 20;

export const NLMSG_NOOP = 1;
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const NLMSG_OVERRUN = 4;

export const NLM_F_REQUEST = 0x1;
export const NLM_F_ACK = 0x4;
export const NLM_F_REPLACE = 0x100;
export const NLM_F_EXCL = 0x200;
export const NLM_F_DUMP = 0x300;
export const NLM_F_CREATE = 0x400;

/** Attribute of a refusal: its text (NETLINK_EXT_ACK). */
const NLMSGERR_ATTR_MSG = 1;
/** Where such attributes begin: behind the error number and the header of the request. */
const REFUSAL_LENGTH = HEADER_LENGTH + 4 + HEADER_LENGTH;

const NLA_F_NESTED = 0x8000;
/** Without the flags for nesting and byte order. */
export const NLA_TYPE_MASK = 0x3fff;

export interface MessageHead {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  /** AF_INET, AF_INET6 or AF_UNSPEC. */
  readonly family: number;
}

/** Puts messages one after the other into one buffer. */
export class MessageBuilder {
  #buffer: Buffer;
  #length = 0;
  #start = 0;

  constructor(capacity = 1 << 16) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  /** What was built since the last call. */
  take(): Buffer {
    const built = Buffer.from(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
    return built;
  }

  begin(head: MessageHead): void {
    this.#reserve(BODY_OFFSET);
    const buffer = this.#buffer;
    const start = this.#length;
    buffer.writeUInt16LE(head.type, start + 4);
    buffer.writeUInt16LE(head.flags, start + 6);
    buffer.writeUInt32LE(head.sequence, start + 8);
    buffer.writeUInt32LE(0, start + 12);
    buffer[start + 16] = head.family;
    buffer.fill(0, start + 17, start + BODY_OFFSET);
    this.#start = start;
    this.#length = start + BODY_OFFSET;
  }

  /** What the header of the family has beyond the four bytes of nfgenmsg. */
  header(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  end(): void {
    this.#buffer.writeUInt32LE(this.#length - this.#start, this.#start);
  }

  /** Begins an attribute that holds attributes; give what it returns to {@link close}. */
  open(type: number): number {
    return this.#attribute(type | NLA_F_NESTED, 0);
  }

  close(mark: number): void {
    this.#buffer.writeUInt16LE(this.#length - mark, mark);
  }

  uint8(type: number, value: number): void {
    const at = this.#attribute(type, 1);
    this.#buffer[at + 4] = value;
  }

  uint16(type: number, value: number): void {
    const at = this.#attribute(type, 2);
    this.#buffer.writeUInt16BE(value, at + 4);
  }

  uint32(type: number, value: number): void {
    const at = this.#attribute(type, 4);
    this.#buffer.writeUInt32BE(value, at + 4);
  }

  bytes(type: number, value: Uint8Array): void {
    const at = this.#attribute(type, value.length);
    this.#buffer.set(value, at + 4);
  }

  /** A string with the zero byte at its end. */
  text(type: number, value: string): void {
    this.bytes(type, Buffer.from(`${value}\0`));
  }

  /** Makes room first: the buffer may be another one afterwards. */
  #attribute(type: number, length: number): number {
    const padded = (length + 3) & ~3;
    this.#reserve(4 + padded);
    const at = this.#length;
    this.#buffer.writeUInt16LE(4 + length, at);
    this.#buffer.writeUInt16LE(type, at + 2);
    if (padded > 0) this.#buffer.writeUInt32LE(0, at + padded);
    this.#length = at + 4 + padded;
    return at;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + more));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}

/** Receives each message of a buffer: its type, sequence number, and where it starts and ends. */
export type MessageVisitor = (
  type: number,
  sequence: number,
  buffer: Buffer,
  start: number,
  end: number,
) => void;

/** Walks over a buffer of whole messages. */
export function forEachMessage(buffer: Buffer, visit: MessageVisitor): void {
  for (let start = 0; start + HEADER_LENGTH <= buffer.length;) {
    const length = buffer.readUInt32LE(start);
    if (length < HEADER_LENGTH) return;
    const type = buffer.readUInt16LE(start + 4);
    const sequence = buffer.readUInt32LE(start + 8);
    visit(type, sequence, buffer, start, Math.min(start + length, buffer.length));
    start += (length + 3) & ~3;
  }
}

/** How many bytes at the start of `buffer` are whole messages. */
export function wholeMessages(buffer: Buffer): number {
  let end = 0;
  while (end + 4 <= buffer.length) {
    const length = (Math.max(buffer.readUInt32LE(end), HEADER_LENGTH) + 3) & ~3;
    if (end + length > buffer.length) break;
    end += length;
  }
  return end;
}

/** The error number in a message of type NLMSG_ERROR, positive; 0 is an acknowledgement. */
export function errorNumber(buffer: Buffer, start: number): number {
  return -buffer.readInt32LE(start + HEADER_LENGTH);
}

/** What the kernel says of an error, or its number when it says nothing. */
export function errorText(buffer: Buffer, start: number): string {
  const end = start + buffer.readUInt32LE(start);
  for (let at = start + REFUSAL_LENGTH; at + 4 <= end;) {
    const length = buffer.readUInt16LE(at);
    if (length < 4) break;
    if ((buffer.readUInt16LE(at + 2) & NLA_TYPE_MASK) === NLMSGERR_ATTR_MSG) {
      return buffer.toString('latin1', at + 4, at + length - 1);
    }
    at += (length + 3) & ~3;
  }
  return `error ${errorNumber(buffer, start)}`;
}
