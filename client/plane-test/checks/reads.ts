/** Reading: credit, length of lines, single entries. */
import type { Branch } from '../../../src/data/index.ts';
import { keyText } from '../../../src/plane-protocol/index.ts';
import { decodeRows, sameRows } from '../bench.ts';
import type { Bench } from '../bench.ts';
import { check } from '../check.ts';
import type { Check } from '../check.ts';
import { expect } from '../mismatch.ts';
import { okOf, refusalOf } from '../raw-plane.ts';

/** Entries enough for several lines of the shortest permitted length. */
const SEVERAL = 60;

export const READ_CHECKS: readonly Check[] = [
  check('3', 'read-credit', 'stops reading out when credit is used up', async (bench) => {
    const rows = several(bench);
    const plane = await bench.session(1_024);
    await bench.change(plane, [bench.config(), ...rows.map((row) => bench.set(row))]);
    const id = plane.begin('read', { vm: bench.vm, table: bench.table.name, credit: 2 });
    await plane.ok('kinds');
    // A plane may take its time with the lines that it has credit for.
    const first = [await plane.next(id, 'entries'), await plane.next(id, 'entries')];
    await plane.ok('kinds');
    expect(plane.waiting(id).length === 0, 'no line without credit', plane.waiting(id)[0]);
    const found = new Map<string, Branch>();
    for (let message = first.shift(); message;) {
      for (const row of decodeRows(bench.table, message)) found.set(keyText(row), row);
      const more = first.shift();
      if (!more) plane.send({ id, credit: 1 });
      message = more ?? (await plane.next(id, 'entries, or the end of "read"'));
      if (message['rows'] === undefined) break;
    }
    sameRows(found, rows);
  }),
  check('2', 'max-line', 'sends no longer lines than the server takes', async (bench) => {
    const rows = several(bench);
    const plane = await bench.session(1_024);
    await bench.change(plane, [bench.config(), ...rows.map((row) => bench.set(row))]);
    await bench.read(plane);
    expect(plane.longest <= 1_024, 'lines of at most 1024 bytes', `one of ${plane.longest}`);
  }),
  check('7', 'read-key', 'reads one entry by its key', async (bench) => {
    const rows = several(bench).slice(0, 5);
    const plane = await bench.session();
    await bench.change(plane, [bench.config(), bench.set(...rows)]);
    const wanted = rows[2] as Branch;
    const { vm, table } = bench;
    sameRows(await bench.read(plane, vm, table, { key: keyText(wanted) }), [wanted]);
    sameRows(await bench.read(plane, vm, table, { key: keyText(table.row(77)) }), []);
  }),
  check('7', 'read-empty', 'reads what is not there as empty', async (bench) => {
    const plane = await bench.session();
    await bench.holds(plane, []);
    await bench.change(plane, [bench.config()]);
    await bench.holds(plane, []);
  }),
  check('7', 'read-unknown', 'refuses to read a kind that it does not serve', async (bench) => {
    const plane = await bench.session();
    const id = plane.begin('read', { vm: bench.vm, table: 'no-such-kind/list', credit: 1 });
    refusalOf(await plane.next(id, 'an error to "read"'), '"read"');
  }),
  check('2', 'side-by-side', 'answers another read while one waits for credit', async (bench) => {
    const rows = several(bench);
    const plane = await bench.session(1_024);
    await bench.change(plane, [bench.config(), ...rows.map((row) => bench.set(row))]);
    const id = plane.begin('read', { vm: bench.vm, table: bench.table.name, credit: 1 });
    await plane.next(id, 'entries');
    await bench.holds(plane, rows);
    await plane.ok('cancel', { cancel: id });
  }),
  check('7', 'read-cancel', 'sends nothing of a read after it was cancelled', async (bench) => {
    const rows = several(bench);
    const plane = await bench.session(1_024);
    await bench.change(plane, [bench.config(), ...rows.map((row) => bench.set(row))]);
    const id = plane.begin('read', { vm: bench.vm, table: bench.table.name, credit: 1 });
    await plane.next(id, 'entries');
    await plane.ok('cancel', { cancel: id });
    const before = plane.waiting(id).length;
    plane.send({ id, credit: 10 });
    await plane.ok('kinds');
    const late = plane.waiting(id)[before];
    expect(late === undefined, 'no line of the read after "cancel" was answered', late);
  }),
  check(
    '7',
    'read-while-changing',
    'reads every entry that stays, while others go',
    async (bench) => {
      const rows = several(bench);
      const plane = await bench.session(1_024);
      await bench.change(plane, [bench.config(), ...rows.map((row) => bench.set(row))]);
      const id = plane.begin('read', { vm: bench.vm, table: bench.table.name, credit: 1 });
      const found = new Set<string>();
      let message = await plane.next(id, 'entries');
      const gone = rows.filter((_, n) => n % 2 === 1);
      await bench.change(plane, [bench.config(), ...gone.map((row) => bench.remove(row))]);
      while (message['rows'] !== undefined) {
        for (const row of decodeRows(bench.table, message)) {
          expect(!found.has(keyText(row)), 'each entry once', `"${keyText(row)}" twice`);
          found.add(keyText(row));
        }
        plane.send({ id, credit: 1 });
        message = await plane.next(id, 'entries, or the end of "read"');
      }
      okOf(message, '"read"');
      const lost = rows.find((row, n) => n % 2 === 0 && !found.has(keyText(row)));
      expect(!lost, 'every entry that was there all the time', lost && `no "${keyText(lost)}"`);
    },
  ),
];

function several(bench: Bench): readonly Branch[] {
  const count = Math.min(SEVERAL, bench.table.most);
  return Array.from({ length: count }, (_, n) => bench.table.row(n));
}
