/** Error paths to a VM and what is below it. */
import { pathStep } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import type { PathStep } from '../../../src/error/index.ts';
import type { DataSchemaNode } from '../../../src/yang/index.ts';
import type { Catalog, TableSchema } from './catalog.ts';

export function vmPath(catalog: Catalog, id: string): readonly PathStep[] {
  const { vm } = catalog;
  return [pathStep(vm.dataParent as DataSchemaNode), { ...pathStep(vm), keys: [['id', id]] }];
}

export function rowPath(
  catalog: Catalog,
  id: string,
  table: TableSchema,
  row: Branch,
): readonly PathStep[] {
  const { list, kind } = table;
  return [...vmPath(catalog, id), pathStep(kind.container), pathStep(list, row)];
}
