/**
 * `npm run bench [NAME…] [--quick] [--runs N] [--json FILE]`: figures with their bounds.
 *
 * Each scenario runs once to warm up and then five times; the median is judged. With --quick it runs
 * three times and is not warmed up, which keeps the whole under a minute: the devices are new processes in every
 * run anyway. Exits with 1 when a row is outside its bound.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { isWithinBound, median } from './row.ts';
import type { Row, Scenario } from './row.ts';
import { scenarios } from './scenarios.ts';

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    runs: { type: 'string' },
    json: { type: 'string' },
  },
});
const runs = Number(options.runs ?? (options.quick ? 3 : 5));
const warmUps = options.quick ? 0 : 1;

async function main(): Promise<number> {
  const chosen = scenarios.filter(
    ({ name }) => names.length === 0 || names.some((each) => name.includes(each)),
  );
  if (chosen.length === 0) {
    console.error(`no such benchmark; there are: ${scenarios.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  const rows: Row[] = [];
  let skipped = 0;
  for (const scenario of chosen) {
    const reason = await scenario.unavailable?.();
    if (reason === undefined) {
      rows.push(...(await measure(scenario)));
      continue;
    }
    skipped += 1;
    console.error(`${scenario.name}: not measured, ${reason}`);
  }
  console.log(environment());
  console.log(table(rows));
  if (options.json !== undefined) writeFileSync(options.json, json(rows));
  const missed = skipped > 0 && process.env['CI'] === 'true';
  return missed || !rows.every(isWithinBound) ? 1 : 0;
}

async function measure(scenario: Scenario): Promise<Row[]> {
  const values = scenario.metrics.map((): number[] => []);
  for (let run = 1 - warmUps; run <= runs; run += 1) {
    process.stderr.write(`${scenario.name}: ${run === 0 ? 'warm-up' : `run ${run} of ${runs}`}\n`);
    const figures = await scenario.run();
    if (run > 0) figures.forEach((figure, index) => values[index]?.push(figure));
  }
  return scenario.metrics.map((metric, index) => ({ ...metric, values: values[index] ?? [] }));
}

function environment(): string {
  const commit = git('rev-parse', '--short', 'HEAD') ?? 'unknown commit';
  const changed = git('status', '--porcelain') ? ' with changes' : '';
  const memory = Math.round(totalmem() / 2 ** 30);
  return (
    `${cpus()[0]?.model ?? 'unknown processor'} x${cpus().length}, ${memory} GiB, ` +
    `Node.js ${process.versions.node}, ${process.platform}, commit ${commit}${changed}, ${runs} runs`
  );
}

function git(...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

function table(rows: readonly Row[]): string {
  const header = ['what', 'median', 'min', 'max', 'unit', 'bound', '', 'peer'];
  const body = rows.map((row) => [
    row.name,
    ...[median(row.values), Math.min(...row.values), Math.max(...row.values)].map(figure),
    row.unit,
    row.bound ? `${row.bound.kind === 'at most' ? '≤' : '≥'} ${figure(row.bound.value)}` : '',
    isWithinBound(row) ? 'ok' : 'OUTSIDE',
    row.peer ?? '',
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...body.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column >= 1 && column <= 3
          ? cell.padStart(widths[column] ?? 0)
          : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(header), ...body.map(line)].join('\n');
}

function figure(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

function json(rows: readonly Row[]): string {
  const entries = rows.map((row) => ({
    name: row.name,
    value: median(row.values),
    unit: row.unit,
    bound: row.bound ?? null,
    ok: isWithinBound(row),
    peer: row.peer ?? null,
    values: row.values,
  }));
  return `${JSON.stringify(entries, undefined, 2)}\n`;
}

process.exitCode = await main();
