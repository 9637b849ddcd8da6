/**
 * Whether a TCP segment is within the windows of its session (K1), as a device in the middle can know
 * them: the four bounds of G. van Rooij, "Real stateful TCP packet filtering in IP Filter".
 *
 * A direction has an end (what has been sent), a window end (what the receiver has allowed) and a largest
 * window. A session that was loaded has the edges of the moment in which it was copied. By the time it is
 * used they are behind, so with `relearn` a direction counts only from its first packet here on.
 */
import type { Branch } from '../../../../src/data/index.ts';
import type { FieldValues, Fields } from '../../kit/fields.ts';
import type { Direction } from './connection-state.ts';
import { hasFlag } from './packet.ts';
import type { Packet, TcpNumbers } from './packet.ts';
import type { DevicePolicy } from './policy.ts';
import { latest, segmentLength, sequenceDistance, sequenceSum } from './sequence.ts';

/** How far behind an acknowledgement may be when the windows are small. */
const LEAST_ACK_WINDOW = 66_000;

/** What is known of one direction. Undefined: nothing that can be relied upon. */
interface Edges {
  readonly end: number | undefined;
  readonly windowEnd: number | undefined;
  readonly largestWindow: number;
  readonly scale: number;
}

/** Directions of which this device has seen a packet itself. */
type Seen = ReadonlySet<Direction>;

const NONE: Seen = new Set();

export class TcpWindows {
  readonly #fields: Fields;
  readonly #mode: DevicePolicy['windowTracking'];
  /** By entry. One that was loaded, or read back after a restart, is not in here. */
  readonly #seen = new WeakMap<Branch, Seen>();

  constructor(fields: Fields, mode: DevicePolicy['windowTracking']) {
    this.#fields = fields;
    this.#mode = mode;
  }

  /** The new values of a session's edges, for {@link remember}; `outside` for a segment to be dropped. */
  advance(row: Branch, direction: Direction, packet: Packet): FieldValues | 'outside' {
    const { tcp } = packet;
    if (this.#mode === 'off' || !tcp) return {};
    const sender = this.#edges(row, direction);
    const receiver = this.#edges(row, opposite(direction));
    const end = sequenceSum(tcp.sequence, segmentLength(packet));
    if (isOutside(sender, receiver, { tcp, end, packet })) return 'outside';
    const window = (tcp.window ?? 0) * (hasFlag(packet, 'syn') ? 1 : 2 ** sender.scale);
    const allowed =
      tcp.acknowledgement === undefined ? undefined : sequenceSum(tcp.acknowledgement, window);
    return {
      [`${direction}-sequence-end`]: newer(sender.end, end),
      [`${direction}-maximum-window`]: Math.max(sender.largestWindow, window),
      ...(allowed === undefined
        ? {}
        : { [`${opposite(direction)}-window-end`]: newer(receiver.windowEnd, allowed) }),
      ...(hasFlag(packet, 'syn') && tcp.windowScale !== undefined
        ? { [`${direction}-window-scale`]: tcp.windowScale }
        : {}),
    };
  }

  /** `after` is what became of `before` by a packet in this direction. */
  remember(before: Branch | undefined, after: Branch, direction: Direction): void {
    const seen = before && this.#seen.get(before);
    this.#seen.set(after, seen?.has(direction) ? seen : new Set([...(seen ?? NONE), direction]));
  }

  #edges(row: Branch, direction: Direction): Edges {
    const number = (name: string): number | undefined =>
      this.#fields.number(row, `${direction}-${name}`);
    const scale = number('window-scale') ?? 0;
    const seen = this.#seen.get(row) ?? NONE;
    const trusted = (seer: Direction): boolean => this.#mode === 'strict' || seen.has(seer);
    return {
      end: trusted(direction) ? number('sequence-end') : undefined,
      // What may be sent is what the other side has said.
      windowEnd: trusted(opposite(direction)) ? number('window-end') : undefined,
      largestWindow: trusted(direction) ? (number('maximum-window') ?? 0) : 0,
      scale,
    };
  }
}

function isOutside(
  sender: Edges,
  receiver: Edges,
  { tcp, end, packet }: { tcp: TcpNumbers; end: number; packet: Packet },
): boolean {
  const { sequence, acknowledgement: ack } = tcp;
  if (sender.windowEnd !== undefined && sequenceDistance(sequence, sender.windowEnd) > 0) {
    return true;
  }
  if (sender.end !== undefined && receiver.end !== undefined) {
    if (sequenceDistance(end, sender.end) < -receiver.largestWindow) return true;
  }
  if (ack === undefined || receiver.end === undefined || hasFlag(packet, 'rst')) return false;
  const behind = sequenceDistance(receiver.end, ack);
  return behind < 0 || behind > Math.max(LEAST_ACK_WINDOW, sender.largestWindow);
}

function newer(known: number | undefined, value: number): number {
  return known === undefined ? value : latest(known, value);
}

function opposite(direction: Direction): Direction {
  return direction === 'original' ? 'reply' : 'original';
}
