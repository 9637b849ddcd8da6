/** What the switch has against a change: ports it does not have, limits and markings it cannot make. */
import { childNode, pathStep } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import { operationNotSupported } from '../../../src/error/index.ts';
import type { PathStep, RpcError } from '../../../src/error/index.ts';
import type { BranchSchemaNode } from '../../../src/yang/index.ts';
import type { Catalog } from '../kit/catalog.ts';
import type { VmEdit } from '../kit/driver.ts';
import { fieldsOf } from '../kit/fields.ts';
import { rowPath } from '../kit/paths.ts';
import { namedPort, portInUse, portUnknown } from '../kit/vm-port.ts';
import { limitOf, rowsOf } from './port-settings.ts';
import type { Direction } from './port-settings.ts';
import type { SwitchPort, SwitchView } from './switch-view.ts';
import type { TrafficControl } from './traffic-control.ts';

export interface CheckSurroundings {
  readonly catalog: Catalog;
  readonly bridge: string;
  readonly view: SwitchView;
  readonly control: TrafficControl;
  /** The VM that has the port, if one has it. */
  readonly holderOf: (port: string) => string | undefined;
}

/** Interfaces whose traffic the kernel sees. */
const KERNEL_TYPES: readonly string[] = ['', 'system', 'internal', 'tap'];
/** Columns of the database are of 32 bits, in kbit/s. */
const MOST_RATE = 0xffff_ffff * 125;

const ADVICE = 'set vm/port, or external_ids:vm-id, iface-id or attached-mac of its interface';

/** Everything against one edit. A VM that leaves is never held up. */
export function checkVm(edit: VmEdit, surroundings: CheckSurroundings): readonly RpcError[] {
  const { after } = edit;
  if (!after || edit.mode === 'frozen') return [];
  const port = surroundings.view.portOf(after);
  return [
    ...checkPort(edit, after, port, surroundings),
    ...checkProfiles(after, port, surroundings),
  ];
}

/** While a VM is in standby its port may still be missing: it is set up when it appears. */
function checkPort(
  { id, mode, modeBefore, tables }: VmEdit,
  after: Branch,
  port: SwitchPort | undefined,
  { bridge, holderOf }: CheckSurroundings,
): readonly RpcError[] {
  const holder = port && holderOf(port.name);
  if (port && holder !== undefined && holder !== id) {
    return [portInUse(after, bridge, port.name, holder)];
  }
  const arrives = mode === 'learning' && modeBefore !== 'learning';
  if (port || mode === 'standby' || (!arrives && tables.length === 0)) return [];
  if (namedPort(after) === undefined && !tables.some(({ set }) => set.length > 0)) return [];
  return [portUnknown(after, bridge, ADVICE)];
}

function checkProfiles(
  vm: Branch,
  port: SwitchPort | undefined,
  surroundings: CheckSurroundings,
): readonly RpcError[] {
  const profiles = rowsOf(surroundings.catalog, vm, 'profile');
  const errors = profiles.flatMap((profile) => checkProfile(vm, profile, port, surroundings));
  for (const direction of ['upload', 'download'] as const) {
    const [, second] = profiles.filter((profile) => limitOf(profile, direction) !== undefined);
    if (!second) continue;
    const message = 'a port has one limit in each direction, and another profile sets it';
    errors.push(refusal(message, rowPath(vm, second, direction)));
  }
  return errors;
}

function checkProfile(
  vm: Branch,
  profile: Branch,
  port: SwitchPort | undefined,
  { control, catalog }: CheckSurroundings,
): RpcError[] {
  const fields = fieldsOf(profile.schema);
  const errors: RpcError[] = [];
  for (const leaf of ['priority', 'dscp'] as const) {
    if (fields.get(profile, leaf) === undefined) continue;
    const message = 'the switch can mark what it sends to the VM, not what comes from it';
    errors.push(refusal(message, rowPath(vm, profile, leaf)));
  }
  const vlan = fields.number(profile, 'vlan-id');
  const vlans = rowsOf(catalog, vm, 'vlan').map((row) =>
    fieldsOf(row.schema).number(row, 'vlan-id'),
  );
  if (vlan !== undefined && (vlans.length !== 1 || vlans[0] !== vlan)) {
    const message = 'limits are those of the whole port, and it is not in this VLAN alone';
    errors.push(refusal(message, rowPath(vm, profile, 'vlan-id')));
  }
  for (const direction of ['upload', 'download'] as const) {
    const found = limitRefusal(profile, direction, port, control);
    if (!found) continue;
    const [leaf, message] = found;
    const bandwidth = fields.branch(profile, direction)?.schema as BranchSchemaNode;
    const step = pathStep(childNode(bandwidth, leaf));
    errors.push(refusal(message, [...rowPath(vm, profile, direction), step]));
  }
  return errors;
}

function limitRefusal(
  profile: Branch,
  direction: Direction,
  port: SwitchPort | undefined,
  control: TrafficControl,
): readonly [leaf: string, message: string] | undefined {
  const bandwidth = fieldsOf(profile.schema).branch(profile, direction);
  if (bandwidth && fieldsOf(bandwidth.schema).get(bandwidth, 'guaranteed-rate') !== undefined) {
    return ['guaranteed-rate', 'a port has one queue; no rate can be kept free for it'];
  }
  const limit = limitOf(profile, direction);
  if (!limit) return undefined;
  if (!control[direction]) {
    const needs = direction === 'upload' ? 'cls_basic and act_police' : 'sch_htb';
    return ['rate', `the kernel cannot limit it (tc(8); it needs ${needs})`];
  }
  if (limit.rate > MOST_RATE) return ['rate', `the most that can be set is ${MOST_RATE}`];
  const type = port?.interfaces[0]?.type ?? '';
  if (KERNEL_TYPES.includes(type)) return undefined;
  return ['rate', `an interface of type "${type}" is out of reach of the kernel's limits`];
}

function refusal(message: string, path: readonly PathStep[]): RpcError {
  return operationNotSupported(message, { path });
}
