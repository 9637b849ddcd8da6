/** The connection ends in the middle of each call; what counts is what the next connection finds. */
import type { Branch } from '../../../src/data/index.ts';
import type { Bench } from '../bench.ts';
import { check } from '../check.ts';
import type { Check } from '../check.ts';
import { expect } from '../mismatch.ts';
import type { RawPlane } from '../raw-plane.ts';

/** Enough for several of the shortest lines. */
const BEFORE = 40;

export const CUT_CHECKS: readonly Check[] = [
  cut('hello', 'hello', async (bench) => {
    const plane = await bench.connect();
    plane.begin('hello', { versions: [1] });
    return plane;
  }),
  cut('line', 'a line', async (bench) => {
    const plane = await bench.session();
    plane.sendPart('{"id":9,"call":"kin');
    return plane;
  }),
  cut('prepare', 'a prepare whose lines are coming', async (bench) => {
    const plane = await bench.session();
    const id = plane.begin('prepare');
    await plane.next(id, 'credit for a prepare');
    plane.send({ id, ...bench.config() });
    return plane;
  }),
  cut('prepared', 'a prepare that waits for apply', async (bench) => {
    const plane = await bench.session();
    await bench.prepared(plane, [bench.config(), bench.set(bench.table.row(BEFORE + 5))]);
    return plane;
  }),
  cut('abort', 'an abort', async (bench) => {
    const plane = await bench.session();
    const id = await bench.prepared(plane, [
      bench.config(),
      bench.set(bench.table.row(BEFORE + 5)),
    ]);
    plane.begin('abort', { prepare: id });
    return plane;
  }),
  cut('read', 'a read', async (bench) => {
    const plane = await bench.session(1_024);
    const id = plane.begin('read', { vm: bench.vm, table: bench.table.name, credit: 1 });
    await plane.next(id, 'entries');
    return plane;
  }),
  cut('watch', 'a watch', async (bench) => {
    const plane = await bench.session();
    const id = plane.begin('watch', { vm: bench.vm, credit: 1 });
    await plane.next(id, 'an answer to "watch"');
    return plane;
  }),
  check(
    '1',
    'cut-apply',
    'makes an apply wholly or not at all when the connection ends in it',
    async (bench) => {
      await filled(bench);
      const plane = await bench.session();
      const rows = [1, 2, 3].map((n) => bench.table.row(BEFORE + n));
      const id = await bench.prepared(plane, [
        bench.config(),
        ...rows.map((row) => bench.set(row)),
      ]);
      plane.begin('apply', { prepare: id });
      bench.disconnect(plane);
      const count = (await bench.read(await bench.session())).size;
      expect(
        count === BEFORE || count === BEFORE + 3,
        `${BEFORE} or ${BEFORE + 3} entries`,
        `${count}`,
      );
    },
  ),
];

/** Whatever was under way: the tables are as before, and everything works. */
function cut(name: string, what: string, begin: (bench: Bench) => Promise<RawPlane>): Check {
  const title = `keeps its tables when the connection ends in ${what}, and goes on`;
  return check('1', `cut-${name}`, title, async (bench) => {
    const rows = await filled(bench);
    bench.disconnect(await begin(bench));
    const plane = await bench.session();
    await bench.holds(plane, rows);
    await bench.change(plane, [bench.config(), bench.set(bench.table.row(BEFORE))]);
    await bench.holds(plane, [...rows, bench.table.row(BEFORE)]);
  });
}

async function filled(bench: Bench): Promise<readonly Branch[]> {
  const rows = Array.from({ length: BEFORE }, (_, n) => bench.table.row(n));
  const plane = await bench.session();
  await bench.change(plane, [bench.config(), bench.set(...rows)]);
  bench.disconnect(plane);
  return rows;
}
