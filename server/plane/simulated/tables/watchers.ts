/**
 * Who is told of changes in the tables, per VM.
 *
 * A change of volatile values alone is not told. Tables that change with nearly every packet are told
 * of at intervals, and completely before a freeze takes effect.
 */
import type { Branch } from '../../../../src/data/index.ts';
import { changesState } from '../../../../src/sami/index.ts';
import type { LeafValue } from '../../../../src/yang/index.ts';
import type { Clock, Timer } from '../../../../src/util/index.ts';
import type { TableChange, Watch } from '../../plane.ts';
import type { TableSchema } from '../../kit/catalog.ts';

type OnChange = (change: TableChange) => void;

/** How long changes of a table that is told of at intervals may wait. */
const INTERVAL_MS = 200;

const TOLD_AT_INTERVALS: ReadonlySet<string> = new Set(['cumulative-accounting']);

export class Watchers {
  readonly #clock: Clock;
  readonly #byVm = new Map<string, Set<OnChange>>();
  readonly #waiting = new Map<string, Map<string, TableChange>>();
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  watch(vm: string, onChange: OnChange): Watch {
    const watchers = this.#byVm.get(vm) ?? new Set();
    this.#byVm.set(vm, watchers);
    watchers.add(onChange);
    return {
      close: () => {
        watchers.delete(onChange);
        if (watchers.size === 0 && this.#byVm.get(vm) === watchers) this.#byVm.delete(vm);
        return Promise.resolve();
      },
    };
  }

  tell(
    vm: string,
    table: TableSchema,
    before: Branch | undefined,
    after: Branch | undefined,
  ): void {
    if (!this.#byVm.has(vm)) return;
    if (before && after && !changesState(before, after)) return;
    const row = after ?? before;
    if (!row) return;
    const change: TableChange = { kind: after ? 'set' : 'remove', list: table.list, row };
    if (TOLD_AT_INTERVALS.has(table.kind.name)) this.#wait(vm, table, change, row);
    else this.#send(vm, change);
  }

  /** Tells what is still waiting for its interval to end, of one VM or of all. */
  flush(vm?: string): void {
    for (const id of vm === undefined ? [...this.#waiting.keys()] : [vm]) {
      const changes = this.#waiting.get(id);
      this.#waiting.delete(id);
      for (const change of changes?.values() ?? []) this.#send(id, change);
    }
  }

  close(): void {
    this.#timer?.cancel();
    this.#byVm.clear();
    this.#waiting.clear();
  }

  #send(vm: string, change: TableChange): void {
    for (const onChange of this.#byVm.get(vm) ?? []) onChange(change);
  }

  #wait(vm: string, table: TableSchema, change: TableChange, row: Branch): void {
    const changes = this.#waiting.get(vm) ?? new Map<string, TableChange>();
    this.#waiting.set(vm, changes);
    const keys = table.list.keys.map((key) => key.type.canonical(row.slots[key.slot] as LeafValue));
    changes.set(`${table.path} ${keys.join(' ')}`, change);
    this.#timer ??= this.#clock.setTimer(INTERVAL_MS, () => {
      this.#timer = undefined;
      this.flush();
    });
  }
}
