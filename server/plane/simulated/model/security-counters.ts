/**
 * Limits on connection attempts (K2): half-open connections of a VM against a threshold, connection
 * requests of a client against a rate, and the list of clients that exceeded it.
 */
import type { Branch } from '../../../../src/data/index.ts';
import type { Catalog, TableSchema } from '../../kit/catalog.ts';
import type { Packet } from './packet.ts';
import type { DevicePolicy } from './policy.ts';
import type { TableStore } from '../tables/table-store.ts';
import type { VmState } from '../tables/vm-state.ts';

export class SecurityCounters {
  readonly #store: TableStore;
  readonly #policy: DevicePolicy;
  readonly #halfOpen: TableSchema | undefined;
  readonly #synRate: TableSchema | undefined;
  readonly #blocked: TableSchema | undefined;

  constructor(catalog: Catalog, store: TableStore, policy: DevicePolicy) {
    this.#store = store;
    this.#policy = policy;
    this.#halfOpen = catalog.find('cumulative-security', 'half-open');
    this.#synRate = catalog.find('cumulative-security', 'syn-rate');
    this.#blocked = catalog.find('cumulative-security', 'blocked-client');
  }

  /** Whether the packet's sender is blocked from its receiver. Counts the packet if so. */
  isBlocked({ sourceAddress, destinationAddress }: Packet): boolean {
    const schema = this.#blocked;
    const vm = this.#accountable(sourceAddress, destinationAddress);
    if (!schema || !vm) return false;
    const table = vm.table(schema);
    const row = table.rows.find([sourceAddress, destinationAddress]);
    if (!row) return false;
    const present = table.present(row);
    if (schema.fields.number(present, 'remaining-time') === 0) return false;
    const dropped = (schema.fields.number(present, 'dropped-packets') ?? 0) + 1;
    vm.set(schema, schema.fields.change(present, { 'dropped-packets': dropped }));
    return true;
  }

  /** Counts a connection request. False when its sender has become blocked by it. */
  countRequest({ sourceAddress, destinationAddress }: Packet): boolean {
    const schema = this.#synRate;
    const vm = this.#accountable(sourceAddress, destinationAddress);
    if (!schema || !vm) return true;
    const { fields } = schema;
    const table = vm.table(schema);
    const row = table.rows.find([sourceAddress, destinationAddress]);
    const limit = (row && fields.number(row, 'limit')) ?? this.#policy.synRate?.limit;
    if (limit === undefined) return true;
    if (!row && !this.#store.capacity.admits(schema.kind, vm)) return true;
    const interval =
      (row && fields.number(row, 'interval')) ?? this.#policy.synRate?.intervalSeconds ?? 1;
    const present = row && table.present(row);
    const left = present && fields.number(present, 'remaining-time');
    const running = present !== undefined && left !== undefined && left > 0;
    const count = (running ? (fields.number(present, 'count') ?? 0) : 0) + 1;
    const values = { count, 'remaining-time': running ? left : interval };
    const keys = { 'client-address': sourceAddress, 'server-address': destinationAddress };
    vm.set(schema, present ? fields.change(present, values) : fields.make({ ...keys, ...values }));
    if (count <= limit) return true;
    this.#block(vm, sourceAddress, destinationAddress);
    return false;
  }

  /** Counts a connection that a VM begins. False when it has no more to spare; then nothing is counted. */
  beginHalfOpen(address: string): boolean {
    const schema = this.#halfOpen;
    const vm = this.#store.owner(address);
    if (!schema || !vm) return true;
    const { fields } = schema;
    const row = vm.table(schema).rows.find([address]);
    const threshold = (row && fields.number(row, 'threshold')) ?? this.#policy.halfOpenThreshold;
    if (threshold === undefined) return true;
    const count = (row && fields.number(row, 'count')) ?? 0;
    if (count >= threshold) {
      if (row) this.#change(vm, schema, row, { refused: (fields.number(row, 'refused') ?? 0) + 1 });
      return false;
    }
    if (row) this.#change(vm, schema, row, { count: count + 1 });
    else if (this.#store.capacity.admits(schema.kind, vm)) {
      vm.set(schema, fields.make({ address, count: 1 }));
    }
    return true;
  }

  /** A connection that a VM began is established or gone. */
  endHalfOpen(address: string): void {
    const schema = this.#halfOpen;
    const vm = this.#store.owner(address);
    const row = schema && vm?.table(schema).rows.find([address]);
    if (!schema || !vm || !row) return;
    const count = schema.fields.number(row, 'count') ?? 0;
    if (count > 0) this.#change(vm, schema, row, { count: count - 1 });
  }

  /** An interval of counting has ended, or a block: what is left of the entry, if anything. */
  expire(vm: VmState, schema: TableSchema, row: Branch): boolean {
    const { fields } = schema;
    if (schema !== this.#synRate) return false;
    const hasOwnLimit = fields.number(row, 'limit') !== undefined;
    if (hasOwnLimit) this.#change(vm, schema, row, { count: 0, 'remaining-time': undefined });
    return hasOwnLimit;
  }

  #block(vm: VmState, client: string, server: string): void {
    const schema = this.#blocked;
    if (!schema) return;
    const row = vm.table(schema).rows.find([client, server]);
    if (!row && !this.#store.capacity.admits(schema.kind, vm)) return;
    const values = {
      reason: 'syn-rate',
      'times-blocked': ((row && schema.fields.number(row, 'times-blocked')) ?? 0) + 1,
      'remaining-time': this.#policy.synRate?.blockSeconds ?? 60,
    };
    if (row) this.#change(vm, schema, row, values);
    else
      vm.set(
        schema,
        schema.fields.make({ 'client-address': client, 'server-address': server, ...values }),
      );
  }

  #change(
    vm: VmState,
    schema: TableSchema,
    row: Branch,
    values: Readonly<Record<string, number | string | undefined>>,
  ): void {
    vm.set(schema, schema.fields.change(vm.table(schema).present(row), values));
  }

  /** The VM under which a pair of client and server is filed: the server if it is one, else the client. */
  #accountable(client: string, server: string): VmState | undefined {
    return this.#store.owner(server) ?? this.#store.owner(client);
  }
}
