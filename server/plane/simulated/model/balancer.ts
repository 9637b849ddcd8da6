/**
 * The sticky balancer (K12): gives a client of a virtual address a real server, and the same one again
 * as long as it is remembered.
 */
import type { Branch } from '../../../../src/data/index.ts';
import type { Catalog, TableSchema } from '../../kit/catalog.ts';
import type { FieldValues } from '../../kit/fields.ts';
import { hashText } from '../../../../src/sami/index.ts';
import type { Endpoint } from './nat.ts';
import type { Packet } from './packet.ts';
import { count } from './sticky-data.ts';
import type { Happened } from './sticky-data.ts';
import { StickyGroups } from './sticky-groups.ts';
import type { Group, Server } from './sticky-groups.ts';
import type { TableStore } from '../tables/table-store.ts';
import type { VmState } from '../tables/vm-state.ts';

/** The real server that serves, and under which entry the client is remembered. */
export interface Choice {
  readonly to: Endpoint;
  readonly farm: string | undefined;
  /** Undefined when no group had to be asked. */
  readonly group: string | undefined;
  /** Undefined when the client cannot be recognised. */
  readonly client: string | undefined;
}

export class Balancer {
  readonly #groups: StickyGroups;
  readonly #sticky: TableSchema;
  readonly #store: TableStore;
  /** Undefined when the schema has no sticky tables. */
  static of(catalog: Catalog, store: TableStore): Balancer | undefined {
    const groups = catalog.find('sticky-group', 'group');
    const sticky = catalog.find('sticky', 'sticky-connection');
    return groups && sticky && new Balancer(new StickyGroups(groups, store), sticky, store);
  }

  private constructor(groups: StickyGroups, sticky: TableSchema, store: TableStore) {
    this.#groups = groups;
    this.#sticky = sticky;
    this.#store = store;
  }

  /**
   * Undefined when the packet is to no virtual address; `none` when no real server can serve. `farm`
   * serves where what the client asks for has decided that already.
   */
  choose(packet: Packet, farm?: string): Choice | 'none' | undefined {
    const group = this.#groups.balancing(packet);
    if (!group) return undefined;
    const client = this.#groups.clientOf(group, packet);
    const known = client === undefined ? undefined : this.#entry(group.name, client);
    if (known && client !== undefined) {
      const server = this.#serverOf(group, known.row);
      const serves = server && server.state !== 'out-of-service';
      if (serves && (farm === undefined || farm === server.farm)) {
        return this.#choice(group, server, packet, client);
      }
      // An entry may be there only because something is counted of the client.
      if (!serves && this.#isStuck(known.row)) known.vm.remove(this.#sticky, known.row);
    }
    return this.#chooseNew(group, packet, client, farm);
  }

  /**
   * A connection of a client has begun: it is remembered for the full time again. One that was not known
   * yet begins with what has `happened`; {@link count} could not count it.
   */
  connected(choice: Choice, happened: Happened = {}): void {
    const { group, client, to } = choice;
    if (client === undefined || group === undefined) return;
    const found = this.#groups.named(group);
    if (!found) return;
    const { fields } = this.#sticky;
    const known = this.#entry(group, client);
    const { lifetime } = found;
    if (known) {
      const connections = (fields.number(known.row, 'active-connections') ?? 0) + 1;
      const values = { 'active-connections': connections, lifetime, 'idle-time': 0 };
      const to = this.#isStuck(known.row) ? {} : this.#serverValues(found, choice);
      known.vm.set(this.#sticky, fields.change(known.row, { ...to, ...values }));
      return;
    }
    const server = this.#serverValues(found, choice);
    const onBackup = server['on-backup'] === true;
    if (onBackup && !found.stickyOnBackup) return;
    const vm = this.#keeper(found, to.address);
    if (!vm || !this.#store.capacity.admits(this.#sticky.kind, vm)) return;
    const entry = { group, client, 'active-connections': 1, lifetime, 'idle-time': 0 };
    vm.set(this.#sticky, count(fields.make({ ...entry, ...server }), found.row, happened, 0));
  }

  #isStuck(entry: Branch): boolean {
    return this.#sticky.fields.get(entry, 'real-server-address') !== undefined;
  }

  #serverValues({ backupFarm, servers }: Group, { to, farm }: Choice): FieldValues {
    const server = servers.find((one) => one.address === to.address && one.farm === farm);
    return {
      'server-farm': farm,
      'real-server-address': to.address,
      'real-server-port': server && server.port !== 0 ? server.port : undefined,
      'on-backup': farm !== undefined && farm === backupFarm ? true : undefined,
    };
  }

  /** A connection from `client` to a virtual address has ended. */
  disconnected(packet: Packet): void {
    const group = this.#groups.balancing(packet);
    const client = group && this.#groups.clientOf(group, packet);
    const known = group && client !== undefined ? this.#entry(group.name, client) : undefined;
    if (!known) return;
    const { fields } = this.#sticky;
    const connections = Math.max(0, (fields.number(known.row, 'active-connections') ?? 0) - 1);
    const present = known.vm.table(this.#sticky).present(known.row);
    known.vm.set(this.#sticky, fields.change(present, { 'active-connections': connections }));
  }

  /** Counts what a client has done, `packet` being one from it, in every group that keeps something of it. */
  count(packet: Packet, happened: Happened): void {
    for (const group of this.#groups.counting(packet)) {
      const client = this.#groups.clientOf(group, packet);
      if (client === undefined) continue;
      const entry = this.#entry(group.name, client) ?? this.#newEntry(group, client);
      if (!entry) continue;
      const table = entry.vm.table(this.#sticky);
      const unchanged = table.unchangedFor(entry.row);
      const counted = count(table.present(entry.row), group.row, happened, unchanged);
      entry.vm.set(this.#sticky, counted);
    }
  }

  /** A client of which only something is counted; with a farm it has an entry once it is given a server. */
  #newEntry(group: Group, client: string): { vm: VmState; row: Branch } | undefined {
    const { name, lifetime, holders } = group;
    const [vm] = holders;
    if (group.farm !== undefined || !vm) return undefined;
    if (!this.#store.capacity.admits(this.#sticky.kind, vm)) return undefined;
    return { vm, row: this.#sticky.fields.make({ group: name, client, lifetime, 'idle-time': 0 }) };
  }

  /** Whether an entry whose time has run out stays, because its client still has connections. */
  keeps(vm: VmState, schema: TableSchema, row: Branch): boolean {
    if (schema !== this.#sticky) return false;
    const { fields } = schema;
    const group = this.#groups.named(fields.text(row, 'group') ?? '');
    const active = (fields.number(row, 'active-connections') ?? 0) > 0;
    if (!group || !active) return false;
    if (group.timesOutActive) return false;
    vm.set(schema, fields.change(row, { lifetime: group.lifetime }));
    return true;
  }

  #entry(group: string, client: string): { vm: VmState; row: Branch } | undefined {
    for (const vm of this.#store.vms) {
      const row =
        vm.mode === 'learning' ? vm.table(this.#sticky).rows.find([group, client]) : undefined;
      if (row) return { vm, row };
    }
    return undefined;
  }

  #serverOf(group: Group, entry: Branch): Server | undefined {
    const { fields } = this.#sticky;
    const address = fields.text(entry, 'real-server-address');
    const port = fields.number(entry, 'real-server-port');
    return group.servers.find(
      (server) => server.address === address && (port === undefined || server.port === port),
    );
  }

  /** A new client: by weight, and the same for the same client while the servers stay the same. */
  #chooseNew(
    group: Group,
    packet: Packet,
    client: string | undefined,
    wanted?: string,
  ): Choice | 'none' {
    const primary = wanted ?? group.farm;
    const ready = group.servers.filter(({ state }) => state === 'in-service');
    const first = ready.filter(({ farm }) => farm === primary);
    const servers =
      first.length > 0 ? first : ready.filter(({ farm }) => farm === group.backupFarm);
    const total = servers.reduce((sum, { weight }) => sum + weight, 0);
    let rest = total === 0 ? 0 : hashText(client ?? packet.sourceAddress).low % total;
    for (const server of servers) {
      if (rest < server.weight) return this.#choice(group, server, packet, client);
      rest -= server.weight;
    }
    return 'none';
  }

  #choice(group: Group, server: Server, packet: Packet, client: string | undefined): Choice {
    const port = server.port === 0 ? (packet.destinationPort ?? 0) : server.port;
    return { to: { address: server.address, port }, farm: server.farm, group: group.name, client };
  }

  /** The VM under which a client is remembered: its real server, else whose the virtual address is. */
  #keeper(group: Group, server: string): VmState | undefined {
    return this.#store.owner(server) ?? this.#store.owner(group.virtualAddress);
  }
}
