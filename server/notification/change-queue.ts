/**
 * Changes that wait for a reader: the latest of each entry only, so a slow reader costs no more than the
 * table is large, and what it gets at last is true.
 */
import { keysOf } from '../../src/data/index.ts';
import type { LeafValue } from '../../src/yang/index.ts';
import type { TableChange } from '../plane/plane.ts';

export type RowChange = Exclude<TableChange, { readonly kind: 'lost' }>;

export interface PendingChanges {
  readonly changes: readonly RowChange[];
  /** Some have been lost: the reader has to read everything again. */
  readonly lost: boolean;
}

export class ChangeQueue {
  readonly #limit: number;
  #changes = new Map<string, RowChange>();
  #lost = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isEmpty(): boolean {
    return this.#changes.size === 0 && !this.#lost;
  }

  add(change: TableChange): void {
    if (change.kind === 'lost') {
      this.#lose();
      return;
    }
    this.#changes.set(entryKey(change), change);
    if (this.#changes.size > this.#limit) this.#lose();
  }

  /** Everything that waits; the queue is empty afterwards. */
  take(): PendingChanges {
    const taken = { changes: [...this.#changes.values()], lost: this.#lost };
    this.#changes = new Map();
    this.#lost = false;
    return taken;
  }

  #lose(): void {
    this.#lost = true;
    this.#changes = new Map();
  }
}

function entryKey({ list, row }: RowChange): string {
  const { dataParent } = list;
  const container = dataParent.kind === 'container' ? dataParent.name : '';
  const path = `${list.module.name}:${container}/${list.name}`;
  return `${path}\u0000${keysOf(row).map(keyText).join('\u0000')}`;
}

function keyText(value: LeafValue): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
