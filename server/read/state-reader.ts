/** The content of the reply to `get`: running and all state (RFC 6241, section 7.7). */
import { Branch } from '../../src/data/index.ts';
import type { Selection, Slot } from '../../src/data/index.ts';
import type { XmlWriter } from '../../src/xml/index.ts';
import type { DataSchemaNode, SchemaContext } from '../../src/yang/index.ts';
import type { Datastores } from '../datastore/datastores.ts';
import type { VmTree } from '../datastore/vm-tree.ts';
import { Sami } from '../generated/sami.ts';
import { deviceState } from '../monitoring/device-state.ts';
import type { StateProvider } from '../monitoring/state-provider.ts';
import type { DataPlane } from '../plane/plane.ts';
import { LazyElement } from './lazy-element.ts';
import { streamChildren } from './stream-branch.ts';
import { VmReader } from './vm-reader.ts';

export interface StateReaderOptions {
  readonly context: SchemaContext;
  readonly datastores: Datastores;
  readonly planes: readonly DataPlane[];
  readonly providers: readonly StateProvider[];
  readonly bootId: string;
}

export class StateReader {
  readonly #options: StateReaderOptions;
  readonly #vmReader: VmReader;

  constructor(options: StateReaderOptions) {
    this.#options = options;
    this.#vmReader = new VmReader(options, options.datastores.vmTree?.kinds ?? []);
  }

  /** Writes what the filter selects; undefined selects everything. */
  async *write(writer: XmlWriter, selection: Selection | undefined): AsyncGenerator<void, void> {
    const { context, datastores } = this.#options;
    const { running, vmTree } = datastores;
    for (const child of context.root.dataChildren) {
      if (selection && !selection.selects(child)) continue;
      if (vmTree && child === vmTree.top) {
        yield* this.#writeSami(writer, vmTree, running, selection);
      } else {
        const value = this.#stateOf(child) ?? running.get(child);
        if (value !== undefined) yield* writeTop(writer, child, value, selection);
      }
    }
  }

  #stateOf(child: DataSchemaNode): Branch | undefined {
    return this.#options.providers.find(({ node }) => node === child)?.read();
  }

  async *#writeSami(
    writer: XmlWriter,
    vmTree: VmTree,
    running: Branch,
    selection: Selection | undefined,
  ): AsyncGenerator<void, void> {
    const inside = selection?.container(vmTree.top);
    if (selection && !inside) return;
    const sami = new LazyElement(writer, vmTree.top);
    const around = await this.#withoutVms(vmTree, running, selection, inside);
    if (around) {
      sami.open();
      yield* streamChildren(writer, around);
    }
    const vms = vmTree.vms(running);
    const rows = inside?.list(vmTree.list);
    if (vms && (rows !== undefined || !inside)) {
      yield* this.#vmReader.write(writer, vms, rows, () => void sami.open());
    }
    sami.close();
  }

  /** The container `sami` with what is selected of it, the VMs left out. */
  async #withoutVms(
    vmTree: VmTree,
    running: Branch,
    selection: Selection | undefined,
    inside: Selection | undefined,
  ): Promise<Branch | undefined> {
    const { context, planes, bootId } = this.#options;
    const present = running.get(vmTree.top);
    let sami = present instanceof Branch ? present : new Branch(vmTree.top, []);
    sami = sami.with(vmTree.list, undefined);
    const { device } = Sami.nodes(context);
    if (device.kind === 'container' && (!inside || inside.selects(device))) {
      const wanted = inside?.container(device);
      sami = sami.with(device, await deviceState(context, { planes, bootId, wanted }));
    }
    if (sami.slots.every((slot) => slot === undefined)) return undefined;
    const root = new Branch(context.root, []).with(vmTree.top, sami);
    const pruned = selection ? selection.prune(root)?.get(vmTree.top) : sami;
    return pruned instanceof Branch ? pruned : undefined;
  }
}

function* writeTop(
  writer: XmlWriter,
  child: DataSchemaNode,
  value: Slot,
  selection: Selection | undefined,
): Generator<void, void> {
  const whole = new Branch(child.dataParent, []).with(child, value);
  const selected = selection ? selection.prune(whole) : whole;
  if (selected) yield* streamChildren(writer, selected);
}
