/** What the data planes say of themselves and of each VM (`sami:sami/device`, `sami:sami/vm/table`). */
import { DataList, childNode } from '../../src/data/index.ts';
import type { Branch, Selection } from '../../src/data/index.ts';
import { SAMI_NAMESPACE } from '../../src/sami/index.ts';
import type { ContainerNode } from '../../src/yang/index.ts';
import type { DataPlane } from '../plane/plane.ts';
import { buildBranch } from './build-branch.ts';

export interface DeviceStateOptions {
  readonly planes: readonly DataPlane[];
  readonly bootId: string;
  /** What is asked for; undefined for everything. */
  readonly wanted: Selection | undefined;
}

/** The container `device`. Planes are only asked to count when somebody wants to know. */
export async function deviceState(
  node: ContainerNode,
  { planes, bootId, wanted }: DeviceStateOptions,
): Promise<Branch> {
  const counted = !wanted || wanted.selects(childNode(node, 'kind', SAMI_NAMESPACE));
  const usage = counted ? (await Promise.all(planes.map((plane) => plane.usage()))).flat() : [];
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
