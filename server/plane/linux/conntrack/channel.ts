/**
 * Requests to the kernel's connection tracking and their answers, in batches: the kernel answers in
 * order, stays silent about what succeeds, and is asked for a word only at the end of each batch.
 */
import { createDeferred } from '../../../../src/util/index.ts';
import type { Deferred } from '../../../../src/util/index.ts';
import { ToolError } from '../../kit/launcher.ts';
import type { Launcher } from '../../kit/launcher.ts';
import {
  errorNumber,
  forEachMessage,
  MessageBuilder,
  NLMSG_ERROR,
  NLMSG_OVERRUN,
} from '../../kit/netlink/message.ts';
import { NetlinkRelay } from '../../kit/netlink/relay.ts';
import type { RelayProgram } from '../../kit/netlink/relay-script.ts';
import type { Envelope } from './encode.ts';

/** Error numbers of the kernel that mean something to us. */
export const ERRNO = { notFound: 2, again: 11, busy: 16, exists: 17, notSupported: 95 } as const;

/** What to do with answers, in the order of the items. These functions must not throw. */
export interface Answers<T> {
  /** `error` is a positive error number. */
  failed(item: T, error: number): void;
  /** A message that belongs to the item. */
  replied?(item: T, buffer: Buffer, start: number, end: number): void;
}

export type Encode<T> = (builder: MessageBuilder, envelope: Envelope, item: T) => void;

interface Batch {
  readonly first: number;
  readonly last: number;
  answer(index: number, error: number): void;
  reply(index: number, buffer: Buffer, start: number, end: number): void;
  readonly done: Deferred<void>;
}

const BATCH_ITEMS = 200;
/** Batches on the way at the same time, so that we encode while the kernel works. */
const WINDOW = 4;

export class ConntrackChannel {
  readonly #launcher: Launcher;
  readonly #program: RelayProgram;
  readonly #builder = new MessageBuilder();
  readonly #waiting: Batch[] = [];
  #relay: Promise<NetlinkRelay> | undefined;
  #sequence = 0;
  #closed = false;

  constructor(launcher: Launcher, program: RelayProgram) {
    this.#launcher = launcher;
    this.#program = program;
  }

  /** Sends a request for each item. Resolves when the kernel has dealt with all. */
  async transact<T>(items: readonly T[], encode: Encode<T>, answers: Answers<T>): Promise<void> {
    const relay = await this.#open();
    const inFlight: Promise<void>[] = [];
    for (let from = 0; from < items.length; from += BATCH_ITEMS) {
      if (inFlight.length >= WINDOW) await inFlight.shift();
      const part = items.slice(from, from + BATCH_ITEMS);
      const batch = this.#encode(part, encode, answers);
      // Somebody waits for it below; until then a failure must not count as unhandled.
      batch.done.promise.catch(() => undefined);
      inFlight.push(batch.done.promise);
      await relay.send(this.#builder.take());
    }
    await Promise.all(inFlight);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await (await this.#relay?.catch(() => undefined))?.close();
  }

  #encode<T>(items: readonly T[], encode: Encode<T>, answers: Answers<T>): Batch {
    if (this.#sequence > 0x7fff0000) this.#sequence = 0;
    const first = this.#sequence + 1;
    const last = this.#sequence + items.length;
    this.#sequence = last;
    items.forEach((item, index) => {
      encode(this.#builder, { sequence: first + index, acknowledge: first + index === last }, item);
    });
    const batch: Batch = {
      first,
      last,
      answer: (index, error) => {
        if (error !== 0) answers.failed(items[index] as T, error);
      },
      reply: (index, buffer, start, end) => {
        answers.replied?.(items[index] as T, buffer, start, end);
      },
      done: createDeferred(),
    };
    this.#waiting.push(batch);
    return batch;
  }

  #open(): Promise<NetlinkRelay> {
    if (this.#closed) return Promise.reject(new Error('the channel to the kernel is closed'));
    if (!this.#relay) {
      const opening = NetlinkRelay.open(this.#launcher, { program: this.#program });
      this.#relay = opening;
      opening.then(
        (relay) => void this.#listen(relay),
        () => {
          this.#relay = undefined;
        },
      );
    }
    return this.#relay;
  }

  async #listen(relay: NetlinkRelay): Promise<void> {
    for await (const buffer of relay.batches) {
      forEachMessage(buffer, (...message) => {
        this.#take(...message);
      });
    }
    this.#relay = undefined;
    this.#fail(new ToolError(this.#program.name, await relay.complaint));
  }

  #take(type: number, sequence: number, buffer: Buffer, start: number, end: number): void {
    if (type === NLMSG_OVERRUN) {
      this.#fail(new Error('answers of the kernel were lost'));
      return;
    }
    const batch = this.#waiting[0];
    if (!batch || sequence < batch.first || sequence > batch.last) return;
    if (type !== NLMSG_ERROR) {
      batch.reply(sequence - batch.first, buffer, start, end);
      return;
    }
    batch.answer(sequence - batch.first, errorNumber(buffer, start));
    if (sequence !== batch.last) return;
    this.#waiting.shift();
    batch.done.resolve();
  }

  #fail(reason: Error): void {
    for (const batch of this.#waiting.splice(0)) batch.done.reject(reason);
  }
}
