/** The kernel's table of sessions: read all or one, make, change, remove, count. */
import { ToolError } from '../../kit/launcher.ts';
import type { Launcher } from '../../kit/launcher.ts';
import type { AddressSet } from '../../kit/netlink/address.ts';
import {
  BODY_OFFSET,
  errorNumber,
  forEachMessage,
  MessageBuilder,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_OVERRUN,
} from '../../kit/netlink/message.ts';
import type { CarriedCounters } from '../accounting/carried-counters.ts';
import { NetlinkRelay } from '../../kit/netlink/relay.ts';
import type { RelayProgram } from '../../kit/netlink/relay-script.ts';
import { ConntrackChannel, ERRNO } from './channel.ts';
import {
  AF_INET,
  AF_INET6,
  CTA_STATS,
  STATUS_DESTINATION_NAT,
  STATUS_SOURCE_NAT,
} from './constants.ts';
import { EntryDecoder, forEachAttribute } from './decode.ts';
import {
  encodeCreate,
  encodeDelete,
  encodeDump,
  encodeGet,
  encodeStatistics,
  encodeTimeout,
  encodeUpdate,
} from './encode.ts';
import { sameTuple } from './entry.ts';
import type { Entry, EntryKey } from './entry.ts';

/** An entry that the kernel did not take, and why. */
export interface Refusal {
  readonly entry: Entry;
  readonly error: number;
}

export interface Lifetime {
  readonly key: EntryKey;
  readonly seconds: number;
}

export interface TableSize {
  readonly entries: number;
  readonly maximum: number;
}

export class ConntrackTable {
  readonly #launcher: Launcher;
  readonly #program: RelayProgram;
  readonly #channel: ConntrackChannel;
  readonly #decoder = new EntryDecoder();
  /** Added to the counters of whatever is read. */
  readonly carried: CarriedCounters;

  constructor(launcher: Launcher, program: RelayProgram, carried: CarriedCounters) {
    this.#launcher = launcher;
    this.#program = program;
    this.carried = carried;
    this.#channel = new ConntrackChannel(launcher, program);
  }

  get decoder(): EntryDecoder {
    return this.#decoder;
  }

  /**
   * The entries that concern one of the addresses, in batches as the kernel gives them. The kernel waits
   * while the consumer does. An entry that is there throughout is given; the rest is as it happens.
   */
  dump(wanted: AddressSet): AsyncGenerator<readonly Entry[], void, undefined> {
    return this.#dump(wanted, dumpFamily(wanted), 0);
  }

  /** The translated entries, those that concern one of the addresses or all. */
  async *dumpTranslated(wanted?: AddressSet): AsyncGenerator<readonly Entry[], void, undefined> {
    const family = wanted ? dumpFamily(wanted) : 0;
    // The kernel asks for all bits of a filter, so those with either need two passes.
    yield* this.#dump(wanted, family, STATUS_SOURCE_NAT);
    for await (const entries of this.#dump(wanted, family, STATUS_DESTINATION_NAT)) {
      yield entries.filter((entry) => (entry.status & STATUS_SOURCE_NAT) === 0);
    }
  }

  async *#dump(
    wanted: AddressSet | undefined,
    family: number,
    status: number,
  ): AsyncGenerator<readonly Entry[], void, undefined> {
    const relay = await NetlinkRelay.open(this.#launcher, { program: this.#program });
    try {
      const builder = new MessageBuilder(128);
      encodeDump(builder, { sequence: 1 }, family, status);
      await relay.send(builder.take());
      for await (const buffer of relay.batches) {
        const { entries, done } = this.#decodeDump(buffer, wanted);
        if (entries.length > 0) yield entries;
        if (done) return;
      }
      throw new ToolError(this.#program.name, await relay.complaint);
    } finally {
      await relay.close();
    }
  }

  async get(key: EntryKey): Promise<Entry | undefined> {
    const [found] = await this.getMany([key]);
    return found;
  }

  /** The entries that are there, in the order of their keys. */
  async getMany(keys: readonly EntryKey[]): Promise<readonly Entry[]> {
    const found: Entry[] = [];
    let failure: number | undefined;
    await this.#channel.transact(keys, encodeGet, {
      failed: (_key, error) => {
        if (error !== ERRNO.notFound) failure ??= error;
      },
      replied: (key, buffer, start, end) => {
        const entry = this.#decoder.decode(buffer, start, end);
        // The kernel also finds an entry by its reply tuple.
        if (entry && sameTuple(entry.original, key.original)) found.push(this.carried.total(entry));
      },
    });
    if (failure !== undefined) throw kernelError('reading an entry', failure);
    return found;
  }

  /** For each tuple the entry that has it in either direction, if there is one. */
  async holders(keys: readonly EntryKey[]): Promise<ReadonlyMap<EntryKey, Entry>> {
    const found = new Map<EntryKey, Entry>();
    await this.#channel.transact(keys, encodeGet, {
      failed: () => undefined,
      replied: (key, buffer, start, end) => {
        const entry = this.#decoder.decode(buffer, start, end);
        if (entry) found.set(key, entry);
      },
    });
    return found;
  }

  /** Makes entries; returns those that were refused. */
  create(entries: readonly Entry[]): Promise<readonly Refusal[]> {
    return this.#change(entries, encodeCreate);
  }

  /** Changes lifetime, status, state and mark; returns those that were refused. */
  update(entries: readonly Entry[]): Promise<readonly Refusal[]> {
    return this.#change(entries, encodeUpdate);
  }

  /** Sets lifetimes of those entries that are there. */
  async setLifetimes(lifetimes: readonly Lifetime[]): Promise<void> {
    await this.#channel.transact(
      lifetimes,
      (builder, envelope, { key, seconds }) => {
        encodeTimeout(builder, envelope, key, seconds);
      },
      { failed: () => undefined },
    );
  }

  /** Removes those entries that are there. */
  async remove(keys: readonly EntryKey[]): Promise<void> {
    let failure: number | undefined;
    await this.#channel.transact(keys, encodeDelete, {
      failed: (_key, error) => {
        if (error !== ERRNO.notFound) failure ??= error;
      },
    });
    if (failure !== undefined) throw kernelError('removing an entry', failure);
  }

  async size(): Promise<TableSize> {
    let entries = 0;
    let maximum = 0;
    let failure: number | undefined;
    await this.#channel.transact([0], encodeStatistics, {
      failed: (_item, error) => {
        failure = error;
      },
      replied: (_item, buffer, start, end) => {
        forEachAttribute(buffer, start + BODY_OFFSET, end, (type, at) => {
          if (type === CTA_STATS.entries) entries = buffer.readUInt32BE(at);
          else if (type === CTA_STATS.maximum) maximum = buffer.readUInt32BE(at);
        });
      },
    });
    if (failure !== undefined) throw kernelError('reading the size of the table', failure);
    return { entries, maximum };
  }

  async close(): Promise<void> {
    await this.#channel.close();
  }

  async #change(
    entries: readonly Entry[],
    encode: typeof encodeCreate,
  ): Promise<readonly Refusal[]> {
    const refused: Refusal[] = [];
    await this.#channel.transact(entries, encode, {
      failed: (entry, error) => {
        refused.push({ entry, error });
      },
    });
    return refused;
  }

  #decodeDump(buffer: Buffer, wanted: AddressSet | undefined): { entries: Entry[]; done: boolean } {
    const entries: Entry[] = [];
    let done = false;
    forEachMessage(buffer, (type, _sequence, whole, start, end) => {
      if (type === NLMSG_DONE) done = true;
      else if (type === NLMSG_ERROR)
        throw kernelError('reading the table', errorNumber(whole, start));
      else if (type === NLMSG_OVERRUN) throw new Error('a part of the table was lost');
      else {
        const entry = this.#decoder.decode(whole, start, end, wanted);
        if (entry) entries.push(this.carried.total(entry));
      }
    });
    return { entries, done };
  }
}

/** An unexpected no of the kernel. */
export function kernelError(what: string, error: number): Error {
  return new Error(`${what}: the kernel says error ${error}`);
}

/** With addresses of one family only, the kernel leaves out the other. */
function dumpFamily(wanted: AddressSet): number {
  if (!wanted.hasFamily(16)) return AF_INET;
  return wanted.hasFamily(4) ? 0 : AF_INET6;
}
