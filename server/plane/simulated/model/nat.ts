/**
 * Address translation (K10): the mapping of a packet in either direction, and new mappings from the
 * device's pools. Mappings are independent of the endpoint and ports are kept where they are free
 * (RFC 4787, sections 4.1 and 4.2).
 */
import type { Branch } from '../../../../src/data/index.ts';
import type { Catalog, TableSchema } from '../../kit/catalog.ts';
import type { Packet } from './packet.ts';
import type { DevicePolicy, NatPool } from './policy.ts';
import { contains, parsePrefix } from './prefix.ts';
import type { Prefix } from './prefix.ts';
import type { TableStore } from '../tables/table-store.ts';
import { tupleOf } from './tuple.ts';
import { TupleIndex } from './tuple-index.ts';
import type { Indexed } from './tuple-index.ts';

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export type SourceTranslation =
  | { readonly to: Endpoint; readonly mapping: Indexed }
  /** No pool translates this VM. */
  | 'not-needed'
  /** A pool should, but has no address and port left, or the table has no room. */
  | 'exhausted';

interface Pool {
  readonly internal: readonly Prefix[];
  readonly external: readonly string[];
  readonly first: number;
  readonly last: number;
}

export class Nat {
  readonly #schema: TableSchema;
  readonly #store: TableStore;
  readonly #lifetime: number;
  readonly #pools: readonly Pool[];
  readonly #internal: TupleIndex;
  readonly #external: TupleIndex;

  /** Undefined when the schema has no NAT mappings. */
  static of(catalog: Catalog, store: TableStore, policy: DevicePolicy): Nat | undefined {
    const schema = catalog.find('nat', 'mapping-entry');
    return schema && new Nat(schema, store, policy);
  }

  private constructor(schema: TableSchema, store: TableStore, policy: DevicePolicy) {
    this.#schema = schema;
    this.#store = store;
    this.#lifetime = policy.timeouts.natMapping;
    this.#pools = policy.nat.map(parsePool);
    this.#internal = new TupleIndex(store, schema, (row) => [this.#key(row, 'internal')]);
    this.#external = new TupleIndex(store, schema, (row) => [this.#key(row, 'external')]);
  }

  /** Where a packet to an external address goes; undefined when no mapping is for it. */
  destination(packet: Packet): { readonly to: Endpoint; readonly mapping: Indexed } | undefined {
    const { protocol, destinationAddress, destinationPort, sourceAddress, sourcePort } =
      tupleOf(packet);
    // A query keeps its identifier where others have the source port.
    const port = packet.icmp ? sourcePort : destinationPort;
    const mapping = find(this.#external, protocol, destinationAddress, port);
    if (!mapping) return undefined;
    const { fields } = this.#schema;
    const onlyFrom = fields.text(mapping.row, 'external-dst-address');
    if (onlyFrom !== undefined && onlyFrom !== sourceAddress) return undefined;
    const address = fields.text(mapping.row, 'internal-src-address') ?? '';
    const mapped = fields.number(mapping.row, 'internal-src-port') ?? 0;
    return { to: { address, port: mapped === 0 ? port : mapped }, mapping };
  }

  /** What the source of a packet from a VM becomes, making a mapping when a pool says so. */
  source(packet: Packet): SourceTranslation {
    const { protocol, sourceAddress, sourcePort } = tupleOf(packet);
    const mapping = find(this.#internal, protocol, sourceAddress, sourcePort);
    if (mapping) return { to: this.#externalOf(mapping.row, sourcePort), mapping };
    const pool = this.#pools.find(({ internal }) =>
      internal.some((prefix) => contains(prefix, sourceAddress)),
    );
    if (!pool) return 'not-needed';
    const made = this.#allocate(pool, packet);
    return made ? { to: this.#externalOf(made.row, sourcePort), mapping: made } : 'exhausted';
  }

  /** Gives a mapping that has been used its full lifetime again. */
  refresh({ vm, row }: Indexed): void {
    const present = vm.table(this.#schema).rows.get(row);
    const lifetime = present && this.#schema.fields.number(present, 'lifetime');
    if (!present || lifetime === undefined) return;
    const longer = Math.max(lifetime, this.#lifetime);
    vm.set(this.#schema, this.#schema.fields.change(present, { lifetime: longer }));
  }

  #externalOf(row: Branch, port: number): Endpoint {
    const { fields } = this.#schema;
    const mapped = fields.number(row, 'external-src-port') ?? 0;
    const address = fields.text(row, 'external-src-address') ?? '';
    return { address, port: mapped === 0 ? port : mapped };
  }

  #allocate(pool: Pool, packet: Packet): Indexed | undefined {
    const { protocol, sourceAddress, sourcePort } = tupleOf(packet);
    const vm = this.#store.owner(sourceAddress);
    if (!vm || !this.#store.capacity.admits(this.#schema.kind, vm)) return undefined;
    const free = this.#freeEndpoint(pool, protocol, sourcePort);
    if (!free) return undefined;
    const row = this.#schema.fields.make({
      'transport-protocol': protocol,
      'internal-src-address': sourceAddress,
      'internal-src-port': sourcePort,
      'external-src-address': free.address,
      'external-src-port': free.port,
      type: 'dynamic-implicit',
      lifetime: this.#lifetime,
    });
    vm.set(this.#schema, row);
    return { vm, row };
  }

  #freeEndpoint(pool: Pool, protocol: number, wanted: number): Endpoint | undefined {
    const { first, last, external } = pool;
    const size = last - first + 1;
    const start = wanted >= first && wanted <= last ? wanted - first : 0;
    for (const address of external) {
      for (let step = 0; step < size; step += 1) {
        const port = first + ((start + step) % size);
        if (!this.#external.find(`${protocol} ${address} ${port}`)) return { address, port };
      }
    }
    return undefined;
  }

  #key(row: Branch, side: 'internal' | 'external'): string {
    const { fields } = this.#schema;
    const protocol = fields.number(row, 'transport-protocol') ?? 0;
    const address = fields.text(row, `${side}-src-address`) ?? '';
    return `${protocol} ${address} ${fields.number(row, `${side}-src-port`) ?? 0}`;
  }
}

/** The most specific mapping: with port, for the protocol, for the address. */
function find(
  index: TupleIndex,
  protocol: number,
  address: string,
  port: number,
): Indexed | undefined {
  return (
    index.find(`${protocol} ${address} ${port}`) ??
    index.find(`${protocol} ${address} 0`) ??
    index.find(`0 ${address} 0`)
  );
}

function parsePool({ internal, external, ports }: NatPool): Pool {
  return {
    internal: internal.map(parsePrefix),
    external,
    first: ports?.first ?? 1024,
    last: ports?.last ?? 65_535,
  };
}
