/** Runs the tool `nft` (nft(8)): transactions in its own language, listings as JSON (libnftables-json(5)). */
import { SerialQueue } from '../../serial-queue.ts';
import { ToolError } from './launcher.ts';
import type { Launcher } from './launcher.ts';

/** A JSON object as nft prints it. */
export type NftJson = Readonly<Record<string, unknown>>;

/** An element of a set, or the key of an element of a map, as the kernel has it. */
export interface NftElement {
  /** The parts of the key; one where it is not a concatenation. */
  readonly key: readonly (string | number)[];
  /** Whole seconds until it goes; undefined when it stays. */
  readonly expires: number | undefined;
  readonly comment: string | undefined;
  readonly packets: bigint;
  readonly octets: bigint;
}

/** The tool in the network namespace of a launcher. */
export class NftTool {
  readonly #launcher: Launcher;
  readonly #transactions = new SerialQueue();

  constructor(launcher: Launcher) {
    this.#launcher = launcher;
  }

  /**
   * All of `ruleset` happens, or nothing; one transaction after the other, since two at a time would undo
   * each other. Throws {@link ToolError}.
   */
  async commit(ruleset: string): Promise<void> {
    await this.#transactions.run(() => this.#launcher.run(['nft', '-f', '-'], ruleset));
  }

  /** What the kernel has against `ruleset`, without doing it; undefined when it would do it. */
  async tryOut(ruleset: string): Promise<string | undefined> {
    try {
      await this.#launcher.run(['nft', '-c', '-f', '-'], ruleset);
      return undefined;
    } catch (error) {
      if (error instanceof ToolError && error.code !== undefined) return error.message;
      throw error;
    }
  }

  /** What `nft list` prints, such as `list(['set', 'inet', 't', 's'])`. Throws {@link ToolError}. */
  async list(what: readonly string[], ...flags: readonly string[]): Promise<readonly NftJson[]> {
    const output = await this.#launcher.run(['nft', '-j', ...flags, 'list', ...what]);
    return (JSON.parse(exactly(output)) as { readonly nftables: readonly NftJson[] }).nftables;
  }
}

/** Those of one type in a listing: 'set', 'map', 'table'. */
export function listed(objects: readonly NftJson[], type: string): readonly NftJson[] {
  return objects.flatMap((it) => (it[type] === undefined ? [] : [it[type] as NftJson]));
}

/** The elements of a listed set. */
export function elementsOf(set: NftJson): readonly NftElement[] {
  return ((set['elem'] as readonly unknown[] | undefined) ?? []).map(readElement);
}

/** The elements of a listed map: keys, with the parts of their values. */
export function pairsOf(map: NftJson): readonly (readonly [NftElement, NftElement['key']])[] {
  const pairs = (map['elem'] as readonly (readonly [unknown, unknown])[] | undefined) ?? [];
  return pairs.map(([key, value]) => [readElement(key), partsOf(value)]);
}

/** An element is its bare key when there is nothing else to say of it. */
function readElement(json: unknown): NftElement {
  const element = (json as NftJson | null)?.['elem'] as NftJson | undefined;
  const counter = element?.['counter'] as NftJson | undefined;
  return {
    key: partsOf(element ? element['val'] : json),
    expires: element?.['expires'] as number | undefined,
    comment: element?.['comment'] as string | undefined,
    packets: bigintOf(counter?.['packets']),
    octets: bigintOf(counter?.['bytes']),
  };
}

function partsOf(value: unknown): readonly (string | number)[] {
  if (typeof value === 'string' || typeof value === 'number') return [value];
  return (value as NftJson)['concat'] as readonly (string | number)[];
}

/** A count that nft prints; 0 for what is none. */
export function bigintOf(value: unknown): bigint {
  // nft prints counts of 64 bits as if they had a sign.
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return BigInt.asUintN(64, BigInt(value));
  return typeof value === 'number' ? BigInt.asUintN(64, BigInt(value)) : 0n;
}

/** Numbers that JSON.parse would round become texts; texts, such as comments, stay as they are. */
function exactly(json: string): string {
  if (!/\d{16}/.test(json)) return json;
  return json.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d{16,}/g, (found) =>
    found.startsWith('"') ? found : `"${found}"`,
  );
}
