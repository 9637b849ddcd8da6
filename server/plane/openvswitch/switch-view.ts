/** The ports of one bridge of Open vSwitch as its database has them (ovs-vswitchd.conf.db(5)). */
import { childValue } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import { vmId } from '../../../src/sami/index.ts';
import { namedPort } from '../kit/vm-port.ts';
import type { OvsdbOperation, OvsdbResult, OvsdbRow } from './ovsdb-client.ts';
import { elements, pairs, references, uuid } from './ovsdb-value.ts';

/** What a port is set to, as far as the plane changes it. */
export interface PortColumns {
  readonly tag: number | undefined;
  readonly trunks: readonly number[];
  readonly vlanMode: string | undefined;
  /** Row of table QoS. */
  readonly qos: string | undefined;
  /** Of its first interface: kbit/s and kbit; 0 for no limit. */
  readonly policingRate: number;
  readonly policingBurst: number;
}

export interface SwitchPort extends PortColumns {
  readonly uuid: string;
  readonly name: string;
  readonly externalIds: ReadonlyMap<string, string>;
  readonly interfaces: readonly SwitchInterface[];
}

export interface SwitchInterface {
  readonly uuid: string;
  /** '' is the same as 'system'. */
  readonly type: string;
  readonly externalIds: ReadonlyMap<string, string>;
}

/** A row of table QoS or Queue that the plane has made. */
export interface OwnRow {
  readonly table: 'QoS' | 'Queue';
  readonly uuid: string;
  readonly vm: string;
}

/** On ports and on rows of QoS and Queue: the VM they are for. */
export const VM_KEY = 'sami-vm';
/** On ports: what they were set to before. */
export const BEFORE_KEY = 'sami-before';

export class SwitchView {
  readonly ports: readonly SwitchPort[];
  readonly own: readonly OwnRow[];
  /** All rows of table QoS. */
  readonly qos: ReadonlySet<string>;

  private constructor(
    ports: readonly SwitchPort[],
    own: readonly OwnRow[],
    qos: ReadonlySet<string>,
  ) {
    this.ports = ports;
    this.own = own;
    this.qos = qos;
  }

  /** Operations whose results {@link from} takes. */
  static query(bridge: string): readonly OvsdbOperation[] {
    const select = (table: string, columns: readonly string[], where: unknown = []) => ({
      op: 'select',
      table,
      where,
      columns,
    });
    return [
      select('Bridge', ['ports'], [['name', '==', bridge]]),
      select('Port', [
        ...['_uuid', 'name', 'interfaces', 'tag', 'trunks', 'vlan_mode', 'qos', 'external_ids'],
      ]),
      select('Interface', [
        ...['_uuid', 'type', 'external_ids', 'ingress_policing_rate', 'ingress_policing_burst'],
      ]),
      select('QoS', ['_uuid', 'external_ids']),
      select('Queue', ['_uuid', 'external_ids']),
    ];
  }

  /** Undefined when there is no such bridge. */
  static from(results: readonly OvsdbResult[]): SwitchView | undefined {
    const [bridges, ports, interfaces, qos, queues] = results.map(({ rows = [] }) => rows);
    const [bridge] = bridges ?? [];
    if (!bridge) return undefined;
    const mine = new Set(references(bridge['ports']));
    const byId = new Map((interfaces ?? []).map((row) => [uuid(row['_uuid']), row]));
    const found = (ports ?? [])
      .filter((row) => mine.has(uuid(row['_uuid'])))
      .map((row) => portFrom(row, byId));
    const own = [...ownRows('QoS', qos ?? []), ...ownRows('Queue', queues ?? [])];
    return new SwitchView(found, own, new Set((qos ?? []).map((row) => uuid(row['_uuid']))));
  }

  port(name: string): SwitchPort | undefined {
    return this.ports.find((port) => port.name === name);
  }

  /**
   * The port of a VM: the one that `vm/port` names, else the one whose interface hypervisors have marked with
   * the VM's identifier or link-layer address (external_ids:vm-id, :iface-id or :attached-mac).
   */
  portOf(vm: Branch): SwitchPort | undefined {
    const named = namedPort(vm);
    if (named !== undefined) return this.port(named);
    const id = vmId(vm);
    const mac = (childValue(vm, 'mac-address') as string | undefined)?.toLowerCase();
    const marked = (test: (ids: ReadonlyMap<string, string>) => boolean): SwitchPort | undefined =>
      this.ports.find(({ interfaces }) => interfaces.some((it) => test(it.externalIds)));
    return (
      marked((ids) => ids.get('vm-id') === id || ids.get('iface-id') === id) ??
      marked((ids) => mac !== undefined && ids.get('attached-mac')?.toLowerCase() === mac)
    );
  }

  /** The port that the plane has set up for a VM. */
  heldBy(id: string): SwitchPort | undefined {
    return this.ports.find(({ externalIds }) => externalIds.get(VM_KEY) === id);
  }
}

function portFrom(row: OvsdbRow, interfaces: ReadonlyMap<string, OvsdbRow>): SwitchPort {
  const rows = references(row['interfaces']).flatMap((id) => {
    const found = interfaces.get(id);
    return found ? [found] : [];
  });
  return {
    uuid: uuid(row['_uuid']),
    name: String(row['name']),
    tag: elements(row['tag'])[0] as number | undefined,
    trunks: elements(row['trunks']) as readonly number[],
    vlanMode: elements(row['vlan_mode'])[0] as string | undefined,
    qos: references(row['qos'])[0],
    policingRate: Number(rows[0]?.['ingress_policing_rate'] ?? 0),
    policingBurst: Number(rows[0]?.['ingress_policing_burst'] ?? 0),
    externalIds: pairs(row['external_ids']),
    interfaces: rows.map((it) => ({
      uuid: uuid(it['_uuid']),
      type: String(it['type']),
      externalIds: pairs(it['external_ids']),
    })),
  };
}

function ownRows(table: OwnRow['table'], rows: readonly OvsdbRow[]): readonly OwnRow[] {
  return rows.flatMap((row) => {
    const vm = pairs(row['external_ids']).get(VM_KEY);
    return vm === undefined ? [] : [{ table, uuid: uuid(row['_uuid']), vm }];
  });
}
