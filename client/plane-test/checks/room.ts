/** A kind with a limit is filled to the brim: who plans with the numbers of `kinds` has to be able to trust them. */
import type { JsonObject } from '../../../src/plane-protocol/index.ts';
import type { Bench, Line } from '../bench.ts';
import { check } from '../check.ts';
import type { Check } from '../check.ts';
import { Mismatch, expect } from '../mismatch.ts';
import type { RawPlane } from '../raw-plane.ts';
import type { SampleTable } from '../samples.ts';

/** Short enough for a line of any length that a plane may ask for. */
const ROWS_PER_LINE = 8;

interface Fillable {
  readonly table: SampleTable;
  /** How many entries more fit. */
  readonly free: number;
}

export const ROOM_CHECKS: readonly Check[] = [
  check('6', 'room', 'refuses one entry more than fit, and takes as many as do', async (bench) => {
    const plane = await bench.session();
    const found = await smallest(bench, plane);
    if (!found) throw new Mismatch('a kind with a limit', 'none any more');
    const { table, free } = found;
    const first = table.row(0);
    await bench.change(plane, entries(bench, table, 0, 1));
    await bench.refused(plane, entries(bench, table, 1, free + 1), 'resource-denied');
    await bench.holds(plane, [first], bench.vm, table);
    await bench.change(plane, entries(bench, table, 1, free));
    await bench.refused(plane, entries(bench, table, free, free + 1), 'resource-denied');
    const { size } = await bench.read(plane, bench.vm, table);
    expect(size === free, `${free} entries, as many as were free`, `${size}`);
  }),
];

/** Whether the plane has a kind that the check can fill. */
export async function canFill(bench: Bench): Promise<boolean> {
  const plane = await bench.session();
  const found = await smallest(bench, plane);
  bench.disconnect(plane);
  return found !== undefined;
}

/** The kind with the least room, by its first table. */
async function smallest(bench: Bench, plane: RawPlane): Promise<Fillable | undefined> {
  const { kinds } = await plane.ok('kinds');
  const found: Fillable[] = [];
  for (const { kind, used, limit } of kinds as readonly JsonObject[]) {
    const table = bench.options.tables.find((it) => it.kind.name === kind);
    const free = Number(limit ?? Infinity) - Number(used);
    if (table && free > 0 && free < Math.min(bench.options.entries, table.most))
      found.push({ table, free });
  }
  return found.sort((a, b) => a.free - b.free)[0];
}

/** Sets the entries from one number up to another. */
function* entries(bench: Bench, table: SampleTable, from: number, to: number): Iterable<Line> {
  yield bench.config();
  for (let next = from; next < to; next += ROWS_PER_LINE) {
    const length = Math.min(ROWS_PER_LINE, to - next);
    yield bench.set(...Array.from({ length }, (_, n) => table.row(next + n)));
  }
}
