/** Error paths to a VM and to what is below it (RFC 6241, section 4.3). */
import { pathStep } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import type { PathStep } from '../../../../src/error/index.ts';
import { vmId } from '../../../../src/sami/index.ts';
import type { DataSchemaNode, ListNode } from '../../../../src/yang/index.ts';

type Path = readonly PathStep[];

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

export function reservationPath(vm: Branch, kind: string): Path {
  const [top, entry] = vmPath(vm);
  if (!top || !entry) return [];
  const module = { namespace: top.namespace, module: top.module };
  return [top, entry, { ...module, name: 'reservation', keys: [['kind', kind]] }];
}

export function inFlightPath(vm: Branch): Path {
  const [top, entry] = vmPath(vm);
  if (!top || !entry) return [];
  const module = { namespace: top.namespace, module: top.module };
  return [top, entry, { ...module, name: 'in-flight' }, { ...module, name: 'action' }];
}
