/** What the data planes say of themselves and of each VM (`sami:sami/device`, `sami:sami/vm/table`). */
import { DataList } from '../../src/data/index.ts';
import type { Branch, Selection } from '../../src/data/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import { SamiDevice, SamiVm, SamiVmTable } from '../generated/sami.ts';
import type { SamiDeviceKind } from '../generated/sami.ts';
import { namingPlane } from '../plane/plane-failure.ts';
import type { DataPlane } from '../plane/plane.ts';

export interface DeviceStateOptions {
  readonly planes: readonly DataPlane[];
  readonly bootId: string;
  /** What is asked for; undefined for everything. */
  readonly wanted: Selection | undefined;
}

/** The container `device`. Planes are only asked to count when somebody wants to know. */
export async function deviceState(
  context: SchemaContext,
  { planes, bootId, wanted }: DeviceStateOptions,
): Promise<Branch> {
  const counted = !wanted || wanted.selects(SamiDevice.nodes(context).kind);
  const kinds = counted ? (await Promise.all(planes.map(kindStates))).flat() : [];
  return SamiDevice.toTree(context, {
    bootId,
    plane: planes.map((plane) => plane.name),
    kind: kinds,
  });
}

async function kindStates(plane: DataPlane): Promise<readonly SamiDeviceKind[]> {
  const [supported, inUse] = await namingPlane(plane, () =>
    Promise.all([plane.support(), plane.use()]),
  );
  return supported.map(({ kind, limit, features }) => {
    const use = inUse.find((it) => it.kind === kind);
    return {
      name: kind,
      plane: plane.name,
      limit,
      used: use?.used,
      reserved: use?.reserved,
      feature: features,
    };
  });
}

/** A copy of the VM entry that has its list `table`. */
export async function withTableState(
  context: SchemaContext,
  vm: Branch,
  planes: readonly DataPlane[],
): Promise<Branch> {
  const { table } = SamiVm.nodes(context);
  const answers = planes.map((plane) => namingPlane(plane, () => plane.tables(vm)));
  const tables = (await Promise.all(answers)).flat();
  if (tables.length === 0 || table.kind !== 'list') return vm;
  const rows = tables.map(({ kind, entries, digest }) =>
    SamiVmTable.toTree(context, { kind, entries: BigInt(entries), digest }),
  );
  return vm.with(table, DataList.from(table, rows));
}
