/** Reads the tables of a VM as rows. */
import type { Branch } from '../../../src/data/index.ts';
import { modeOf, vmAddresses } from '../../../src/sami/index.ts';
import type { LeafValue } from '../../../src/yang/index.ts';
import type { TableState } from '../plane.ts';
import { concerns } from './conntrack/entry.ts';
import type { ConntrackTable } from './conntrack/table.ts';
import { mappingsOf, MappingUse } from './model/nat-rows.ts';
import { joinMappings } from './model/table-model.ts';
import type { TableModel } from './model/table-model.ts';
import { isExplicit, mappingKey } from './nat/mapping.ts';
import type { Mapping } from './nat/mapping.ts';
import type { NatMaps } from './nat/nat-maps.ts';
import { AddressSet } from '../kit/netlink/address.ts';

type Keys = readonly LeafValue[];

export class VmReader {
  readonly #model: TableModel;
  readonly #table: ConntrackTable;
  readonly #maps: NatMaps;

  constructor(model: TableModel, table: ConntrackTable, maps: NatMaps) {
    this.#model = model;
    this.#table = table;
    this.#maps = maps;
  }

  async *session(vm: Branch, keys: Keys): AsyncIterable<readonly Branch[]> {
    const { session } = this.#model;
    const entry = await this.#table.get(session.keyFrom(keys));
    const own = new Set(vmAddresses(vm));
    if (entry && concerns(entry, (address) => own.has(address))) yield [session.toRow(entry)];
  }

  async *sessions(vm: Branch): AsyncIterable<readonly Branch[]> {
    const { session } = this.#model;
    for await (const entries of this.#table.dump(new AddressSet(vmAddresses(vm)))) {
      yield entries.map((entry) => session.toRow(entry));
    }
  }

  /** All mappings, or the one with these keys. */
  async *mappings(vm: Branch, keys: Keys | undefined): AsyncIterable<readonly Branch[]> {
    const { nat } = this.#model;
    if (!nat) return;
    const addresses = vmAddresses(vm);
    const own = new Set(addresses);
    const uses = new MappingUse();
    for await (const entries of this.#table.dumpTranslated(new AddressSet(addresses))) {
      for (const entry of entries) {
        mappingsOf(entry, (address) => own.has(address)).forEach((mapping) => uses.add(mapping));
      }
    }
    const wanted = keys && mappingKey(nat.mappingFrom(keys));
    const rows = joinMappings(await this.#explicit(vm), uses)
      .filter((mapping) => wanted === undefined || mappingKey(mapping) === wanted)
      .map((mapping) => nat.toRow(mapping));
    if (rows.length > 0) yield rows;
  }

  /** Counts and digests by reading everything. */
  async states(vm: Branch): Promise<readonly TableState[]> {
    const addresses = vmAddresses(vm);
    const dump = this.#table.dump(new AddressSet(addresses));
    return this.#model.statesOf(dump, addresses, await this.#explicit(vm));
  }

  /** Those of a VM in standby are not in the maps yet. */
  async #explicit(vm: Branch): Promise<readonly Mapping[]> {
    const { nat } = this.#model;
    if (!nat) return [];
    if (modeOf(vm) === 'standby') {
      return this.#model
        .natRowsOf(vm)
        .map((row) => nat.toMapping(row))
        .filter(isExplicit);
    }
    const own = new Set(vmAddresses(vm));
    return (await this.#maps.read()).filter(({ internal }) => own.has(internal));
  }
}
