/**
 * VMs as `get` shows them (RFC 6241, section 7.7): configuration from running; tables that belong to a data plane
 * from there, entry by entry as it delivers them, with the keys of the filter handed down.
 */
import { emptyBranch } from '../../src/data/index.ts';
import type { Branch, DataList, ListSelection } from '../../src/data/index.ts';
import { modeOf } from '../../src/sami/index.ts';
import type { Kind } from '../../src/sami/index.ts';
import type { DataSchemaNode, LeafValue, ListNode, SchemaContext } from '../../src/yang/index.ts';
import { SamiVm } from '../generated/sami.ts';
import { withTableState } from '../monitoring/device-state.ts';
import { planeFailure } from '../plane/plane-failure.ts';
import type { DataPlane, ReadRequest } from '../plane/plane.ts';
import { candidates } from './source.ts';
import type { ContainerPart, ListPart, Part, Source } from './source.ts';

export interface VmSourceOptions {
  readonly context: SchemaContext;
  readonly planes: readonly DataPlane[];
  readonly kinds: readonly Kind[];
}

/** The VMs of running with what the planes know of them. */
export function vmRows(vms: DataList, options: VmSourceOptions): ListPart {
  return {
    kind: 'list',
    async *read(wanted) {
      for (const vm of candidates(vms, wanted)) {
        if (wanted && !wanted.all && !wanted.entry(vm)) continue;
        yield [await vmSource(vm, wanted, options)];
      }
    },
  };
}

async function vmSource(
  vm: Branch,
  wanted: ListSelection | undefined,
  { context, planes, kinds }: VmSourceOptions,
): Promise<Source> {
  const owned = ownedKinds(vm, kinds, planes);
  const rest = owned.reduce((left, { kind }) => left.with(kind.container, undefined), vm);
  const { table } = SamiVm.nodes(context);
  const isCounted = !wanted || wanted.all || wanted.entry(vm)?.selects(table) === true;
  const branch = isCounted ? await withTableState(context, rest, planes) : rest;
  const parts = new Map<DataSchemaNode, Part>(
    owned.map(({ kind, plane }) => [kind.container, kindPart(vm, kind, plane)]),
  );
  return { branch, parts, configured: vm };
}

interface OwnedKind {
  readonly kind: Kind;
  readonly plane: DataPlane;
}

/** Kinds whose tables are the data plane's, because the VM is not in standby. */
function ownedKinds(
  vm: Branch,
  kinds: readonly Kind[],
  planes: readonly DataPlane[],
): readonly OwnedKind[] {
  if (modeOf(vm) === 'standby') return [];
  return kinds.flatMap((kind) => {
    const plane = planes.find((it) => it.kinds.includes(kind.name));
    return plane && kind.ephemeral ? [{ kind, plane }] : [];
  });
}

/** What a plane has in its tables it has learned (RFC 8342, section 5.3.4). */
function kindPart(vm: Branch, kind: Kind, plane: DataPlane): ContainerPart {
  const parts = new Map<DataSchemaNode, Part>(
    kind.lists.map((list) => [list, tablePart(vm, list, plane)]),
  );
  const source: Source = { branch: emptyBranch(kind.container), parts, origin: 'learned' };
  return { kind: 'container', read: () => Promise.resolve(source) };
}

function tablePart(vm: Branch, list: ListNode, plane: DataPlane): ListPart {
  return {
    kind: 'list',
    async *read(wanted) {
      const fixed: readonly (readonly LeafValue[] | undefined)[] = wanted?.keys ?? [undefined];
      for (const keys of fixed) {
        yield* readNaming(plane, keys ? { vm, list, keys } : { vm, list });
      }
    },
  };
}

/** Reads; when the plane breaks down meanwhile, the client learns which one. */
async function* readNaming(
  plane: DataPlane,
  request: ReadRequest,
): AsyncGenerator<readonly Branch[], void> {
  try {
    yield* plane.read(request);
  } catch (error) {
    throw planeFailure(plane, error);
  }
}
