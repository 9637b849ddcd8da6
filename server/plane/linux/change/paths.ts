/** Error paths to a VM and to what is below it (RFC 6241, section 4.3). */
import type { Branch } from '../../../../src/data/index.ts';
import type { PathStep } from '../../../../src/error/index.ts';
import { vmId } from '../../../../src/sami/index.ts';
import type { DataSchemaNode, LeafValue, ListNode } from '../../../../src/yang/index.ts';

type Path = readonly PathStep[];

export function vmPath(vm: Branch): Path {
  const list = vm.schema as ListNode;
  return [step(list.dataParent as DataSchemaNode), { ...step(list), keys: [['id', vmId(vm)]] }];
}

/** Path to an entry of a list below the container of a kind, or to a leaf in it. */
export function rowPath(vm: Branch, row: Branch, leaf?: string): Path {
  const list = row.schema as ListNode;
  const keys = list.keys.map(
    (key) => [key.name, key.type.canonical(row.slots[key.slot] as LeafValue)] as const,
  );
  const path = [...vmPath(vm), step(list.dataParent as DataSchemaNode), { ...step(list), keys }];
  return leaf === undefined ? path : [...path, { ...step(list), name: leaf }];
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

function step(node: DataSchemaNode): PathStep {
  return { namespace: node.module.namespace, module: node.module.name, name: node.name };
}
