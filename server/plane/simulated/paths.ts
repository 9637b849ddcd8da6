/** Error paths to a VM and what is below it. */
import type { Branch } from '../../../src/data/index.ts';
import type { PathStep } from '../../../src/error/index.ts';
import type { DataSchemaNode, LeafValue, ListNode } from '../../../src/yang/index.ts';
import type { Catalog, TableSchema } from './catalog.ts';

export function vmPath(catalog: Catalog, id: string): readonly PathStep[] {
  const { vm } = catalog;
  const top = vm.dataParent as DataSchemaNode;
  return [step(top), { ...step(vm), keys: [['id', id]] }];
}

export function rowPath(
  catalog: Catalog,
  id: string,
  table: TableSchema,
  row: Branch,
): readonly PathStep[] {
  const { list, kind } = table;
  return [...vmPath(catalog, id), step(kind.container), { ...step(list), keys: keysOf(list, row) }];
}

function keysOf(list: ListNode, row: Branch): readonly (readonly [string, string])[] {
  return list.keys.map((key) => [key.name, key.type.canonical(row.slots[key.slot] as LeafValue)]);
}

export function step(node: DataSchemaNode): PathStep {
  return { namespace: node.module.namespace, module: node.module.name, name: node.name };
}
