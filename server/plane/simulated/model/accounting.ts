/** Traffic of a VM, counted and held against its limits (K3). */
import type { Branch } from '../../../../src/data/index.ts';
import { addIntegers } from '../../../../src/sami/index.ts';
import type { Clock } from '../../../../src/util/index.ts';
import type { Catalog, TableSchema } from '../../kit/catalog.ts';
import type { FieldValues } from '../../kit/fields.ts';
import { lengthOf } from './packet.ts';
import type { Packet } from './packet.ts';
import type { DevicePolicy } from './policy.ts';
import type { TableStore } from '../tables/table-store.ts';
import type { VmState } from '../tables/vm-state.ts';

type DirectionName = 'from-vm' | 'to-vm';

/** Packets and bytes since the second began, to work out rates. */
interface Second {
  startedAt: number;
  packets: number;
  octets: number;
}

export class Accounting {
  readonly #schema: TableSchema | undefined;
  readonly #store: TableStore;
  readonly #clock: Clock;
  readonly #always: boolean;
  readonly #seconds = new WeakMap<VmState, Map<string, Second>>();

  constructor(catalog: Catalog, store: TableStore, clock: Clock, policy: DevicePolicy) {
    this.#schema = catalog.find('cumulative-accounting', 'account');
    this.#store = store;
    this.#clock = clock;
    this.#always = policy.accounting;
  }

  /**
   * Counts a packet, with the VM's own addresses in it, for its sender and its receiver. False when a
   * limit of either forbids it; then it is counted as dropped there.
   */
  admit(packet: Packet): boolean {
    const sides: readonly (readonly [string, DirectionName])[] = [
      [packet.sourceAddress, 'from-vm'],
      [packet.destinationAddress, 'to-vm'],
    ];
    return sides.every(([address, direction]) => this.#count(address, direction, lengthOf(packet)));
  }

  #count(address: string, direction: DirectionName, octets: number): boolean {
    const schema = this.#schema;
    const vm = this.#store.owner(address);
    if (!schema || !vm) return true;
    const { fields } = schema;
    const keys = { address, direction, 'traffic-class': 'default' };
    let row = vm.table(schema).rows.find(Object.values(keys));
    if (!row) {
      if (!this.#always || !this.#store.capacity.admits(schema.kind, vm)) return true;
      row = fields.make({ ...keys, packets: 0, octets: 0 });
    }
    const refill = this.#refill(vm, schema, row);
    const admitted = this.#withinLimit(row, octets) && (refill === undefined || refill >= octets);
    const values: FieldValues = admitted
      ? {
          ...this.#add(row, { packets: 1, octets }),
          ...this.#rates(vm, `${address} ${direction}`, octets),
          ...(refill === undefined ? {} : { 'burst-available': refill - octets }),
        }
      : {
          ...this.#add(row, { 'dropped-packets': 1, 'dropped-octets': octets }),
          ...(refill === undefined ? {} : { 'burst-available': refill }),
        };
    vm.set(schema, fields.change(row, values));
    return admitted;
  }

  #add(row: Branch, amounts: Readonly<Record<string, number>>): FieldValues {
    const sum = (name: string, amount: number): number | bigint =>
      addIntegers((this.#schema?.fields.get(row, name) ?? 0) as number | bigint, amount);
    return Object.fromEntries(
      Object.entries(amounts).map(([name, amount]) => [name, sum(name, amount)]),
    );
  }

  #withinLimit(row: Branch, octets: number): boolean {
    const limit = this.#schema?.fields.number(row, 'octet-limit');
    if (limit === undefined) return true;
    return (this.#schema?.fields.number(row, 'octets') ?? 0) + octets <= limit;
  }

  /** What of the burst is available now; undefined when no rate is committed. */
  #refill(vm: VmState, schema: TableSchema, row: Branch): number | undefined {
    const { fields } = schema;
    const rate = fields.number(row, 'committed-rate');
    if (rate === undefined) return undefined;
    const burst = fields.number(row, 'committed-burst') ?? rate;
    const left = fields.number(row, 'burst-available') ?? burst;
    const waited = vm.table(schema).unchangedFor(row);
    return Math.min(burst, Math.floor(left + (rate * waited) / 1000));
  }

  #rates(vm: VmState, key: string, octets: number): FieldValues {
    const seconds = this.#seconds.get(vm) ?? new Map<string, Second>();
    this.#seconds.set(vm, seconds);
    const now = this.#clock.now();
    const second = seconds.get(key) ?? { startedAt: now, packets: 0, octets: 0 };
    seconds.set(key, second);
    let rates: FieldValues = {};
    const waited = now - second.startedAt;
    if (waited >= 1000) {
      rates = {
        'packet-rate': Math.round((second.packets * 1000) / waited),
        'octet-rate': Math.round((second.octets * 1000) / waited),
      };
      second.startedAt = now;
      second.packets = 0;
      second.octets = 0;
    }
    second.packets += 1;
    second.octets += octets;
    return rates;
  }
}
