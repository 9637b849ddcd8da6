/** What a balancer counts of a client beside its server: the counters and rates of a sticky entry (K12). */
import { DataList } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import { addIntegers } from '../../../../src/sami/index.ts';
import type { ListNode } from '../../../../src/yang/index.ts';
import { fieldsOf } from '../../kit/fields.ts';

/** How often something has happened just now, by its name in module sami-sticky. */
export type Happened = Readonly<Record<string, number>>;

/** One of a group's `stored-data`. */
interface Stored {
  readonly data: string;
  readonly index: number;
  readonly total: boolean;
  /** Milliseconds. */
  readonly period: number | undefined;
}

export function storesData(group: Branch): boolean {
  return storedData(group).length > 0;
}

/** The entry with what its group keeps of this; `unchangedMs` is how long it has been as it is. */
export function count(
  entry: Branch,
  group: Branch,
  happened: Happened,
  unchangedMs: number,
): Branch {
  let result = entry;
  for (const { data, index, total, period } of storedData(group)) {
    const amount = happened[data] ?? 0;
    if (amount === 0) continue;
    const keys = { counted: data, index };
    if (total) result = change(result, 'counter', keys, (value) => addIntegers(value, amount));
    if (period === undefined) continue;
    // What was counted in a period that is over does not count any more.
    const since = (value: number | bigint): number =>
      (unchangedMs < period ? Number(value) : 0) + amount;
    result = change(result, 'rate', { ...keys, period }, since);
  }
  return result;
}

function storedData(group: Branch): readonly Stored[] {
  const fields = fieldsOf(group.schema);
  const list = fields.has('stored-data') ? fields.get(group, 'stored-data') : undefined;
  if (!(list instanceof DataList)) return [];
  return [...list].map((row) => {
    const stored = fieldsOf(row.schema);
    return {
      data: stored.text(row, 'data') ?? '',
      index: stored.number(row, 'index') ?? 0,
      total: stored.leaf(row, 'total') !== false,
      period: stored.number(row, 'period'),
    };
  });
}

function change(
  entry: Branch,
  listName: 'counter' | 'rate',
  values: Readonly<Record<string, string | number>>,
  next: (value: number | bigint) => number | bigint,
): Branch {
  const fields = fieldsOf(entry.schema);
  const before = fields.get(entry, listName);
  const list =
    before instanceof DataList ? before : DataList.empty(fields.node(listName) as ListNode);
  const known = list.find([values['counted'] ?? '', values['index'] ?? 0]);
  const row = fieldsOf(list.schema);
  const value = next((known && (row.get(known, 'value') as number | bigint | undefined)) ?? 0);
  return fields.change(entry, { [listName]: list.with(row.make({ ...values, value })) });
}
