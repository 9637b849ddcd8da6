/**
 * Reads VMs for `get` (RFC 6241, section 7.7): configuration from running, tables that belong to a data
 * plane from there, entry by entry as it delivers them, with the keys of the filter handed down.
 */
import { encodeBranch, encodeChildren, keyProbe, keysOf } from '../../src/data/index.ts';
import type { Branch, DataList, ListSelection, Selection } from '../../src/data/index.ts';
import { modeOf } from '../../src/sami/index.ts';
import type { Kind } from '../../src/sami/index.ts';
import type { XmlWriter } from '../../src/xml/index.ts';
import type { LeafValue, ListNode, SchemaContext } from '../../src/yang/index.ts';
import { SamiVm } from '../generated/sami.ts';
import { withTableState } from '../monitoring/device-state.ts';
import { planeFailure } from '../plane/plane-failure.ts';
import type { DataPlane, ReadRequest } from '../plane/plane.ts';
import { LazyElement } from './lazy-element.ts';
import { streamChildren } from './stream-branch.ts';

interface OwnedKind {
  readonly kind: Kind;
  readonly plane: DataPlane;
}

export interface VmReaderOptions {
  readonly context: SchemaContext;
  readonly planes: readonly DataPlane[];
}

export class VmReader {
  readonly #context: SchemaContext;
  readonly #planes: readonly DataPlane[];
  readonly #kinds: readonly Kind[];

  constructor({ context, planes }: VmReaderOptions, kinds: readonly Kind[]) {
    this.#context = context;
    this.#planes = planes;
    this.#kinds = kinds;
  }

  /** Writes the selected VMs; without a selection all of them. `around` opens the element around them. */
  async *write(
    writer: XmlWriter,
    vms: DataList,
    selection: ListSelection | undefined,
    around: () => void,
  ): AsyncGenerator<void, void> {
    for (const vm of candidates(vms, selection)) {
      const entry = selection?.entry(vm);
      if (selection && !entry) continue;
      const output = new LazyElement(writer, vms.schema, around);
      const owned = this.#ownedKinds(vm);
      yield* this.#writeConfigured(output, vm, owned, selection, entry);
      for (const { kind, plane } of owned) yield* writeTables(output, vm, kind, plane, entry);
      output.close();
      yield;
    }
  }

  /** Kinds whose tables are the data plane's, because the VM is not in standby. */
  #ownedKinds(vm: Branch): readonly OwnedKind[] {
    if (modeOf(vm) === 'standby') return [];
    return this.#kinds.flatMap((kind) => {
      const plane = this.#planes.find((it) => it.kinds.includes(kind.name));
      return plane && kind.ephemeral ? [{ kind, plane }] : [];
    });
  }

  async *#writeConfigured(
    output: LazyElement,
    vm: Branch,
    owned: readonly OwnedKind[],
    selection: ListSelection | undefined,
    entry: Selection | undefined,
  ): AsyncGenerator<void, void> {
    let configured = owned.reduce((rest, { kind }) => rest.with(kind.container, undefined), vm);
    if (!entry || entry.selects(SamiVm.nodes(this.#context).table)) {
      configured = await withTableState(this.#context, configured, this.#planes);
    }
    const selected = selection ? selection.prune(configured) : configured;
    if (!selected) return;
    output.open();
    yield* streamChildren(output.writer, selected);
  }
}

function candidates(vms: DataList, selection: ListSelection | undefined): Iterable<Branch> {
  if (!selection?.keys) return vms;
  return selection.keys.flatMap((keys) => vms.find(keys) ?? []);
}

async function* writeTables(
  output: LazyElement,
  vm: Branch,
  kind: Kind,
  plane: DataPlane,
  entry: Selection | undefined,
): AsyncGenerator<void, void> {
  const inside = entry?.container(kind.container);
  if (entry && !inside) return;
  const container = new LazyElement(output.writer, kind.container, () => {
    if (!output.open()) return;
    encodeChildren(output.writer, keyProbe(vm.schema as ListNode, keysOf(vm)));
  });
  for (const list of kind.lists) {
    const rows = inside?.list(list);
    if (inside && !rows) continue;
    for await (const batch of readSelected(plane, vm, list, rows)) {
      if (batch.length > 0) container.open();
      for (const row of batch) encodeBranch(output.writer, row);
      yield;
    }
  }
  container.close();
}

async function* readSelected(
  plane: DataPlane,
  vm: Branch,
  list: ListNode,
  selection: ListSelection | undefined,
): AsyncGenerator<readonly Branch[], void> {
  const fixed: readonly (readonly LeafValue[] | undefined)[] = selection?.keys ?? [undefined];
  for (const keys of fixed) {
    for await (const batch of readNaming(plane, keys ? { vm, list, keys } : { vm, list })) {
      yield selection && !selection.all
        ? batch.flatMap((row) => selection.prune(row) ?? [])
        : batch;
    }
  }
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
