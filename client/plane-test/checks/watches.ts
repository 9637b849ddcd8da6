/** Watching: order, absolute values, credit, and the barrier at apply. */
import type { Branch } from '../../../src/data/index.ts';
import { keyText } from '../../../src/plane-protocol/index.ts';
import { sameTree } from '../../../src/data/index.ts';
import { decodeRows } from '../bench.ts';
import type { Bench } from '../bench.ts';
import { check } from '../check.ts';
import type { Check } from '../check.ts';
import { Mismatch, expect } from '../mismatch.ts';
import type { Message, RawPlane } from '../raw-plane.ts';

export const WATCH_CHECKS: readonly Check[] = [
  check(
    '7',
    'watch',
    'tells of changes, before the apply that makes them is answered',
    async (bench) => {
      const { plane, id } = await watching(bench, 16);
      const step = [bench.config(), bench.set(bench.table.row(0))];
      const answer = await bench.change(plane, step);
      const early = plane.waiting(id).filter((line) => plane.isBefore(line, answer));
      const came = changes(bench, early);
      expect(
        came.join() === told(bench, ['set', 0]),
        'the set before "apply" is answered',
        came.join(),
      );
    },
  ),
  check('7', 'watch-order', 'tells of changes in the order in which they happen', async (bench) => {
    const { plane, id } = await watching(bench, 16);
    const { table } = bench;
    const steps = [
      [bench.set(table.row(0))],
      [bench.set(table.row(1))],
      [bench.remove(table.row(0)), bench.set(table.row(2))],
      [bench.set(table.row(0))],
    ];
    for (const step of steps) await bench.change(plane, [bench.config(), ...step]);
    const came = changes(bench, plane.waiting(id)).join();
    const wanted = told(bench, ['set', 0], ['set', 1], ['remove', 0], ['set', 2], ['set', 0]);
    expect(came === wanted, wanted, came);
  }),
  check('7', 'watch-values', 'tells absolute values of whole entries', async (bench) => {
    const { plane, id } = await watching(bench, 16);
    const rows = [bench.table.row(0), bench.table.row(0, 7)];
    for (const row of rows) await bench.change(plane, [bench.config(), bench.set(row)]);
    const came = plane.waiting(id).flatMap((message) => decodeRows(bench.table, message));
    const right = came.length === 2 && came.every((row, n) => sameTree(row, rows[n] as Branch));
    expect(right, JSON.stringify(bench.set(...rows)['rows']), plane.waiting(id));
  }),
  check('7', 'watch-vm', 'tells nothing of other VMs', async (bench) => {
    const { plane, id } = await watching(bench, 16);
    const other = bench.config('standby', bench.otherVm);
    await bench.change(plane, [other, bench.set(bench.table.row(0))]);
    expect(plane.waiting(id).length === 0, 'no change of another VM', plane.waiting(id)[0]);
  }),
  check('7', 'watch-delete', 'tells of the entries of a VM that is deleted', async (bench) => {
    const { plane, id } = await watching(bench, 16);
    await bench.change(plane, [bench.config(), bench.set(bench.table.row(0))]);
    await bench.change(plane, [{ vm: bench.vm, config: null }]);
    const came = changes(bench, plane.waiting(id)).join();
    const wanted = told(bench, ['set', 0], ['remove', 0]);
    expect(came === wanted, wanted, came);
  }),
  check('3', 'watch-credit', 'tells no more than there is credit for', async (bench) => {
    const { plane, id } = await watching(bench, 2);
    for (let n = 0; n < 5; n += 1) {
      await bench.change(plane, [bench.config(), bench.set(bench.table.row(n))]);
    }
    const count = plane.waiting(id).length;
    expect(count <= 2, 'at most 2 lines', `${count}`);
  }),
  check('7', 'watch-lost', 'says so when changes were lost, and goes on', async (bench) => {
    const { plane, id } = await watching(bench, 1);
    for (let n = 0; n < 5; n += 1) {
      await bench.change(plane, [bench.config(), bench.set(bench.table.row(n))]);
    }
    plane.send({ id, credit: 16 });
    await plane.ok('kinds');
    await bench.change(plane, [bench.config(), bench.set(bench.table.row(5))]);
    const came = changes(bench, await drained(plane, id));
    const all = told(bench, ...[0, 1, 2, 3, 4, 5].map((n) => ['set', n] as const));
    const lost = came.indexOf('lost');
    const right = lost >= 0 ? came.at(-1) === told(bench, ['set', 5]) : came.join() === all;
    expect(right, 'all changes, or "lost" and then those that follow', came.join());
  }),
  check('7', 'watch-cancel', 'tells nothing after it was cancelled', async (bench) => {
    const { plane, id } = await watching(bench, 16);
    await plane.ok('cancel', { cancel: id });
    await bench.change(plane, [bench.config(), bench.set(bench.table.row(0))]);
    expect(plane.waiting(id).length === 0, 'no change after "cancel"', plane.waiting(id)[0]);
  }),
];

async function watching(
  bench: Bench,
  credit: number,
): Promise<{ readonly plane: RawPlane; readonly id: number }> {
  const plane = await bench.session();
  await bench.change(plane, [bench.config()]);
  const id = plane.begin('watch', { vm: bench.vm, credit });
  const answer = await plane.next(id, 'an answer to "watch"');
  if (answer['ok'] === undefined) throw new Mismatch('"ok" to "watch"', answer);
  return { plane, id };
}

async function drained(plane: RawPlane, id: number): Promise<readonly Message[]> {
  await plane.ok('kinds');
  return plane.waiting(id);
}

/** Such as `set 10.0.0.0`, one for each entry. */
function changes(bench: Bench, messages: readonly Message[]): readonly string[] {
  return messages.flatMap((message) => {
    const { op, table } = message;
    if (op === 'lost') return ['lost'];
    if ((op !== 'set' && op !== 'remove') || table !== bench.table.name) {
      throw new Mismatch(`"op" and "table":"${bench.table.name}"`, message);
    }
    return decodeRows(bench.table, message).map((row) => `${op} ${keyText(row)}`);
  });
}

function told(bench: Bench, ...steps: readonly (readonly [string, number])[]): string {
  return steps.map(([op, n]) => `${op} ${keyText(bench.table.row(n))}`).join();
}
