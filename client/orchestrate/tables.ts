/** Compares the tables of a VM on two devices by count and digest (`vm/table`). */
import type { TableRecord } from './journal.ts';
import type { KindReport } from './report.ts';

export interface TableDifference {
  readonly kind: string;
  readonly before: TableRecord;
  readonly after: TableRecord;
}

/** Kinds whose tables are not equal. A kind without entries need not be listed. */
export function compareTables(
  before: readonly TableRecord[],
  after: readonly TableRecord[],
): readonly TableDifference[] {
  return kindNames(before, after)
    .map((kind) => ({ kind, before: tableOf(before, kind), after: tableOf(after, kind) }))
    .filter(({ before: old, after: now }) => !sameTable(old, now));
}

/**
 * What a report says of each kind that has entries. Where counts are equal and digests are not, at least one entry is
 * missing and another is there in its place. Kinds in `behind` are marked as left behind.
 */
export function kindReports(
  before: readonly TableRecord[],
  after: readonly TableRecord[],
  behind: ReadonlySet<string> = new Set(),
): Record<string, KindReport> {
  const reports: Record<string, KindReport> = {};
  for (const kind of kindNames(before, after)) {
    const old = tableOf(before, kind);
    const now = tableOf(after, kind);
    if (old.entries === 0 && now.entries === 0) continue;
    const differs = old.entries === now.entries && !sameTable(old, now) ? 1 : 0;
    reports[kind] = {
      before: old.entries,
      after: now.entries,
      lost: Math.max(differs, old.entries - now.entries),
      extra: Math.max(differs, now.entries - old.entries),
      ...(behind.has(kind) ? { leftBehind: true } : {}),
    };
  }
  return reports;
}

export function totalEntries(tables: readonly TableRecord[]): number {
  return tables.reduce((sum, table) => sum + table.entries, 0);
}

function kindNames(
  before: readonly TableRecord[],
  after: readonly TableRecord[],
): readonly string[] {
  return [...new Set([...before, ...after].map((table) => table.kind))];
}

function tableOf(tables: readonly TableRecord[], kind: string): TableRecord {
  const found = tables.find((table) => table.kind === kind);
  return found ?? { kind, entries: 0, digest: '' };
}

/** Empty tables are equal, whether a digest is given for them or not. */
function sameTable(one: TableRecord, other: TableRecord): boolean {
  if (one.entries !== other.entries) return false;
  return one.entries === 0 || one.digest === other.digest;
}
