/** What is in our two tables, and how they are changed. */
import type { Launcher } from '../kit/launcher.ts';
import { bigintOf, elementsOf, listed, NftTool } from '../kit/nft-tool.ts';
import type { NftElement, NftJson } from '../kit/nft-tool.ts';

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
  readonly sets: ReadonlyMap<string, SetInfo & { readonly elements: readonly NftElement[] }>;
}

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
  readonly #tool: NftTool;

  constructor(launcher: Launcher, table: string) {
    this.#tool = new NftTool(launcher);
    this.table = table;
    this.counts = `${table}-counts`;
  }

  /** See {@link NftTool.commit}. */
  commit(script: string): Promise<void> {
    return this.#tool.commit(script);
  }

  /** See {@link NftTool.tryOut}. */
  tryOut(script: string): Promise<string | undefined> {
    return this.#tool.tryOut(script);
  }

  async elements(set: string): Promise<readonly NftElement[]> {
    const objects = await this.#tool.list(['set', ...this.table.split(' '), set]);
    return listed(objects, 'set').flatMap(elementsOf);
  }

  async sets(): Promise<readonly SetInfo[]> {
    const objects = await this.#tool.list(['sets', 'table', ...this.table.split(' ')], '-t');
    return listed(objects, 'set').map(setInfo);
  }

  async listCounts(): Promise<Counts> {
    const objects = await this.#tool.list(['table', ...this.counts.split(' ')]);
    const named = <Value>(
      type: string,
      valueOf: (json: NftJson) => Value,
    ): ReadonlyMap<string, Value> =>
      new Map(listed(objects, type).map((it) => [it['name'] as string, valueOf(it)]));
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
}

function setInfo(json: NftJson): SetInfo {
  return {
    name: json['name'] as string,
    size: json['size'] as number | undefined,
    comment: json['comment'] as string | undefined,
  };
}

function counterOf(json: NftJson): CounterValue {
  return { packets: bigintOf(json['packets']), octets: bigintOf(json['bytes']) };
}

function unitOf(value: unknown): bigint {
  return UNITS[typeof value === 'string' ? value : 'bytes'] ?? 1n;
}
