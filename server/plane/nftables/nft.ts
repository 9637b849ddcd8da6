/** Runs the tool `nft` (nft(8)): transactions in its own language, dumps as JSON (libnftables-json(5)). */
import type { Launcher } from '../kit/launcher.ts';
import { ToolError } from '../kit/launcher.ts';

/** An element of a set as the kernel has it. */
export interface Element {
  /** The parts of the key; one where it is not a concatenation. */
  readonly key: readonly (string | number)[];
  /** Whole seconds until it goes; undefined when it stays. */
  readonly expires: number | undefined;
  readonly comment: string | undefined;
  readonly packets: bigint;
  readonly octets: bigint;
}

export interface SetInfo {
  readonly name: string;
  readonly size: number | undefined;
  readonly comment: string | undefined;
}

export interface CounterValue {
  readonly packets: bigint;
  readonly octets: bigint;
}

/** What is in the table of objects that count. */
export interface Counts {
  readonly counters: ReadonlyMap<string, CounterValue>;
  /** Bytes by name. */
  readonly quotas: ReadonlyMap<string, bigint>;
  /** Bytes per second and bytes of burst. */
  readonly limits: ReadonlyMap<string, { readonly rate: bigint; readonly burst: bigint }>;
  readonly sets: ReadonlyMap<string, SetInfo & { readonly elements: readonly Element[] }>;
}

type Json = Readonly<Record<string, unknown>>;

const UNITS: Readonly<Record<string, bigint>> = {
  bytes: 1n,
  kbytes: 1n << 10n,
  mbytes: 1n << 20n,
  gbytes: 1n << 30n,
};

export class Nft {
  /** Family and name of our table of rules and sets. */
  readonly table: string;
  /**
   * And of that of objects that count. To list any object of a table nft reads all elements of all sets of
   * all tables, unless it lists one table as a whole; so they are in one that has no large sets.
   */
  readonly counts: string;
  readonly #launcher: Launcher;
  #last: Promise<unknown> = Promise.resolve();

  constructor(launcher: Launcher, table: string) {
    this.#launcher = launcher;
    this.table = table;
    this.counts = `${table}-counts`;
  }

  /** All of `script` happens, or nothing. Throws {@link ToolError}. */
  async commit(script: string): Promise<void> {
    // One after the other, so that nobody's transaction is built on tables that are changing.
    const run = this.#last.then(() => this.#launcher.run(['nft', '-f', '-'], script));
    this.#last = run.catch(() => undefined);
    await run;
  }

  /** What the kernel has against `script`, without doing it; undefined when it would do it. */
  async tryOut(script: string): Promise<string | undefined> {
    try {
      await this.#launcher.run(['nft', '-c', '-f', '-'], script);
      return undefined;
    } catch (error) {
      if (error instanceof ToolError && error.code !== undefined) return error.message;
      throw error;
    }
  }

  async elements(set: string): Promise<readonly Element[]> {
    const listed = await this.#list(['list', 'set', ...this.table.split(' '), set]);
    return members(listed, 'set').flatMap(elementsOf);
  }

  async sets(): Promise<readonly SetInfo[]> {
    const command = ['list', 'sets', 'table', ...this.table.split(' ')];
    return members(await this.#list(command, '-t'), 'set').map(setInfo);
  }

  async listCounts(): Promise<Counts> {
    const listed = await this.#list(['list', 'table', ...this.counts.split(' ')]);
    const named = <Value>(
      member: string,
      valueOf: (json: Json) => Value,
    ): ReadonlyMap<string, Value> =>
      new Map(members(listed, member).map((it) => [it['name'] as string, valueOf(it)]));
    return {
      counters: named('counter', counterOf),
      quotas: named('quota', (it) => bigintOf(it['bytes'])),
      limits: named('limit', (it) => ({
        rate: bigintOf(it['rate']) * unitOf(it['rate_unit']),
        burst: bigintOf(it['burst']) * unitOf(it['burst_unit']),
      })),
      sets: named('set', (it) => ({ ...setInfo(it), elements: elementsOf(it) })),
    };
  }

  async #list(command: readonly string[], ...flags: string[]): Promise<readonly Json[]> {
    const output = await this.#launcher.run(['nft', '-j', ...flags, ...command]);
    return (JSON.parse(output) as { readonly nftables: readonly Json[] }).nftables;
  }
}

function members(listed: readonly Json[], member: string): readonly Json[] {
  return listed.flatMap((it) => (it[member] === undefined ? [] : [it[member] as Json]));
}

function setInfo(json: Json): SetInfo {
  return {
    name: json['name'] as string,
    size: json['size'] as number | undefined,
    comment: json['comment'] as string | undefined,
  };
}

function elementsOf(set: Json): readonly Element[] {
  return ((set['elem'] as readonly unknown[] | undefined) ?? []).map(toElement);
}

/** An element is its bare key when there is nothing else to say of it. */
function toElement(json: unknown): Element {
  const element = (json as Json | null)?.['elem'] as Json | undefined;
  const counter = element?.['counter'] as Json | undefined;
  return {
    key: keyOf(element ? element['val'] : json),
    expires: element?.['expires'] as number | undefined,
    comment: element?.['comment'] as string | undefined,
    packets: bigintOf(counter?.['packets']),
    octets: bigintOf(counter?.['bytes']),
  };
}

function keyOf(value: unknown): readonly (string | number)[] {
  if (typeof value === 'string' || typeof value === 'number') return [value];
  return (value as Json)['concat'] as readonly (string | number)[];
}

function counterOf(json: Json): CounterValue {
  return { packets: bigintOf(json['packets']), octets: bigintOf(json['bytes']) };
}

function bigintOf(value: unknown): bigint {
  return typeof value === 'number' ? BigInt(value) : 0n;
}

function unitOf(value: unknown): bigint {
  return UNITS[typeof value === 'string' ? value : 'bytes'] ?? 1n;
}
