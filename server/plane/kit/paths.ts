/** Error paths to a VM and to what is below it (RFC 6241, section 4.3). */
import { pathStep } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import type { PathStep } from '../../../src/error/index.ts';
import { vmId } from '../../../src/sami/index.ts';
import type { ContainerNode, DataSchemaNode, ListNode } from '../../../src/yang/index.ts';

type Path = readonly PathStep[];

/** Path to the entry of `/sami:sami/vm`. */
export function vmPath(vm: Branch): Path {
  const list = vm.schema as ListNode;
  const top = list.dataParent as DataSchemaNode;
  return [pathStep(top), { ...pathStep(list), keys: [['id', vmId(vm)]] }];
}

/** Path to an entry of a list below the container of a kind, or to a leaf in it. */
export function rowPath(vm: Branch, row: Branch, leaf?: string): Path {
  const list = row.schema as ListNode;
  const container = list.dataParent as DataSchemaNode;
  const path = [...vmPath(vm), pathStep(container), pathStep(list, row)];
  return leaf === undefined ? path : [...path, { ...pathStep(list), name: leaf }];
}

/** Path to the container of a kind. */
export function kindPath(vm: Branch, container: ContainerNode): Path {
  return [...vmPath(vm), pathStep(container)];
}

export function reservationPath(vm: Branch, kind: string): Path {
  return belowVm(vm, { name: 'reservation', keys: [['kind', kind]] });
}

export function inFlightPath(vm: Branch): Path {
  return belowVm(vm, { name: 'in-flight' }, { name: 'action' });
}

function belowVm(vm: Branch, ...steps: readonly Pick<PathStep, 'name' | 'keys'>[]): Path {
  const { module } = vm.schema as ListNode;
  const named = { namespace: module.namespace, module: module.name };
  return [...vmPath(vm), ...steps.map((step) => ({ ...named, ...step }))];
}
