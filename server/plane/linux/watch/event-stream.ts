/**
 * The kernel's stream of new, changed and ended entries: one socket for all who watch, open only while
 * somebody does.
 *
 * The stream has no end marks, so a barrier makes one: it adds an entry that no packet can have and
 * waits for news of it. What happened before is then in front of it in the stream.
 */
import { createDeferred } from '../../../../src/util/index.ts';
import type { Clock, Deferred } from '../../../../src/util/index.ts';
import type { EntryDecoder } from '../conntrack/decode.ts';
import { CONNTRACK_GROUPS, CT_DELETE, CT_NEW, PROTOCOL } from '../conntrack/constants.ts';
import { inverse } from '../conntrack/entry.ts';
import type { Entry } from '../conntrack/entry.ts';
import type { ConntrackTable } from '../conntrack/table.ts';
import type { Launcher } from '../../kit/launcher.ts';
import { AddressSet } from '../../kit/netlink/address.ts';
import { forEachMessage, NLMSG_OVERRUN } from '../../kit/netlink/message.ts';
import { NetlinkRelay } from '../../kit/netlink/relay.ts';
import type { RelayProgram } from '../../kit/netlink/relay-script.ts';

export interface EventListener {
  readonly addresses: readonly string[];
  set(entry: Entry): void;
  removed(entry: Entry): void;
  /** Events are missing; the stream goes on, or has been opened anew, when `resync` is asked for. */
  lost(): void;
}

export interface EventStreamOptions {
  readonly launcher: Launcher;
  readonly program: RelayProgram;
  readonly table: ConntrackTable;
  readonly clock: Clock;
  readonly receiveBytes: number;
}

/** Documentation addresses (RFC 5737) in a zone that nobody is likely to use. */
const MARKER = { source: '192.0.2.1', destination: '192.0.2.2', zone: 65535 } as const;
const MARKER_SECONDS = 10;
const BARRIER_TIMEOUT_MS = 5000;

export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #decoder: EntryDecoder;
  readonly #listeners = new Map<string, Set<EventListener>>();
  readonly #barriers = new Map<number, Deferred<boolean>>();
  #wanted = new AddressSet([]);
  #relay: Promise<NetlinkRelay> | undefined;
  #markers = 0;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#decoder = options.table.decoder;
  }

  /** Resolves when every event from now on will reach the listener. */
  async add(listener: EventListener): Promise<void> {
    for (const address of listener.addresses) {
      const set = this.#listeners.get(address) ?? new Set();
      this.#listeners.set(address, set.add(listener));
    }
    this.#refreshFilter();
    try {
      await this.#open();
    } catch (error) {
      await this.remove(listener);
      throw error;
    }
  }

  async remove(listener: EventListener): Promise<void> {
    for (const address of listener.addresses) {
      const set = this.#listeners.get(address);
      set?.delete(listener);
      if (set?.size === 0) this.#listeners.delete(address);
    }
    this.#refreshFilter();
    if (this.#listeners.size === 0) await this.close();
  }

  /** Resolves with true when every earlier event has been delivered, with false when some were lost. */
  async barrier(): Promise<boolean> {
    if (!this.#relay) return true;
    await this.#relay;
    const { table, clock } = this.#options;
    const marker = this.#nextMarker();
    const passed = createDeferred<boolean>();
    this.#barriers.set(markerNumber(marker), passed);
    const timer = clock.setTimer(BARRIER_TIMEOUT_MS, () => {
      this.#lost();
    });
    try {
      const refused = await table.create([marker]);
      if (refused.length > 0) this.#lost();
      return await passed.promise;
    } finally {
      timer.cancel();
      await table.remove([marker]);
    }
  }

  async close(): Promise<void> {
    const relay = this.#relay;
    this.#relay = undefined;
    await (await relay?.catch(() => undefined))?.close();
  }

  #open(): Promise<NetlinkRelay> {
    if (!this.#relay) {
      const { launcher, program, receiveBytes } = this.#options;
      const opening = NetlinkRelay.open(launcher, {
        program,
        receiveBytes,
        groups: CONNTRACK_GROUPS,
      });
      this.#relay = opening;
      opening.then(
        (relay) => void this.#listen(relay, opening),
        () => {
          if (this.#relay === opening) this.#relay = undefined;
        },
      );
    }
    return this.#relay;
  }

  async #listen(relay: NetlinkRelay, opening: Promise<NetlinkRelay>): Promise<void> {
    for await (const buffer of relay.batches) {
      forEachMessage(buffer, (type, _sequence, whole, start, end) => {
        this.#take(type, whole, start, end);
      });
    }
    if (this.#relay !== opening) return;
    // It ended without being asked to: begin anew, and have everybody read again.
    this.#relay = undefined;
    if (this.#listeners.size > 0) await this.#open().catch(() => undefined);
    this.#lost();
  }

  #take(type: number, buffer: Buffer, start: number, end: number): void {
    if (type === NLMSG_OVERRUN) {
      this.#lost();
      return;
    }
    if (type !== CT_NEW && type !== CT_DELETE) return;
    const entry = this.#decoder.decode(buffer, start, end, this.#wanted);
    if (!entry) return;
    if (entry.zone === MARKER.zone && entry.original.source === MARKER.source) {
      this.#pass(entry, true);
      return;
    }
    for (const listener of this.#concerned(entry)) {
      if (type === CT_NEW) listener.set(entry);
      else listener.removed(entry);
    }
    if (type === CT_DELETE) this.#options.table.carried.ended(entry);
  }

  #concerned(entry: Entry): Iterable<EventListener> {
    const { original, reply } = entry;
    const found = [original.source, original.destination, reply.source, reply.destination]
      .map((address) => this.#listeners.get(address))
      .filter((set) => set !== undefined);
    const [first] = found;
    return found.length === 1 && first ? first : new Set(found.flatMap((set) => [...set]));
  }

  #lost(): void {
    for (const barrier of this.#barriers.values()) barrier.resolve(false);
    this.#barriers.clear();
    const all = new Set([...this.#listeners.values()].flatMap((set) => [...set]));
    for (const listener of all) listener.lost();
  }

  #pass(marker: Entry, complete: boolean): void {
    const number = markerNumber(marker);
    this.#barriers.get(number)?.resolve(complete);
    this.#barriers.delete(number);
  }

  #refreshFilter(): void {
    this.#wanted = new AddressSet([MARKER.source, ...this.#listeners.keys()]);
  }

  #nextMarker(): Entry {
    this.#markers = (this.#markers + 1) >>> 0;
    const original = {
      source: MARKER.source,
      destination: MARKER.destination,
      sourcePort: this.#markers >>> 16,
      destinationPort: this.#markers & 0xffff,
    };
    return {
      protocol: PROTOCOL.udp,
      zone: MARKER.zone,
      original,
      reply: inverse(PROTOCOL.udp, original),
      status: 0,
      info: undefined,
      timeout: MARKER_SECONDS,
      mark: 0,
      helper: undefined,
      originalCounters: undefined,
      replyCounters: undefined,
      startedAt: undefined,
      labels: undefined,
      id: 0,
    };
  }
}

function markerNumber({ original }: Entry): number {
  return ((original.sourcePort << 16) | original.destinationPort) >>> 0;
}
