/**
 * Operations on the database that set up a port for a VM and put it back (ovs-vswitchd.conf.db(5)).
 *
 * The port itself keeps, in its external_ids, which VM it is set up for and what it was set to before.
 */
import type { OvsdbOperation } from './ovsdb-client.ts';
import { isRow, mapOf, setOf } from './ovsdb-value.ts';
import type { Atom } from './ovsdb-value.ts';
import type { Limit, PortSettings, VlanSettings } from './port-settings.ts';
import { BEFORE_KEY, VM_KEY } from './switch-view.ts';
import type { PortColumns, SwitchPort, SwitchView } from './switch-view.ts';

/** external_ids:sami-vlan-ID is the name of a VLAN: the switch itself has no names for them. */
const VLAN_NAME = /^sami-vlan-\d+$/;

/** Sets the port up for the VM, whatever the plane has set it up for before. See {@link removeQos}. */
export function setUpPort(
  view: SwitchView,
  port: SwitchPort,
  id: string,
  settings: PortSettings,
): readonly OvsdbOperation[] {
  const before = columnsBefore(port);
  const qos = settings.download ? newQos(id, settings.download) : undefined;
  const columns: PortColumns = {
    ...kept(view, before),
    ...(settings.vlans ? vlanColumns(settings.vlans) : {}),
    ...(settings.upload ? policing(settings.upload) : {}),
  };
  const marks = {
    [VM_KEY]: id,
    [BEFORE_KEY]: JSON.stringify(before),
    ...vlanNames(settings.vlans),
  };
  return [
    ...(qos?.operations ?? []),
    ...updatePort(port, columns, qos?.reference),
    ...markPort(port, marks),
  ];
}

/** Puts the port back to what it was set to before. */
export function restorePort(view: SwitchView, port: SwitchPort): readonly OvsdbOperation[] {
  return [...updatePort(port, kept(view, columnsBefore(port)), undefined), ...markPort(port, {})];
}

/** Takes away the rows that the plane has made for a VM; no port may refer to them in the end. */
export function removeQos(view: SwitchView, id: string): readonly OvsdbOperation[] {
  return view.own
    .filter(({ vm }) => vm === id)
    .map(({ table, uuid }) => ({ op: 'delete', table, where: isRow(uuid) }));
}

function columnsBefore(port: SwitchPort): PortColumns {
  const noted = port.externalIds.get(BEFORE_KEY);
  if (noted !== undefined && port.externalIds.has(VM_KEY)) {
    try {
      return JSON.parse(noted) as PortColumns;
    } catch {
      // Not what the plane has written: the port is taken as it is.
    }
  }
  const { tag, trunks, vlanMode, qos, policingRate, policingBurst } = port;
  return { tag, trunks, vlanMode, qos, policingRate, policingBurst };
}

/** A row of table QoS may have been deleted since. */
function kept(view: SwitchView, columns: PortColumns): PortColumns {
  const { qos } = columns;
  return qos !== undefined && view.qos.has(qos) ? columns : { ...columns, qos: undefined };
}

function updatePort(
  port: SwitchPort,
  columns: PortColumns,
  newQos: Atom | undefined,
): readonly OvsdbOperation[] {
  const { tag, trunks, vlanMode, qos, policingRate, policingBurst } = columns;
  const reference = newQos ?? (qos === undefined ? undefined : (['uuid', qos] as const));
  const row = {
    tag: optional(tag),
    trunks: setOf(trunks),
    vlan_mode: optional(vlanMode),
    qos: optional(reference),
  };
  const limits = { ingress_policing_rate: policingRate, ingress_policing_burst: policingBurst };
  return [
    { op: 'update', table: 'Port', where: isRow(port.uuid), row },
    ...port.interfaces
      .slice(0, 1)
      .map(({ uuid }) => ({ op: 'update', table: 'Interface', where: isRow(uuid), row: limits })),
  ];
}

function optional(value: Atom | undefined): unknown {
  return value ?? setOf([]);
}

function vlanColumns({
  untagged,
  tagged,
}: VlanSettings): Pick<PortColumns, 'tag' | 'trunks' | 'vlanMode'> {
  if (untagged === undefined) return { tag: undefined, trunks: tagged, vlanMode: 'trunk' };
  if (tagged.length === 0) return { tag: untagged, trunks: [], vlanMode: 'access' };
  return { tag: untagged, trunks: tagged, vlanMode: 'native-untagged' };
}

function vlanNames(vlans: VlanSettings | undefined): Readonly<Record<string, string>> {
  const names = [...(vlans?.names ?? [])];
  return Object.fromEntries(names.map(([vlan, name]) => [`sami-vlan-${vlan}`, name]));
}

/** In kbit/s and kbit; rounded up, so that no limit becomes none. */
function policing({ rate, burst = 0 }: Limit): Pick<PortColumns, 'policingRate' | 'policingBurst'> {
  return {
    policingRate: Math.ceil((rate * 8) / 1000),
    policingBurst: Math.ceil((burst * 8) / 1000),
  };
}

/** All that goes to the port is in queue 0. Rates are in bit/s, bursts in bit. */
function newQos(
  id: string,
  { rate, burst }: Limit,
): { readonly operations: readonly OvsdbOperation[]; readonly reference: Atom } {
  const limits = {
    'max-rate': String(rate * 8),
    ...(burst === undefined ? {} : { burst: String(burst * 8) }),
  };
  const external_ids = mapOf({ [VM_KEY]: id });
  const name = Buffer.from(id).toString('hex');
  const queue = `queue_${name}`;
  const qos = `qos_${name}`;
  return {
    reference: ['named-uuid', qos],
    operations: [
      {
        op: 'insert',
        table: 'Queue',
        'uuid-name': queue,
        row: { other_config: mapOf(limits), external_ids },
      },
      {
        op: 'insert',
        table: 'QoS',
        'uuid-name': qos,
        row: {
          type: 'linux-htb',
          other_config: mapOf(limits),
          queues: ['map', [[0, ['named-uuid', queue]]]],
          external_ids,
        },
      },
    ],
  };
}

/** Other keys stay as they are. */
function markPort(
  port: SwitchPort,
  marks: Readonly<Record<string, string>>,
): readonly OvsdbOperation[] {
  const old = [...port.externalIds.keys()].filter(
    (key) => key === VM_KEY || key === BEFORE_KEY || VLAN_NAME.test(key),
  );
  const mutations = [
    ['external_ids', 'delete', setOf(old)],
    ['external_ids', 'insert', mapOf(marks)],
  ];
  return [{ op: 'mutate', table: 'Port', where: isRow(port.uuid), mutations }];
}
