/** A data plane for tests: tables in memory, every call recorded, refusals on demand. */
import { DataList } from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import { TableDigest, entriesOf, entryHash, kindsOf, modeOf, vmId } from '../../src/sami/index.ts';
import type { Kind } from '../../src/sami/index.ts';
import type { ListNode } from '../../src/yang/index.ts';
import type {
  DataPlane,
  KindSupport,
  KindUse,
  PreparedChange,
  ReadRequest,
  TableChange,
  TableState,
  VmChange,
  Watch,
} from '../../server/plane/plane.ts';

export class TablePlane implements DataPlane {
  readonly name: string;
  readonly kinds: readonly string[];
  /** Calls in order, such as `prepare vm1:standby>learning`. */
  readonly calls: string[] = [];
  /** Thrown by the next prepare. */
  refuseNext: Error | undefined;
  /** Thrown by the next apply. */
  failNext: Error | undefined;
  /** Thrown by every read, every count and every watch. */
  failReads: Error | undefined;
  /** Awaited by every prepare. */
  gate: Promise<void> = Promise.resolve();
  readonly reads: ReadRequest[] = [];
  readonly #kinds: readonly Kind[];
  /** Calls of several planes, with their names in front. */
  readonly #journal: string[];
  /** By VM and list. */
  readonly #tables = new Map<string, Map<ListNode, DataList>>();
  readonly #watchers = new Map<string, Set<(change: TableChange) => void>>();

  constructor(
    vmList: ListNode,
    kinds: readonly string[] = ['session'],
    { name = 'table', journal = [] }: { readonly name?: string; readonly journal?: string[] } = {},
  ) {
    this.name = name;
    this.#journal = journal;
    this.kinds = kinds;
    this.#kinds = kindsOf(vmList).filter((kind) => kinds.includes(kind.name));
  }

  start(vms: readonly Branch[]): Promise<void> {
    this.#note(`start ${vms.map(describe).join(',')}`.trim());
    return Promise.resolve();
  }

  support(): Promise<readonly KindSupport[]> {
    return Promise.resolve(this.kinds.map((kind) => ({ kind, limit: 1000n, features: [] })));
  }

  use(): Promise<readonly KindUse[]> {
    return Promise.resolve(this.kinds.map((kind) => ({ kind, used: 0n, reserved: 0n })));
  }

  async prepare(changes: readonly VmChange[]): Promise<PreparedChange> {
    await this.gate;
    const text = changes.map(describeChange).join(',');
    const refusal = this.refuseNext;
    this.refuseNext = undefined;
    this.#note(`${refusal ? 'refuse' : 'prepare'} ${text}`);
    if (refusal) throw refusal;
    return {
      apply: () => {
        const failure = this.failNext;
        this.failNext = undefined;
        if (failure) return Promise.reject(failure);
        this.#note(`apply ${text}`);
        for (const change of changes) this.#apply(change);
        return Promise.resolve();
      },
      abort: () => {
        this.#note(`abort ${text}`);
        return Promise.resolve();
      },
    };
  }

  settle(vms: readonly Branch[]): Promise<void> {
    this.#note(`settle ${vms.map(describe).join(',')}`);
    return Promise.resolve();
  }

  async *read(request: ReadRequest): AsyncIterable<readonly Branch[]> {
    this.reads.push(request);
    await Promise.resolve();
    if (this.failReads) throw this.failReads;
    const table = this.#tables.get(vmId(request.vm))?.get(request.list);
    if (!table) return;
    if (request.keys) {
      const row = table.find(request.keys);
      if (row) yield [row];
      return;
    }
    yield* table.batches(100);
  }

  watch(vm: Branch, onChange: (change: TableChange) => void): Promise<Watch> {
    if (this.failReads) return Promise.reject(this.failReads);
    const id = vmId(vm);
    const watchers = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, watchers.add(onChange));
    const close = (): Promise<void> => {
      watchers.delete(onChange);
      return Promise.resolve();
    };
    return Promise.resolve({ close });
  }

  tables(vm: Branch): Promise<readonly TableState[]> {
    if (this.failReads) return Promise.reject(this.failReads);
    const states = this.#kinds.map((kind) => {
      const digest = new TableDigest();
      for (const list of kind.lists) {
        for (const row of this.#tables.get(vmId(vm))?.get(list) ?? []) digest.add(entryHash(row));
      }
      return { kind: kind.name, entries: digest.entries, digest: digest.toString() };
    });
    return Promise.resolve(states);
  }

  close(): Promise<void> {
    this.#note('close');
    return Promise.resolve();
  }

  /** A change that traffic makes. */
  learn(id: string, change: TableChange): void {
    if (change.kind !== 'lost') {
      const tables = this.#tables.get(id) ?? new Map<ListNode, DataList>();
      const table = tables.get(change.list) ?? DataList.empty(change.list);
      tables.set(
        change.list,
        change.kind === 'set' ? table.with(change.row) : table.without(change.row),
      );
      this.#tables.set(id, tables);
    }
    for (const onChange of this.#watchers.get(id) ?? []) onChange(change);
  }

  watcherCount(id: string): number {
    return this.#watchers.get(id)?.size ?? 0;
  }

  #note(call: string): void {
    this.calls.push(call);
    this.#journal.push(`${this.name}: ${call}`);
  }

  #apply({ id, before, after }: VmChange): void {
    if (!after) {
      this.#tables.delete(id);
      return;
    }
    const standby = modeOf(after) === 'standby';
    const tables = this.#tables.get(id) ?? new Map<ListNode, DataList>();
    for (const kind of this.#kinds) {
      for (const list of kind.lists) {
        const entries = entriesOf(after, kind, list);
        if (standby) tables.set(list, entries ?? DataList.empty(list));
        else if (entries) {
          let table = tables.get(list) ?? DataList.empty(list);
          DataList.diff(before && entriesOf(before, kind, list), entries, {
            added: (row) => (table = table.with(row)),
            changed: (_old, row) => (table = table.with(row)),
            removed: () => undefined,
          });
          tables.set(list, table);
        }
      }
    }
    this.#tables.set(id, tables);
  }
}

function describe(vm: Branch): string {
  return `${vmId(vm)}:${modeOf(vm)}`;
}

function describeChange({ id, before, after }: VmChange): string {
  return `${id}:${before ? modeOf(before) : 'absent'}>${after ? modeOf(after) : 'absent'}`;
}
