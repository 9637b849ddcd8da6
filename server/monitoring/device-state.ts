/** What the data planes say of themselves and of each VM (`sami:sami/device`, `sami:sami/vm/table`). */
import { DataList, childNode } from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import { SAMI_NAMESPACE } from '../../src/sami/index.ts';
import type { ContainerNode } from '../../src/yang/index.ts';
import type { DataPlane } from '../plane/plane.ts';
import { buildBranch } from './build-branch.ts';

/** The container `device`. */
export async function deviceState(
  node: ContainerNode,
  planes: readonly DataPlane[],
  bootId: string,
): Promise<Branch> {
  const usage = (await Promise.all(planes.map((plane) => plane.usage()))).flat();
  return buildBranch(node, {
    'boot-id': bootId,
    plane: planes.map((plane) => plane.name).join(',') || 'none',
    kind: usage.map((it) => ({
      name: it.kind,
      limit: it.limit,
      used: it.used,
      reserved: it.reserved,
      feature: it.features.length > 0 ? it.features : undefined,
    })),
  });
}

/** A copy of the VM entry that has its list `table`. */
export async function withTableState(vm: Branch, planes: readonly DataPlane[]): Promise<Branch> {
  const node = childNode(vm.schema, 'table', SAMI_NAMESPACE);
  if (node.kind !== 'list') return vm;
  const tables = (await Promise.all(planes.map((plane) => plane.tables(vm)))).flat();
  if (tables.length === 0) return vm;
  return vm.with(
    node,
    DataList.from(
      node,
      tables.map(({ kind, entries, digest }) => buildBranch(node, { kind, entries, digest })),
    ),
  );
}
