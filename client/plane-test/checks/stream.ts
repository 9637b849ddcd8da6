/** As many entries as a large device has, there and back, with a few lines under way at a time. */
import { printMessage } from '../../../src/plane-protocol/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import type { JsonObject } from '../../../src/plane-protocol/index.ts';
import type { Bench, Line } from '../bench.ts';
import type { Check } from '../check.ts';
import { expect } from '../mismatch.ts';
import type { RawPlane } from '../raw-plane.ts';
import { okOf } from '../raw-plane.ts';
import { SampleTable } from '../samples.ts';

const LINE_BYTES = 49_152;
const WINDOW = 16;

export const STREAM_CHECKS: readonly Check[] = [
  {
    section: '3',
    name: 'stream',
    title: 'takes and gives back many entries',
    run: async (bench: Bench): Promise<string> => {
      const { table } = bench;
      const count = Math.min(bench.options.entries, table.most, bench.roomFor(table));
      const { clock } = bench.options;
      const plane = await bench.session();
      const start = clock.now();
      const id = await bench.prepared(plane, manyLines(bench, count));
      const prepared = clock.now();
      await plane.ok('apply', { prepare: id });
      const applied = clock.now();
      await readAll(bench, plane, count);
      const read = clock.now();
      const seconds = (from: number, to: number): string => `${((to - from) / 1000).toFixed(1)} s`;
      return (
        `${count} entries: prepare ${seconds(start, prepared)}, ` +
        `apply ${seconds(prepared, applied)}, read ${seconds(applied, read)}`
      );
    },
  },
];

function* manyLines(bench: Bench, count: number): Iterable<Line> {
  yield bench.config();
  const { table } = bench;
  const perLine = Math.max(1, Math.floor(LINE_BYTES / (2 * sizeOf(table.row(count)))));
  for (let from = 0; from < count; from += perLine) {
    const length = Math.min(perLine, count - from);
    const rows = Array.from({ length }, (_, n) => ({ ...SampleTable.keyed(table.row(from + n)) }));
    yield { op: 'set', table: table.name, rows };
  }
}

function sizeOf(row: Branch): number {
  return printMessage(SampleTable.keyed(row)).length;
}

/** Counts, and takes each key once: the plane must have all, and none twice. */
async function readAll(bench: Bench, plane: RawPlane, count: number): Promise<void> {
  const { list, name } = bench.table;
  const names = list.keys.map((key) => key.name);
  const seen = new Set<string>();
  const id = plane.begin('read', { vm: bench.vm, table: name, credit: WINDOW });
  let used = 0;
  for (;;) {
    const message = await plane.next(id, 'entries, or the end of "read"');
    const { rows } = message;
    if (!Array.isArray(rows)) {
      okOf(message, '"read"');
      break;
    }
    for (const row of rows as readonly JsonObject[]) {
      seen.add(JSON.stringify(names.map((key) => row[key])));
    }
    used += 1;
    const under = plane.waiting(id).length;
    expect(under <= WINDOW, `at most ${WINDOW} lines without more credit`, `${under}`);
    if (used < WINDOW / 2) continue;
    plane.send({ id, credit: used });
    used = 0;
  }
  expect(seen.size === count, `${count} entries`, `${seen.size}`);
}
