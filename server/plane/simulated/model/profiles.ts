/**
 * What the traffic of a VM is granted (K13): token buckets for what it sends and what is sent to it, and
 * the marks that its packets get.
 */
import type { Branch } from '../../../../src/data/index.ts';
import type { Clock } from '../../../../src/util/index.ts';
import type { Catalog, TableSchema } from '../../kit/catalog.ts';
import { fieldsOf } from '../../kit/fields.ts';
import type { TableStore } from '../tables/table-store.ts';
import type { VmState } from '../tables/vm-state.ts';
import { drop, lengthOf } from './packet.ts';
import type { Packet, Ruling, Verdict } from './packet.ts';

interface Bucket {
  /** Bytes that may be sent at `at`. */
  tokens: number;
  at: number;
}

export class Profiles {
  readonly #schema: TableSchema | undefined;
  readonly #store: TableStore;
  readonly #clock: Clock;
  /** By the container `upload` or `download`: a profile that is changed begins with a full bucket. */
  readonly #buckets = new WeakMap<Branch, Bucket>();

  constructor(catalog: Catalog, store: TableStore, clock: Clock) {
    this.#schema = catalog.find('profile', 'profile');
    this.#store = store;
    this.#clock = clock;
  }

  /** Polices and marks what a VM sends. */
  upload(packet: Packet): Ruling {
    const profile = this.#profileFor(packet, packet.sourceAddress, packet.sourceMac);
    if (!profile) return packet;
    if (!this.#conforms(profile, 'upload', packet)) return drop('over-rate');
    const { fields } = this.#schema as TableSchema;
    const priority = fields.number(profile, 'priority');
    const dscp = fields.number(profile, 'dscp');
    return {
      ...packet,
      ...(priority === undefined ? {} : { priority }),
      ...(dscp === undefined ? {} : { dscp }),
    };
  }

  /** Polices what would be sent to a VM. */
  download(verdict: Verdict): Verdict {
    if (verdict.action !== 'pass') return verdict;
    const { packet } = verdict;
    const profile = this.#profileFor(packet, packet.destinationAddress, packet.destinationMac);
    return !profile || this.#conforms(profile, 'download', packet) ? verdict : drop('over-rate');
  }

  #profileFor(packet: Packet, address: string, mac: string | undefined): Branch | undefined {
    const vm = this.#store.owner(address) ?? this.#store.withMac(mac);
    if (!this.#schema || !vm) return undefined;
    return [...vm.table(this.#schema).rows].find((row) => this.#isFor(row, packet, vm, address));
  }

  #isFor(row: Branch, packet: Packet, vm: VmState, address: string): boolean {
    const { fields } = this.#schema as TableSchema;
    const mac = fields.text(row, 'mac-address');
    const only = fields.text(row, 'address');
    const vlan = fields.number(row, 'vlan-id');
    return (
      (mac === undefined ? only === undefined || only === address : mac === vm.mac) &&
      (vlan === undefined || packet.vlanId === undefined || vlan === packet.vlanId)
    );
  }

  /** Whether the bucket has room for the packet; takes it out if so. */
  #conforms(profile: Branch, direction: 'upload' | 'download', packet: Packet): boolean {
    const limits = (this.#schema as TableSchema).fields.branch(profile, direction);
    const rate = limits && fieldsOf(limits.schema).number(limits, 'rate');
    if (!limits || rate === undefined) return true;
    const burst = fieldsOf(limits.schema).number(limits, 'burst') ?? rate;
    const now = this.#clock.now();
    const bucket = this.#buckets.get(limits) ?? { tokens: burst, at: now };
    this.#buckets.set(limits, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) * rate) / 1000);
    bucket.at = now;
    if (bucket.tokens < lengthOf(packet)) return false;
    bucket.tokens -= lengthOf(packet);
    return true;
  }
}
