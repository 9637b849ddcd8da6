/** What the driver asks of the tables that it is put together from. */
import type { Branch } from '../../../src/data/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import { vmAddresses, vmId } from '../../../src/sami/index.ts';
import { childValue } from '../../../src/data/index.ts';
import type { TableSchema } from '../kit/catalog.ts';
import type { TableEdit, VmEdit } from '../kit/driver.ts';
import { vmToken } from './names.ts';
import type { NftElement } from '../kit/nft-tool.ts';
import type { Counts, Nft } from './nft.ts';
import type { Script } from './script.ts';

/** One list of a kind, or what several lists have in common. */
export interface Part {
  /** Lists that it serves, as `kind/list`. */
  readonly lists: readonly string[];
  /** Its place is the table of objects that count: that is the one its scripts are for. */
  readonly table?: 'counts';
  /** Once, after the table stands: learns what an earlier life has left in the kernel. */
  open?(view: View, tables: readonly TableSchema[]): Promise<void>;
  /** Makes room for a VM, follows its addresses, or takes all away that is left of it. */
  follow?(script: Script, edit: VmEdit, view: View): Promise<void> | void;
  check?(edit: VmEdit, table: TableEdit): readonly RpcError[];
  edit?(script: Script, edit: VmEdit, table: TableEdit, view: View): Promise<void> | void;
  read?(vm: Branch, table: TableSchema, view: View): Promise<readonly Branch[]>;
  /** The VM is the device's own now. */
  settle?(script: Script, vm: Branch, view: View): Promise<void> | void;
}

/** What the kernel has, read once for each transaction or reading. */
export class View {
  readonly #nft: Nft;
  readonly #elements = new Map<string, Promise<readonly NftElement[]>>();
  readonly #byKey = new Map<string, Promise<ReadonlyMap<string, NftElement>>>();
  #counts: Promise<Counts> | undefined;

  constructor(nft: Nft) {
    this.#nft = nft;
  }

  elements(set: string): Promise<readonly NftElement[]> {
    let elements = this.#elements.get(set);
    if (!elements) {
      elements = this.#nft.elements(set);
      this.#elements.set(set, elements);
    }
    return elements;
  }

  /** By key as {@link keyText} writes it. */
  byKey(set: string): Promise<ReadonlyMap<string, NftElement>> {
    let elements = this.#byKey.get(set);
    if (!elements) {
      elements = this.elements(set).then(
        (all) => new Map(all.map((it) => [keyText(it.key), it] as const)),
      );
      this.#byKey.set(set, elements);
    }
    return elements;
  }

  counts(): Promise<Counts> {
    this.#counts ??= this.#nft.listCounts();
    return this.#counts;
  }
}

/** The key of an element as nft reads it. */
export function keyText(key: readonly (string | number)[]): string {
  return key.join(' . ');
}

export interface Identity {
  readonly id: string;
  readonly token: string;
  readonly addresses: readonly string[];
  readonly mac: string | undefined;
}

export function identityOf(vm: Branch): Identity {
  const id = vmId(vm);
  return {
    id,
    token: vmToken(id),
    addresses: vmAddresses(vm),
    mac: childValue(vm, 'mac-address') as string | undefined,
  };
}

/** Addresses of a VM, and those that it gets and loses by an edit. */
export function addressChanges({ before, after }: VmEdit): {
  readonly all: readonly string[];
  readonly added: readonly string[];
  readonly lost: readonly string[];
} {
  const old = before ? vmAddresses(before) : [];
  const all = after ? vmAddresses(after) : [];
  return {
    all,
    added: all.filter((address) => !old.includes(address)),
    lost: old.filter((address) => !all.includes(address)),
  };
}
