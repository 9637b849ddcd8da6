/** What the bridge has against a change: ports it does not have, VLANs it does not filter, groups it does not snoop. */
import type { Branch } from '../../../src/data/index.ts';
import { operationNotSupported } from '../../../src/error/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import type { TableEdit, VmEdit } from '../kit/driver.ts';
import { kindPath, rowPath } from '../kit/paths.ts';
import { namedPort, portInUse, portUnknown } from '../kit/vm-port.ts';
import type { BridgePort, BridgeView } from './bridge-view.ts';
import { sourcesOf } from './memberships.ts';

export interface CheckSurroundings {
  readonly device: string;
  readonly view: BridgeView;
  readonly portOf: (edit: VmEdit) => BridgePort | undefined;
  /** The VM that has the port, if one has it. */
  readonly holderOf: (port: string) => string | undefined;
}

const ADVICE = 'set vm/port, or give the port the identifier of the VM as its alias';

/** Everything against one edit. A VM that leaves is never held up. */
export function checkVm(edit: VmEdit, surroundings: CheckSurroundings): readonly RpcError[] {
  const { after } = edit;
  if (!after || edit.mode === 'frozen') return [];
  return [
    ...checkPort(after, edit, surroundings),
    ...edit.tables.flatMap((table) => checkTable(after, table, surroundings)),
  ];
}

function checkPort(
  after: Branch,
  edit: VmEdit,
  { device, view, portOf, holderOf }: CheckSurroundings,
): readonly RpcError[] {
  const named = namedPort(after);
  if (named !== undefined && !view.port(named)) {
    return [portUnknown(after, device, ADVICE)];
  }
  const port = portOf(edit);
  const holder = port && holderOf(port.name);
  if (port && holder !== undefined && holder !== edit.id) {
    return [portInUse(after, device, port.name, holder)];
  }
  if (port || edit.tables.every(({ set }) => set.length === 0)) return [];
  return [portUnknown(after, device, ADVICE)];
}

function checkTable(
  vm: Branch,
  { table, set }: TableEdit,
  { device, view }: CheckSurroundings,
): readonly RpcError[] {
  if (set.length === 0) return [];
  const multicast = table.kind.name === 'multicast-membership';
  if (multicast && !view.snooping.enabled) {
    const message = `multicast snooping is off on bridge ${device}`;
    return [operationNotSupported(message, { path: kindPath(vm, table.kind.container) })];
  }
  return set.flatMap(({ after: row }) => {
    const refusal =
      table.fields.number(row, 'vlan-id') !== 0
        ? (['vlan-id', `bridge ${device} does not tell VLANs apart; the VLAN here is 0`] as const)
        : multicast
          ? membershipRefusal(row, table, view)
          : undefined;
    if (!refusal) return [];
    const [leaf, message] = refusal;
    return [operationNotSupported(message, { path: rowPath(vm, row, leaf) })];
  });
}

/** RFC 4541, section 2.1.2: frames to link-local groups always go to all ports. */
function membershipRefusal(
  row: Branch,
  { fields }: TableEdit['table'],
  { snooping }: BridgeView,
): readonly [leaf: string, message: string] | undefined {
  const group = fields.text(row, 'group') ?? '';
  if (group.startsWith('224.0.0.') || group === 'ff02::1') {
    return ['group', `frames to ${group} go to all ports; there is no membership in it`];
  }
  const v6 = group.includes(':');
  const foreign = sourcesOf(fields, row).find((source) => source.includes(':') !== v6);
  if (foreign !== undefined) {
    return ['source-address', `${foreign} cannot send to ${group}`];
  }
  const filters =
    fields.leaf(row, 'filter-mode') === 'include' || sourcesOf(fields, row).length > 0;
  if (!filters) return undefined;
  const [name, version, needed] = v6
    ? (['MLD', snooping.mldVersion, 2] as const)
    : (['IGMP', snooping.igmpVersion, 3] as const);
  if (version >= needed) return undefined;
  return [
    'filter-mode',
    `the bridge snoops ${name} version ${version}; filters by source are in version ${needed}`,
  ];
}
