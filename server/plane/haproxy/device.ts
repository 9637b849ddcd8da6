/** What the driver has to know of a HAProxy process: its tables, servers and peers, asked for when needed. */
import { randomInt } from 'node:crypto';
import { HaproxyError, unexpected } from './haproxy-error.ts';
import { teach } from './peer-session.ts';
import type { PeerAddress, TaughtTable } from './peer-session.ts';
import { RuntimeApi } from './runtime-api.ts';
import { Servers } from './servers.ts';
import { valueName } from './stored-data.ts';
import { entriesIn, headOf, readShape, shapeWith } from './table-shape.ts';
import type { TableShape } from './table-shape.ts';
import { parseEntry, parseHead } from './table-text.ts';
import type { Entry, TableHead } from './table-text.ts';
import { quoteWord, wordProblem } from './words.ts';

/** Where we are a peer of HAProxy. */
export interface PeersOption {
  readonly socket: string;
  /** Our name in HAProxy's section `peers`. */
  readonly name: string;
}

/** Entries asked for one by one; more of them are found faster in the whole table. */
const SINGLE_LOOKUPS = 2_000;

export class HaproxyDevice {
  readonly api: RuntimeApi;
  readonly #peers: PeersOption | undefined;
  /** Of one process: tables change only with the configuration, and that only with another process. */
  #shapes = new Map<string, TableShape>();
  #process = '';

  constructor(socket: string, peers?: PeersOption) {
    this.api = new RuntimeApi(socket);
    this.#peers = peers;
  }

  get hasPeers(): boolean {
    return this.#peers !== undefined;
  }

  /** Throws {@link HaproxyError} when HAProxy does not answer as HAProxy. */
  async identify(): Promise<string> {
    const answer = await this.api.ask('show info');
    const field = (name: string): string | undefined =>
      new RegExp(`^${name}: (.*)$`, 'm').exec(answer)?.[1];
    const pid = field('Pid');
    if (field('Name') !== 'HAProxy' || pid === undefined) {
      throw unexpected('information about HAProxy', answer);
    }
    return pid;
  }

  async servers(): Promise<Servers> {
    return Servers.parse(await this.api.ask('show servers state'));
  }

  head(table: string): Promise<TableHead | undefined> {
    return headOf(this.api, table);
  }

  /**
   * Undefined when HAProxy has no such table. `keyLength` is that of binary keys, as far as it is known: an
   * empty table with such keys does not show it.
   */
  async shape(table: string, keyLength?: number): Promise<TableShape | undefined> {
    // Names of groups are whatever a client writes.
    if (wordProblem(table) !== undefined) return undefined;
    const process = await this.identify();
    if (process !== this.#process) this.#shapes = new Map();
    this.#process = process;
    const known = this.#shapes.get(table);
    if (known) return known;
    const seen = await readShape(this.api, table);
    const shape = seen && (await this.#complete(seen, keyLength));
    // What could not be seen in an empty or full table may be seen another time.
    if (shape?.values && (shape.expire !== undefined || shape.keyType === 'binary'))
      this.#shapes.set(table, shape);
    return shape;
  }

  /** Looks at an empty table with binary keys by an entry that is taught for the purpose. */
  async #complete(shape: TableShape, keyLength: number | undefined): Promise<TableShape> {
    if (shape.values || shape.keyType !== 'binary' || keyLength === undefined) return shape;
    const address = await this.peerAddress(shape.name);
    const probe = address && markedProbe(shape, keyLength);
    if (!probe) return shape;
    const { taught, filter } = probe;
    try {
      await teach(address, [taught], 1_000);
    } catch (error) {
      // HAProxy does not acknowledge a table that it has with other keys.
      if (error instanceof HaproxyError) return shape;
      throw error;
    }
    const [sample] = entriesIn(await this.api.ask(`show ${filter}`), shape.keyType);
    await this.api.ask(`clear ${filter}`);
    return sample ? shapeWith(shape, sample) : shape;
  }

  /** All entries of a table, in batches as they come; nothing when HAProxy has no such table. */
  async *entries(table: string): AsyncIterable<readonly Entry[]> {
    let head: TableHead | undefined;
    for await (const lines of this.api.lines(`show table ${quoteWord(table)}`)) {
      const [first = ''] = lines;
      if (!head) {
        if (first === 'No such table') return;
        head = parseHead(first);
        if (lines.length > 1) yield this.#parse(lines.slice(1), head);
      } else yield this.#parse(lines, head);
    }
  }

  #parse(lines: readonly string[], { type }: TableHead): readonly Entry[] {
    return lines.map((line) => parseEntry(line, type));
  }

  /** Those of these clients that the table has. Clients have to be valid keys of it. */
  async present(
    shape: TableShape,
    clients: readonly string[],
  ): Promise<ReadonlyMap<string, Entry>> {
    const found = new Map<string, Entry>();
    const note = (entry: Entry): void => {
      if (entry.client !== undefined) found.set(entry.client, entry);
    };
    if (clients.length === 0) return found;
    const table = quoteWord(shape.name);
    if (shape.keyType !== 'binary' && clients.length <= SINGLE_LOOKUPS) {
      const commands = clients.map((client) => `show table ${table} key ${quoteWord(client)}`);
      for (const answer of await this.api.askAll(commands)) {
        for (const entry of entriesIn(answer, shape.keyType)) note(entry);
      }
      return found;
    }
    const wanted = new Set(clients);
    for await (const batch of this.entries(shape.name)) {
      for (const entry of batch) if (wanted.has(entry.client ?? '')) note(entry);
    }
    return found;
  }

  /** Where entries of a table can be written as a peer; undefined when they cannot. */
  async peerAddress(table: string): Promise<PeerAddress | undefined> {
    if (!this.#peers) return undefined;
    const { socket, name } = this.#peers;
    const local = sectionOf(await this.api.ask('show peers'), name, table);
    return local === undefined ? undefined : { socket, local, remote: name };
  }
}

/** An entry that a filter finds, with a key of zeros. */
function markedProbe(
  shape: TableShape,
  keyLength: number,
): { readonly taught: TaughtTable; readonly filter: string } | undefined {
  const type = shape.types.find(
    ({ isArray, meaning: { role } }) => !isArray && (role === 'tag' || role === 'counter'),
  );
  if (!type) return undefined;
  const mark = BigInt(randomInt(2 ** 31));
  const values = new Map([
    [valueName(type.meaning), { meaning: type.meaning, type, period: undefined }],
  ]);
  const client = '00'.repeat(keyLength);
  const updates = [{ client, expiresIn: 1_000, values: [mark] }];
  const filter = `table ${quoteWord(shape.name)} data.${type.name} eq ${mark}`;
  return { taught: { shape: { ...shape, keyLength, values }, updates }, filter };
}

/** The name of HAProxy itself in the section in which `remote` is a peer and `table` is shared. */
function sectionOf(answer: string, remote: string, table: string): string | undefined {
  for (const section of answer.split(/^(?=0x)/m)) {
    const local = / id=(\S+?)\(local/.exec(section)?.[1];
    const isPeer = section.includes(` id=${remote}(remote`);
    const isShared = section
      .split('\n')
      .some((line) => / id=(\S+) update=/.exec(line)?.[1] === table);
    if (isPeer && isShared && local !== undefined) return local;
  }
  return undefined;
}

/** For what has to be there because it was there when the change was checked. */
export function needed<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new HaproxyError(`HAProxy has no ${what} any more`);
  return value;
}
