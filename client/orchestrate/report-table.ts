/** The report of a move for people: a few lines and two tables. */
import { describeProblem } from './report.ts';
import type { MoveReport } from './report.ts';

/** Text with a line end at the end. */
export function printReport(report: MoveReport): string {
  const { outcome, vm, from, to, blackoutMs, durationMs, procedure, planes } = report;
  const head = [
    `${outcome}: VM ${vm} from ${from} to ${to}`,
    `move ${report.id}, ${procedure}, started ${report.start}${describePlanes(planes)}`,
    `took ${formatMs(durationMs)}, blackout ${formatMs(blackoutMs)}`,
  ];
  const kinds = Object.entries(report.kinds).map(
    ([kind, { before, after, lost, extra, leftBehind }]) => [
      leftBehind ? `${kind} (left behind)` : kind,
      String(before),
      String(after),
      String(lost),
      String(extra),
    ],
  );
  const stages = report.stages.map(({ name, durationMs: ms, entries, bytes, duplicates }) => [
    name,
    formatMs(ms),
    String(entries),
    formatBytes(bytes),
    String(duplicates),
  ]);
  return [
    ...head,
    ...table(['stage', 'time', 'entries', 'bytes', 'duplicates'], stages),
    ...table(['kind', 'before', 'after', 'lost', 'extra'], kinds),
    ...report.risks.map(({ message }) => `~ ${message}`),
    ...report.errors.map((problem) => `! ${describeProblem(problem)}`),
  ]
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/**
 * The first columns, as many as `texts` says, to the left; numbers to the right. Nothing at all without
 * rows. The lines may end with blanks.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  texts = 1,
): readonly string[] {
  if (rows.length === 0) return [];
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const format = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column < texts ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ');
  return ['', ...all.map(format)];
}

export function formatMs(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? String(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

function describePlanes(planes: readonly string[]): string {
  if (planes.length === 0) return '';
  return `, ${planes.length === 1 ? 'plane' : 'planes'} ${planes.join(', ')}`;
}
