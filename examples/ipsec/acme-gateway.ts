/**
 * A security gateway of a vendor, with a kind of state that sami does not know: a driver for the tables, and
 * what packets do to them. Nothing of it is inside the package; it uses the public doors alone.
 */
import { childValue } from 'sami/data';
import type { Branch } from 'sami/data';
import { TablePlane } from 'sami/server';
import type { KindSupport, TableDriver, VmEdit } from 'sami/server';

export type Verdict = 'accepted' | 'replayed' | 'too old' | 'expired' | 'no such association';

/** Bits of the replay window (RFC 4303, section 3.4.3). */
const WINDOW = 64n;

/** The associations of the gateway, by VM, destination and SPI; driven by {@link TablePlane}. */
export class AcmeGateway implements TableDriver {
  readonly name = 'acme-gateway';
  readonly kinds = ['ipsec-sa'];
  readonly #sas = new Map<string, Map<string, Branch>>();
  readonly #modes = new Map<string, VmEdit['mode']>();
  #changed: () => void = () => undefined;

  /** A packet arrives for an association: the gateway looks at its number, and counts its bytes. */
  receive(vm: string, destination: string, spi: number, number: bigint, octets: bigint): Verdict {
    const sas = this.#of(vm);
    const key = `${destination} ${spi}`;
    const sa = sas.get(key);
    if (!sa || this.#modes.get(vm) !== 'learning') return 'no such association';
    const highest = BigInt(value(sa, 'sequence-number') ?? '0');
    const seen = BigInt(`0x${(value(sa, 'replay-window') ?? '0').replaceAll(':', '')}`);
    const used = BigInt(value(sa, 'octets') ?? '0') + octets;
    const limit = value(sa, 'octet-lifetime');
    if (limit !== undefined && used > BigInt(limit)) return 'expired';
    if (number + WINDOW <= highest) return 'too old';
    if (number <= highest && (seen >> (highest - number)) % 2n === 1n) return 'replayed';
    const ahead = number > highest ? number - highest : 0n;
    const bit = number > highest ? 1n : 1n << (highest - number);
    const window = ((seen << ahead) | bit) % (1n << WINDOW);
    const changes = {
      'sequence-number': number > highest ? number : highest,
      'replay-window': hexString(window),
      octets: used,
    };
    sas.set(key, withValues(sa, changes));
    this.#changed();
    return 'accepted';
  }

  open(edits: readonly VmEdit[]): Promise<void> {
    return this.apply(edits);
  }

  support(): Promise<readonly KindSupport[]> {
    return Promise.resolve([{ kind: 'ipsec-sa', limit: 10_000n, features: ['replay-window'] }]);
  }

  /** Nothing but what the kit looks at by itself: addresses, room. */
  check(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  apply(edits: readonly VmEdit[]): Promise<void> {
    for (const { id, after, mode, tables } of edits) {
      const sas = this.#of(id);
      for (const { set, remove } of tables) {
        for (const row of remove) sas.delete(keyOf(row));
        for (const edit of set) sas.set(keyOf(edit.after), edit.after);
      }
      if (after) this.#modes.set(id, mode);
      else this.#modes.delete(id);
    }
    return Promise.resolve();
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async *read(vm: Branch): AsyncIterable<readonly Branch[]> {
    yield [...this.#of(value(vm, 'id') ?? '').values()];
  }

  onChange(changed: () => void): void {
    this.#changed = changed;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #of(vm: string): Map<string, Branch> {
    const sas = this.#sas.get(vm) ?? new Map<string, Branch>();
    this.#sas.set(vm, sas);
    return sas;
  }
}

/** The gateway as a data plane for `createServer`. */
export function acmePlane(
  gateway: AcmeGateway,
  surroundings: ConstructorParameters<typeof TablePlane>[1],
): TablePlane {
  return new TablePlane(gateway, surroundings);
}

function keyOf(row: Branch): string {
  return `${value(row, 'destination-address') ?? ''} ${value(row, 'spi') ?? ''}`;
}

function value(row: Branch, name: string): string | undefined {
  const found = childValue(row, name);
  return typeof found === 'object' ? undefined : found?.toString();
}

/** The types of the leaves make the values, so that equal entries are equal on every device. */
function withValues(row: Branch, values: Readonly<Record<string, string | bigint>>): Branch {
  return row.schema.dataChildren.reduce((changed, node) => {
    const next = values[node.name];
    if (next === undefined || node.kind !== 'leaf') return changed;
    return changed.with(
      node,
      node.type.parse(String(next), () => undefined),
    );
  }, row);
}

function hexString(bits: bigint): string {
  return (bits.toString(16).padStart(16, '0').match(/../g) ?? []).join(':');
}
