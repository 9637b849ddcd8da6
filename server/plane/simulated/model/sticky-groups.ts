/**
 * The sticky groups of a balancer (K12): for which packets they are and who serves. Each VM that takes part
 * in a group has it in its configuration; together they say who its real servers are.
 */
import { DataList } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import type { TableSchema } from '../../kit/catalog.ts';
import { fieldsOf } from '../../kit/fields.ts';
import type { TableStore } from '../tables/table-store.ts';
import type { VmState } from '../tables/vm-state.ts';
import type { Packet } from './packet.ts';
import { maskAddress } from './prefix.ts';
import { storesData } from './sticky-data.ts';

export interface Server {
  readonly farm: string;
  readonly address: string;
  /** 0 for the port that the client addressed. */
  readonly port: number;
  readonly weight: number;
  readonly state: string;
}

export interface Group {
  readonly row: Branch;
  readonly name: string;
  readonly virtualAddress: string;
  /** Absent in a group that only counts. */
  readonly farm: string | undefined;
  readonly backupFarm: string | undefined;
  readonly stickyOnBackup: boolean;
  /** Seconds for which a client is remembered. */
  readonly lifetime: number;
  /** Whether it is forgotten even while it has connections. */
  readonly timesOutActive: boolean;
  readonly servers: readonly Server[];
  readonly holders: readonly VmState[];
}

export class StickyGroups {
  readonly #schema: TableSchema;
  readonly #store: TableStore;
  /** Undefined until asked for again, after groups have changed. */
  #virtual: ReadonlySet<string> | undefined;

  constructor(schema: TableSchema, store: TableStore) {
    this.#schema = schema;
    this.#store = store;
    const forget = (): void => void (this.#virtual = undefined);
    store.listen({
      changed: (_, changed) => {
        if (changed === schema) forget();
      },
      dropped: forget,
    });
  }

  named(name: string): Group | undefined {
    return this.#find((row) => this.#schema.fields.text(row, 'name') === name)[0];
  }

  /** The group that says where a packet goes. */
  balancing(packet: Packet): Group | undefined {
    if (!this.#isVirtual(packet.destinationAddress)) return undefined;
    const balances = (row: Branch): boolean =>
      this.#schema.fields.get(row, 'server-farm') !== undefined;
    return this.#find((row) => balances(row) && this.#isTo(row, packet))[0];
  }

  /** Groups that keep something of the client of a packet. */
  counting(packet: Packet): readonly Group[] {
    if (!this.#isVirtual(packet.destinationAddress)) return [];
    return this.#find((row) => storesData(row) && this.#isTo(row, packet));
  }

  /** What the sender of a packet is recognised by; undefined when it has not said it. */
  clientOf({ row }: Group, packet: Packet): string | undefined {
    const { fields } = this.#schema;
    const type = fields.text(row, 'type') ?? 'client-address';
    if (type !== 'client-address') return packet.application?.[type];
    const methods = fields.get(row, 'method');
    const method = methods instanceof DataList ? methods.find([type]) : undefined;
    const length = method && fieldsOf(method.schema).number(method, 'prefix-length');
    return length === undefined ? packet.sourceAddress : maskAddress(packet.sourceAddress, length);
  }

  /** Most packets are to no virtual address. */
  #isVirtual(address: string): boolean {
    this.#virtual ??= new Set(
      [...this.#store.vms].flatMap((vm) =>
        [...vm.table(this.#schema).rows].map(
          (row) => this.#schema.fields.text(row, 'virtual-address') ?? '',
        ),
      ),
    );
    return this.#virtual.has(address);
  }

  #isTo(group: Branch, { destinationAddress, destinationPort, protocol }: Packet): boolean {
    const { fields } = this.#schema;
    if (fields.text(group, 'virtual-address') !== destinationAddress) return false;
    const port = fields.number(group, 'virtual-port');
    const wanted = fields.number(group, 'protocol');
    return (
      (port === undefined || port === destinationPort) &&
      (wanted === undefined || wanted === protocol)
    );
  }

  /** By name, each once, with what the VMs in operation say of it. */
  #find(wanted: (row: Branch) => boolean): readonly Group[] {
    const found = new Map<string, { vm: VmState; row: Branch }[]>();
    for (const vm of this.#store.vms) {
      if (vm.mode !== 'learning') continue;
      vm.table(this.#schema).rows.forEach((row) => {
        if (!wanted(row)) return;
        const name = this.#schema.fields.text(row, 'name') ?? '';
        found.set(name, [...(found.get(name) ?? []), { vm, row }]);
      });
    }
    return [...found].flatMap(([name, held]) => this.#join(name, held));
  }

  #join(name: string, held: readonly { vm: VmState; row: Branch }[]): readonly Group[] {
    const [first] = held;
    if (!first) return [];
    const { row } = first;
    const { fields } = this.#schema;
    const servers = new Map<string, Server>();
    for (const one of held) {
      for (const server of this.#servers(one.row)) {
        servers.set(`${server.farm} ${server.address} ${server.port}`, server);
      }
    }
    const group: Group = {
      row,
      name,
      virtualAddress: fields.text(row, 'virtual-address') ?? '',
      farm: fields.text(row, 'server-farm'),
      backupFarm: fields.text(row, 'backup-server-farm'),
      stickyOnBackup: fields.leaf(row, 'sticky-on-backup') === true,
      lifetime: Number(fields.leaf(row, 'timeout') ?? 86_400),
      timesOutActive: fields.leaf(row, 'timeout-active-connections') === true,
      servers: [...servers.values()],
      holders: held.map(({ vm }) => vm),
    };
    return [group];
  }

  #servers(group: Branch): readonly Server[] {
    const list = this.#schema.fields.get(group, 'real-server');
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
}
