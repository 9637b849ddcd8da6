/**
 * The sticky balancer (K12): gives a client of a virtual address a real server, and the same one again
 * as long as it is remembered.
 */
import { DataList } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import type { Catalog, TableSchema } from '../../kit/catalog.ts';
import { fieldsOf } from '../../kit/fields.ts';
import type { FieldValues } from '../../kit/fields.ts';
import { hashText } from '../../../../src/sami/index.ts';
import type { Endpoint } from './nat.ts';
import type { Packet } from './packet.ts';
import { maskAddress } from './prefix.ts';
import { count, storesData } from './sticky-data.ts';
import type { Happened } from './sticky-data.ts';
import type { TableStore } from '../tables/table-store.ts';
import type { VmState } from '../tables/vm-state.ts';

interface Server {
  readonly farm: string;
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  readonly state: string;
}

interface Group {
  readonly row: Branch;
  readonly name: string;
  readonly servers: readonly Server[];
  readonly holders: readonly VmState[];
}

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
  readonly #groups: TableSchema;
  readonly #sticky: TableSchema;
  readonly #store: TableStore;
  /** Undefined until asked for again, after groups have changed. */
  #virtual: ReadonlySet<string> | undefined;

  /** Undefined when the schema has no sticky tables. */
  static of(catalog: Catalog, store: TableStore): Balancer | undefined {
    const groups = catalog.find('sticky-group', 'group');
    const sticky = catalog.find('sticky', 'sticky-connection');
    return groups && sticky && new Balancer(groups, sticky, store);
  }

  private constructor(groups: TableSchema, sticky: TableSchema, store: TableStore) {
    this.#groups = groups;
    this.#sticky = sticky;
    this.#store = store;
    const forget = (): void => void (this.#virtual = undefined);
    store.listen({
      changed: (_, schema) => {
        if (schema === groups) forget();
      },
      dropped: forget,
    });
  }

  /** Whether some group has this virtual address; most packets are to none. */
  isVirtual(address: string): boolean {
    this.#virtual ??= new Set(
      [...this.#store.vms].flatMap((vm) =>
        [...vm.table(this.#groups).rows].map(
          (row) => this.#groups.fields.text(row, 'virtual-address') ?? '',
        ),
      ),
    );
    return this.#virtual.has(address);
  }

  /**
   * Undefined when the packet is to no virtual address; `none` when no real server can serve. `farm`
   * serves where what the client asks for has decided that already.
   */
  choose(packet: Packet, farm?: string): Choice | 'none' | undefined {
    const group = this.#groupFor(packet);
    if (!group) return undefined;
    const client = this.#clientOf(group, packet);
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

  /** A connection of a client has begun: it is remembered for the full time again. */
  connected(choice: Choice): void {
    const { group, client, to } = choice;
    if (client === undefined || group === undefined) return;
    const found = this.#group(group);
    if (!found) return;
    const { fields } = this.#sticky;
    const known = this.#entry(group, client);
    const lifetime = Number(this.#groups.fields.leaf(found.row, 'timeout') ?? 86_400);
    if (known) {
      const connections = (fields.number(known.row, 'active-connections') ?? 0) + 1;
      const values = { 'active-connections': connections, lifetime, 'idle-time': 0 };
      const to = this.#isStuck(known.row) ? {} : this.#serverValues(found, choice);
      known.vm.set(this.#sticky, fields.change(known.row, { ...to, ...values }));
      return;
    }
    const server = this.#serverValues(found, choice);
    const onBackup = server['on-backup'] === true;
    if (onBackup && this.#groups.fields.leaf(found.row, 'sticky-on-backup') !== true) return;
    const vm = this.#keeper(found, to.address);
    if (!vm || !this.#store.capacity.admits(this.#sticky.kind, vm)) return;
    vm.set(
      this.#sticky,
      fields.make({
        group,
        client,
        ...server,
        'active-connections': 1,
        lifetime,
        'idle-time': 0,
      }),
    );
  }

  #isStuck(entry: Branch): boolean {
    return this.#sticky.fields.get(entry, 'real-server-address') !== undefined;
  }

  #serverValues({ row, servers }: Group, { to, farm }: Choice): FieldValues {
    const server = servers.find((one) => one.address === to.address && one.farm === farm);
    return {
      'server-farm': farm,
      'real-server-address': to.address,
      'real-server-port': server && server.port !== 0 ? server.port : undefined,
      'on-backup':
        farm === this.#groups.fields.text(row, 'backup-server-farm') && farm !== undefined
          ? true
          : undefined,
    };
  }

  /** A connection from `client` to a virtual address has ended. */
  disconnected(packet: Packet): void {
    const group = this.#groupFor(packet);
    const client = group && this.#clientOf(group, packet);
    const known = group && client !== undefined ? this.#entry(group.name, client) : undefined;
    if (!known) return;
    const { fields } = this.#sticky;
    const connections = Math.max(0, (fields.number(known.row, 'active-connections') ?? 0) - 1);
    const present = known.vm.table(this.#sticky).present(known.row);
    known.vm.set(this.#sticky, fields.change(present, { 'active-connections': connections }));
  }

  /** Counts what a client has done, `packet` being one from it, in every group that keeps something of it. */
  count(packet: Packet, happened: Happened): void {
    if (!this.isVirtual(packet.destinationAddress)) return;
    for (const vm of this.#store.vms) {
      if (vm.mode !== 'learning') continue;
      vm.table(this.#groups).rows.forEach((row) => {
        if (storesData(row) && this.#isTo(row, packet)) this.#countIn(row, packet, happened);
      });
    }
  }

  #countIn(row: Branch, packet: Packet, happened: Happened): void {
    const name = this.#groups.fields.text(row, 'name') ?? '';
    const group = this.#group(name);
    const client = group && this.#clientOf(group, packet);
    if (!group || client === undefined) return;
    const entry = this.#entry(name, client) ?? this.#newEntry(group, client);
    if (!entry) return;
    const table = entry.vm.table(this.#sticky);
    const unchanged = table.unchangedFor(entry.row);
    entry.vm.set(this.#sticky, count(table.present(entry.row), row, happened, unchanged));
  }

  /** A client of which only something is counted. One of a group with a farm has an entry once it is given a server. */
  #newEntry(
    { row, name, holders }: Group,
    client: string,
  ): { vm: VmState; row: Branch } | undefined {
    const [vm] = holders;
    if (this.#balances(row) || !vm) return undefined;
    if (!this.#store.capacity.admits(this.#sticky.kind, vm)) return undefined;
    const lifetime = Number(this.#groups.fields.leaf(row, 'timeout') ?? 86_400);
    return { vm, row: this.#sticky.fields.make({ group: name, client, lifetime, 'idle-time': 0 }) };
  }

  /** Whether an entry whose time has run out stays, because its client still has connections. */
  keeps(vm: VmState, schema: TableSchema, row: Branch): boolean {
    if (schema !== this.#sticky) return false;
    const { fields } = schema;
    const group = this.#group(fields.text(row, 'group') ?? '');
    const active = (fields.number(row, 'active-connections') ?? 0) > 0;
    if (!group || !active) return false;
    if (this.#groups.fields.leaf(group.row, 'timeout-active-connections') === true) return false;
    const lifetime = Number(this.#groups.fields.leaf(group.row, 'timeout') ?? 86_400);
    vm.set(schema, fields.change(row, { lifetime }));
    return true;
  }

  /** The group that says where a packet goes. One without a farm only counts. */
  #groupFor(packet: Packet): Group | undefined {
    if (!this.isVirtual(packet.destinationAddress)) return undefined;
    return this.#find((row) => this.#balances(row) && this.#isTo(row, packet));
  }

  #balances(group: Branch): boolean {
    return this.#groups.fields.get(group, 'server-farm') !== undefined;
  }

  #isTo(group: Branch, { destinationAddress, destinationPort, protocol }: Packet): boolean {
    const { fields } = this.#groups;
    if (fields.text(group, 'virtual-address') !== destinationAddress) return false;
    const port = fields.number(group, 'virtual-port');
    const wanted = fields.number(group, 'protocol');
    return (
      (port === undefined || port === destinationPort) &&
      (wanted === undefined || wanted === protocol)
    );
  }

  #group(name: string): Group | undefined {
    return this.#find((row) => this.#groups.fields.text(row, 'name') === name);
  }

  /** Each VM that is a real server has the group; together they say who serves. */
  #find(wanted: (row: Branch) => boolean): Group | undefined {
    const found: { vm: VmState; row: Branch }[] = [];
    for (const vm of this.#store.vms) {
      if (vm.mode !== 'learning') continue;
      vm.table(this.#groups).rows.forEach((row) => {
        if (wanted(row)) found.push({ vm, row });
      });
    }
    const [first] = found;
    if (!first) return undefined;
    const servers = new Map<string, Server>();
    for (const { row } of found) {
      for (const server of this.#servers(row))
        servers.set(`${server.farm} ${server.address} ${server.port}`, server);
    }
    return {
      row: first.row,
      name: this.#groups.fields.text(first.row, 'name') ?? '',
      servers: [...servers.values()],
      holders: found.map(({ vm }) => vm),
    };
  }

  #servers(group: Branch): readonly Server[] {
    const list = this.#groups.fields.get(group, 'real-server');
    if (!(list instanceof DataList)) return [];
    return [...list].map((row) => {
      const fields = fieldsOf(row.schema);
      return {
        farm: fields.text(row, 'server-farm') ?? '',
        address: fields.text(row, 'address') ?? '',
        port: fields.number(row, 'port') ?? 0,
        weight: Number(fields.leaf(row, 'weight') ?? 1),
        state: (fields.leaf(row, 'state') ?? 'in-service') as string,
      };
    });
  }

  #clientOf(group: Group, packet: Packet): string | undefined {
    const type = this.#groups.fields.text(group.row, 'type') ?? 'client-address';
    if (type !== 'client-address') return packet.application?.[type];
    const methods = this.#groups.fields.get(group.row, 'method');
    const method = methods instanceof DataList ? methods.find([type]) : undefined;
    const length = method && fieldsOf(method.schema).number(method, 'prefix-length');
    return length === undefined ? packet.sourceAddress : maskAddress(packet.sourceAddress, length);
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
    const { fields } = this.#groups;
    const primary = wanted ?? fields.text(group.row, 'server-farm');
    const backup = fields.text(group.row, 'backup-server-farm');
    const ready = group.servers.filter(({ state }) => state === 'in-service');
    const first = ready.filter(({ farm }) => farm === primary);
    const servers = first.length > 0 ? first : ready.filter(({ farm }) => farm === backup);
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
    const virtual = this.#groups.fields.text(group.row, 'virtual-address') ?? '';
    return this.#store.owner(server) ?? this.#store.owner(virtual);
  }
}
