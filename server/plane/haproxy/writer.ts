/** Writes and clears entries of one stick table. */
import { randomInt } from 'node:crypto';
import type { Clock } from '../../../src/util/index.ts';
import type { HaproxyDevice } from './device.ts';
import { needed } from './device.ts';
import type { Deadlines } from './deadlines.ts';
import { HaproxyError } from './haproxy-error.ts';
import type { EntryWrite } from './merge.ts';
import { restoring } from './merge.ts';
import { peerValues } from './peer-messages.ts';
import { teach } from './peer-session.ts';
import { valueName } from './stored-data.ts';
import { entriesIn, roundUp } from './table-shape.ts';
import type { StoredValue, TableShape } from './table-shape.ts';
import type { Entry } from './table-text.ts';
import { quoteWord } from './words.ts';

const IN_USE = 'Entry currently in use, cannot remove';
const RETRY_MS = 1_000;
/** The default of `timeout` in sami-sticky, for tables of which it could not be seen. */
const DEFAULT_EXPIRE_MS = 86_400_000;
/** An entry that has to go whether its client comes again or not. */
const NEVER = Number.MAX_SAFE_INTEGER;

export interface TableWork {
  readonly shape: TableShape;
  readonly writes: readonly EntryWrite[];
  /** Entries as HAProxy has them. */
  readonly clears: readonly Entry[];
}

export class Writer {
  readonly #device: HaproxyDevice;
  readonly #clock: Clock;
  readonly #deadlines: Deadlines;

  constructor(device: HaproxyDevice, clock: Clock, deadlines: Deadlines) {
    this.#device = device;
    this.#clock = clock;
    this.#deadlines = deadlines;
  }

  /** When it throws, what had been done is taken back as far as HAProxy still answers. */
  async run(works: readonly TableWork[]): Promise<void> {
    const begun: TableWork[] = [];
    try {
      for (const work of works) {
        begun.push(work);
        await this.#run(work);
      }
    } catch (error) {
      for (const work of begun.reverse()) await this.#run(inverse(work)).catch(() => undefined);
      throw error;
    }
  }

  async #run({ shape, writes, clears }: TableWork): Promise<void> {
    const anew = writes.filter((write) => write.anew).flatMap(({ present }) => present ?? []);
    await this.clear(shape, [...clears, ...anew]);
    const [asPeer, byCommand] = partition(writes, (write) => needsPeer(shape, write));
    await this.#set(shape, byCommand);
    await this.#teach(shape, asPeer);
  }

  async #set(shape: TableShape, writes: readonly EntryWrite[]): Promise<void> {
    const commands = writes.map((write) => setCommand(shape, write));
    const answers = await this.#device.api.askAll(commands);
    const now = this.#clock.now();
    const expire = shape.expire ?? (await this.#expireOf(shape, writes[0]));
    answers.forEach((answer, index) => {
      const write = writes[index];
      if (answer !== '') {
        throw new HaproxyError(
          `HAProxy refused client ${JSON.stringify(write?.client)} of table "${shape.name}": ${answer}`,
        );
      }
      if (write) this.#limit(shape.name, write, expire, now + expire);
    });
  }

  /** Of a table that was full when it was looked at: an entry that was just written has all of its time. */
  async #expireOf(shape: TableShape, write: EntryWrite | undefined): Promise<number> {
    const written = await this.#device.present(shape, write ? [write.client] : []);
    return roundUp([...written.values()][0]?.expiresIn ?? 0);
  }

  async #teach(shape: TableShape, writes: readonly EntryWrite[]): Promise<void> {
    if (writes.length === 0) return;
    const peer = await this.#device.peerAddress(shape.name);
    const address = needed(peer, `peer to take entries of table "${shape.name}"`);
    const values = peerValues(shape);
    const updates = writes.map(({ client, lifetime, values: wanted }) => ({
      client,
      expiresIn: lifetime ?? shape.expire ?? DEFAULT_EXPIRE_MS,
      values: values.map((value) => wanted.get(valueName(value.meaning)) ?? 0n),
    }));
    await teach(address, [{ shape, updates }]);
    const now = this.#clock.now();
    for (const write of writes) {
      this.#limit(shape.name, write, shape.expire, now + (write.lifetime ?? 0));
    }
  }

  /** `expire` is the full time of the table, `own` when HAProxy says that the entry's time is over. */
  #limit(
    table: string,
    { client, lifetime }: EntryWrite,
    expire: number | undefined,
    own: number,
  ): void {
    const inFull = lifetime === undefined || expire === 0 || lifetime >= (expire ?? Infinity);
    if (inFull) this.#deadlines.delete(table, client);
    else this.#deadlines.set(table, client, { at: this.#clock.now() + lifetime, own });
  }

  /** Takes entries away. Those that connections hold lose what is in them, and go when they are free. */
  async clear(shape: TableShape, entries: readonly Entry[]): Promise<void> {
    const clients = entries.flatMap(({ client }) => client ?? []);
    if (clients.length === 0) return;
    for (const client of clients) this.#deadlines.delete(shape.name, client);
    if (shape.keyType === 'binary') {
      await this.#clearMarked(shape, clients);
      return;
    }
    const at = `table ${quoteWord(shape.name)} key`;
    const answers = await this.#device.api.askAll(
      clients.map((client) => `clear ${at} ${quoteWord(client)}`),
    );
    const held: string[] = [];
    answers.forEach((answer, index) => {
      const client = clients[index] ?? '';
      if (answer === IN_USE) held.push(client);
      else if (answer !== '') {
        throw new HaproxyError(
          `HAProxy kept client ${JSON.stringify(client)} of table "${shape.name}": ${answer}`,
        );
      }
    });
    await this.#empty(shape, held);
  }

  async #empty(shape: TableShape, clients: readonly string[]): Promise<void> {
    if (clients.length === 0) return;
    const values = new Map([...(shape.values?.keys() ?? [])].map((name) => [name, 0n]));
    const commands = clients.map((client) => setCommand(shape, { client, values }));
    await this.#device.api.askAll(commands);
    const at = this.#clock.now() + RETRY_MS;
    for (const client of clients) this.#deadlines.set(shape.name, client, { at, own: NEVER });
  }

  /** Binary keys cannot be named in commands: the entries are given a mark that a filter finds. */
  async #clearMarked(shape: TableShape, clients: readonly string[]): Promise<void> {
    const stored = [...(shape.values?.values() ?? [])].find(
      ({ meaning: { role } }) => role === 'tag' || role === 'counter',
    );
    const mark = BigInt(2 ** 31 + randomInt(2 ** 31 - 1));
    if (!stored) throw new HaproxyError(`entries of table "${shape.name}" cannot be told apart`);
    const filter = `table ${quoteWord(shape.name)} data.${stored.type.name} eq ${mark}`;
    const { api } = this.#device;
    if (entriesIn(await api.ask(`show ${filter}`), shape.keyType).length > 0) {
      await this.#clearMarked(shape, clients);
      return;
    }
    const values = new Map([[valueName(stored.meaning), mark]]);
    const marked = { values, lifetime: 1_000, present: undefined, anew: false };
    await this.#teach(
      shape,
      clients.map((client) => ({ client, ...marked })),
    );
    await api.ask(`clear ${filter}`);
    for (const client of clients) this.#deadlines.delete(shape.name, client);
  }
}

function setCommand(
  { name, values: places }: TableShape,
  { client, values }: Pick<EntryWrite, 'client' | 'values'>,
): string {
  const words = [`set table ${quoteWord(name)} key ${quoteWord(client)}`];
  for (const [value, place] of places ?? []) {
    const wanted = values.get(value);
    if (wanted !== undefined && isFirst(place)) words.push(`data.${place.type.name} ${wanted}`);
  }
  return words.join(' ');
}

/** Commands can set the first element of an array and no other. */
export function isFirst({ type, meaning }: StoredValue): boolean {
  return !type.isArray || !('index' in meaning) || meaning.index === 0;
}

function needsPeer(shape: TableShape, { values, present, anew }: EntryWrite): boolean {
  if (shape.keyType === 'binary') return true;
  for (const [name, place] of shape.values ?? []) {
    const now = anew ? 0n : (present?.values.get(name)?.value ?? 0n);
    if (!isFirst(place) && (values.get(name) ?? now) !== now) return true;
  }
  return false;
}

function inverse({ shape, writes, clears }: TableWork): TableWork {
  const gone = [...writes.flatMap(({ present }) => present ?? []), ...clears];
  return {
    shape,
    writes: gone.flatMap((entry) =>
      entry.client === undefined ? [] : restoring(entry, entry.client),
    ),
    clears: writes.flatMap(({ present, client }) => (present ? [] : entryOf(client))),
  };
}

function entryOf(client: string): Entry {
  return { client, holders: 0, expiresIn: 0, values: new Map(), serverKey: undefined };
}

function partition<Item>(
  items: readonly Item[],
  isFirst: (item: Item) => boolean,
): readonly [readonly Item[], readonly Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
