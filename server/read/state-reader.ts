/** What can be read of the server: its datastores, and operational as running with all state (RFC 8342, section 5.3). */
import { Branch, DataList, emptyBranch } from '../../src/data/index.ts';
import type { Selection, Slot } from '../../src/data/index.ts';
import { RpcErrorException, operationFailed } from '../../src/error/index.ts';
import type { XmlWriter } from '../../src/xml/index.ts';
import type { DataSchemaNode, SchemaContext } from '../../src/yang/index.ts';
import type { Datastores } from '../datastore/datastores.ts';
import type { VmTree } from '../datastore/vm-tree.ts';
import { Sami } from '../generated/sami.ts';
import type { Logger } from '../logger.ts';
import { deviceState } from '../monitoring/device-state.ts';
import type { StateProvider } from '../monitoring/state-provider.ts';
import type { DataPlane } from '../plane/plane.ts';
import { hold, selectionOf } from './held-source.ts';
import { DEFAULT_READ_LIMITS } from './limits.ts';
import type { ReadLimits } from './limits.ts';
import { mergeState } from './merge-state.ts';
import type { ContainerPart, Part, Source } from './source.ts';
import { prune } from './prune.ts';
import { sourceNode } from './state-source.ts';
import type { StateSource } from './state-source.ts';
import { carryOut, finish } from './steps.ts';
import type { Steps } from './steps.ts';
import { vmRows } from './vm-source.ts';
import { writeSource } from './walk.ts';
import type { WalkOptions } from './walk.ts';

export interface StateReaderOptions {
  readonly context: SchemaContext;
  readonly datastores: Datastores;
  readonly planes: readonly DataPlane[];
  /** What the server knows of itself. */
  readonly providers: readonly StateProvider[];
  /** What the program around it adds. */
  readonly state?: readonly StateSource[];
  readonly bootId: string;
  readonly logger: Logger;
  readonly limits?: Partial<ReadLimits> | undefined;
}

interface KnownSource {
  readonly node: DataSchemaNode;
  readonly source: StateSource;
}

export class StateReader {
  readonly limits: ReadLimits;
  readonly #options: StateReaderOptions;
  readonly #state: readonly KnownSource[];

  /** Throws RangeError when a source of state is about nothing in the schema. */
  constructor(options: StateReaderOptions) {
    const { context, state = [], limits } = options;
    this.#options = options;
    this.#state = state.map((source) => ({ node: sourceNode(source, context), source }));
    this.limits = { ...DEFAULT_READ_LIMITS, ...limits };
  }

  /** Running with all state: what `get` reads, and the datastore operational. */
  operational(): Source {
    const { context, datastores, providers } = this.#options;
    const { running, vmTree } = datastores;
    const parts = new Map<DataSchemaNode, Part>();
    for (const provider of providers) {
      const read = (): Promise<Source> => Promise.resolve({ branch: provider.read() });
      parts.set(provider.node, { kind: 'container', read });
    }
    for (const { node } of this.#state) parts.set(node, this.#added(node, running));
    if (vmTree) parts.set(vmTree.top, this.#sami(vmTree, running));
    let branch = running;
    for (const child of context.root.dataChildren) {
      if (parts.has(child)) branch = branch.with(child, undefined);
    }
    return { branch, parts, configured: running };
  }

  /** Writes what the selection leaves of a source; undefined leaves everything. */
  async *write(
    writer: XmlWriter,
    selection: Selection | undefined,
    source = this.operational(),
    options: WalkOptions = {},
  ): AsyncGenerator<void, void> {
    yield* carryOut(this.#steps(writer, selection, source, options));
  }

  /** What the selection leaves of a source, as one tree; resource-denied when that is too much to hold. */
  async tree(selection: Selection | undefined, source = this.operational()): Promise<Branch> {
    const { maxHeldEntries } = this.limits;
    const steps = function* (): Steps<Branch | undefined> {
      const { tree } = yield* hold(source, selection, maxHeldEntries);
      return yield* prune(tree, selection);
    };
    return (await finish(steps())) ?? emptyBranch(source.branch.schema);
  }

  /**
   * Running with the state of one container or list at the top, without what planes have in their tables: what
   * actions and conditions are evaluated in.
   */
  async treeOf(node: DataSchemaNode): Promise<Branch> {
    const { branch, parts = new Map<DataSchemaNode, Part>() } = this.operational();
    const { running, vmTree } = this.#options.datastores;
    const part = parts.get(node);
    const only = part && node !== vmTree?.top ? new Map([[node, part]]) : undefined;
    const held = only && (await this.tree(undefined, { branch, parts: only }));
    return held ? running.with(node, held.get(node)) : running;
  }

  *#steps(
    writer: XmlWriter,
    selection: Selection | undefined,
    source: Source,
    options: WalkOptions,
  ): Steps {
    if (selection?.whole !== true) {
      yield* writeSource(writer, source, selection, options);
      return;
    }
    const held = yield* hold(source, selection, this.limits.maxHeldEntries);
    const pruned = selection.prune(held.tree);
    if (!pruned) return;
    yield* writeSource(writer, held.source, selectionOf(pruned, held.tree), options);
  }

  #added(node: DataSchemaNode, running: Branch): Part {
    const configured = running.get(node);
    const read = async (): Promise<Slot> => {
      let value: Slot = configured;
      for (const { node: other, source } of this.#state) {
        if (other !== node) continue;
        value = mergeState(value, await this.#read(source, node), node);
      }
      return value;
    };
    if (node.kind === 'list') {
      return {
        kind: 'list',
        async *read() {
          const rows = await read();
          if (rows instanceof DataList) yield* rows.batches(100);
        },
      };
    }
    return {
      kind: 'container',
      async read() {
        const branch = await read();
        return branch instanceof Branch ? { branch } : undefined;
      },
    };
  }

  async #read(source: StateSource, node: DataSchemaNode): Promise<Slot> {
    try {
      const content = await source.read();
      if (content === undefined || content instanceof Branch) return content;
      return node.kind === 'list' ? DataList.from(node, content) : undefined;
    } catch (error) {
      if (error instanceof RpcErrorException) throw error;
      this.#options.logger.log('error', 'state-source-failed', { path: source.path, error });
      const message = `the state of ${source.path} cannot be read`;
      throw new RpcErrorException(operationFailed(message), { cause: error });
    }
  }

  #sami(vmTree: VmTree, running: Branch): ContainerPart {
    const { context, planes, bootId } = this.#options;
    const { top, list, kinds } = vmTree;
    return {
      kind: 'container',
      read: (wanted) => {
        const present = running.get(top);
        const sami = present instanceof Branch ? present : emptyBranch(top);
        const { device } = Sami.nodes(context);
        const parts = new Map<DataSchemaNode, Part>();
        const vms = vmTree.vms(running);
        if (vms) parts.set(list, vmRows(vms, { context, planes, kinds }));
        parts.set(device, {
          kind: 'container',
          read: async () => {
            const inside = wanted?.container(device);
            return { branch: await deviceState(context, { planes, bootId, wanted: inside }) };
          },
        });
        return Promise.resolve({ branch: sami.with(list, undefined), parts, configured: sami });
      },
    };
  }
}
