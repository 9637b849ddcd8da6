/** Prepare, apply, abort: what changes, and what does not. */
import type { Branch } from '../../../src/data/index.ts';
import { SampleTable } from '../samples.ts';
import type { Bench } from '../bench.ts';
import { check } from '../check.ts';
import type { Check } from '../check.ts';
import { Mismatch, expect } from '../mismatch.ts';
import { okOf, refusalOf } from '../raw-plane.ts';
import type { RawPlane } from '../raw-plane.ts';

export const CHANGE_CHECKS: readonly Check[] = [
  {
    section: '4',
    name: 'every-table',
    title: 'stores and gives back whole entries of every table',
    run: async (bench: Bench): Promise<string> => {
      const plane = await bench.session();
      const { tables } = bench.options;
      const rows = tables.map((table) => [0, 1].map((n) => table.wideRow(n)).slice(0, table.most));
      await bench.change(plane, [bench.config(), ...rows.map((each) => bench.set(...each))]);
      for (const [index, table] of tables.entries()) {
        if (table.kind.ephemeral) await bench.holds(plane, rows[index] ?? [], bench.vm, table);
      }
      return `${tables.length} tables`;
    },
  },
  check('6', 'prepare', 'changes nothing until apply', async (bench) => {
    const plane = await withRows(bench, 3);
    await bench.prepared(plane, [
      bench.config(),
      bench.set(bench.table.row(0, 1), bench.table.row(9)),
    ]);
    await bench.holds(plane, some(bench, 3));
  }),
  check('6', 'abort', 'changes nothing after abort, and can prepare again', async (bench) => {
    const plane = await withRows(bench, 3);
    const id = await bench.prepared(plane, [bench.config(), bench.set(bench.table.row(9))]);
    await plane.ok('abort', { prepare: id });
    await bench.holds(plane, some(bench, 3));
    await bench.change(plane, [bench.config(), bench.set(bench.table.row(3))]);
    await bench.holds(plane, some(bench, 4));
  }),
  check('6', 'abort-unknown', 'accepts an abort of what is not there', async (bench) => {
    await (await bench.session()).ok('abort', { prepare: 4_000 });
  }),
  check('6', 'abort-open', 'accepts an abort while lines are coming', async (bench) => {
    const plane = await withRows(bench, 2);
    const id = plane.begin('prepare');
    await plane.next(id, 'credit for a prepare');
    plane.send({ id, ...bench.config() });
    await plane.ok('abort', { prepare: id });
    await bench.change(plane, [bench.config(), bench.set(bench.table.row(2))]);
    await bench.holds(plane, some(bench, 3));
  }),
  check('6', 'apply-unprepared', 'refuses to apply what is not prepared', async (bench) => {
    const plane = await bench.session();
    await plane.refused('apply', { prepare: 4_000 });
  }),
  check('6', 'apply-twice', 'refuses to apply a second time', async (bench) => {
    const plane = await bench.session();
    const id = await bench.prepared(plane, [bench.config()]);
    await plane.ok('apply', { prepare: id });
    await plane.refused('apply', { prepare: id });
  }),
  check('6', 'apply-aborted', 'refuses to apply what was aborted', async (bench) => {
    const plane = await bench.session();
    const id = await bench.prepared(plane, [bench.config()]);
    await plane.ok('abort', { prepare: id });
    await plane.refused('apply', { prepare: id });
  }),
  check('6', 'refusal', 'changes nothing after a refusal, and can prepare again', async (bench) => {
    const plane = await withRows(bench, 3);
    const row = SampleTable.keyed(bench.table.row(9));
    const unknown = { op: 'set', table: 'no-such-kind/list', rows: [{ ...row }] };
    const lines = [
      bench.config(),
      bench.set(bench.table.row(9)),
      unknown,
      bench.set(bench.table.row(8)),
    ];
    await bench.refused(plane, lines, 'operation-not-supported');
    await bench.holds(plane, some(bench, 3));
    await bench.change(plane, [bench.config(), bench.set(bench.table.row(3))]);
    await bench.holds(plane, some(bench, 4));
  }),
  check('6', 'second-prepare', 'refuses a second prepare, and keeps the first', async (bench) => {
    const plane = await withRows(bench, 2);
    const first = await bench.prepared(plane, [bench.config(), bench.set(bench.table.row(2))]);
    refusalOf(await plane.ask('prepare'), 'a second prepare', 'in-use');
    await plane.ok('apply', { prepare: first });
    await bench.holds(plane, some(bench, 3));
  }),
  check('6', 'set', 'replaces an entry that is there', async (bench) => {
    const plane = await withRows(bench, 3);
    await bench.change(plane, [bench.config(), bench.set(bench.table.row(1, 7))]);
    await bench.holds(plane, [bench.table.row(0), bench.table.row(1, 7), bench.table.row(2)]);
  }),
  check('6', 'remove', 'removes entries', async (bench) => {
    const plane = await withRows(bench, 3);
    await bench.change(plane, [bench.config(), bench.remove(bench.table.row(1))]);
    await bench.holds(plane, [bench.table.row(0), bench.table.row(2)]);
  }),
  check('6', 'remove-absent', 'lets entries be removed that are not there', async (bench) => {
    const plane = await withRows(bench, 2);
    await bench.change(plane, [bench.config(), bench.remove(bench.table.row(9))]);
    await bench.holds(plane, some(bench, 2));
  }),
  check('6', 'clear', 'empties a table', async (bench) => {
    const plane = await withRows(bench, 3);
    const clear = { op: 'clear', table: bench.table.name };
    await bench.change(plane, [bench.config(), clear, bench.set(bench.table.row(7))]);
    await bench.holds(plane, [bench.table.row(7)]);
  }),
  check('6', 'line-order', 'does what lines say in their order', async (bench) => {
    const plane = await withRows(bench, 1);
    const { table } = bench;
    const lines = [bench.set(table.row(1)), bench.remove(table.row(1)), bench.set(table.row(1, 5))];
    await bench.change(plane, [
      bench.config(),
      ...lines,
      bench.set(table.row(2)),
      bench.remove(table.row(2)),
    ]);
    await bench.holds(plane, [table.row(0), table.row(1, 5)]);
  }),
  check('6', 'delete-vm', 'forgets the entries of a VM that is deleted', async (bench) => {
    const plane = await withRows(bench, 3);
    await bench.change(plane, [{ vm: bench.vm, config: null }]);
    await bench.holds(plane, []);
  }),
  check('4', 'vms-apart', 'keeps VMs apart', async (bench) => {
    const plane = await withRows(bench, 2);
    const other = bench.table.row(0, 9);
    await bench.change(plane, [bench.config('standby', bench.otherVm), bench.set(other)]);
    await bench.holds(plane, some(bench, 2));
    await bench.holds(plane, [other], bench.otherVm);
  }),
  check('6.1', 'modes', 'keeps entries when the mode changes', async (bench) => {
    const plane = await withRows(bench, 2);
    for (const mode of ['learning', 'frozen']) {
      await bench.change(plane, [bench.config(mode)]);
      const keys = [...(await bench.read(plane)).keys()];
      expect(keys.length === 2, `2 entries in mode ${mode}`, `${keys.length}`);
    }
  }),
  check('6.1', 'standby-age', 'does not let entries age in standby', async (bench) => {
    const aging = agingRow(bench);
    if (!aging) return;
    const { table, row } = aging;
    const plane = await bench.session();
    await bench.change(plane, [bench.config(), bench.set(row)]);
    await waitFor(bench);
    await bench.holds(plane, [row], bench.vm, table);
  }),
  check('3', 'prepare-credit', 'grants credit for a long prepare, line by line', async (bench) => {
    const plane = await bench.session();
    const count = Math.min(bench.table.most, 300);
    const lines = Array.from({ length: count }, (_, n) => bench.set(bench.table.row(n)));
    await bench.change(plane, [bench.config(), ...lines]);
    await bench.holds(plane, some(bench, count));
  }),
  check(
    '3',
    'prepare-waits',
    'grants credit before anything else, and waits for the end',
    async (bench) => {
      const plane = await bench.session();
      const id = plane.begin('prepare');
      const first = await plane.next(id, 'credit for a prepare');
      const { credit } = first;
      if (typeof credit !== 'number' || credit < 1)
        throw new Mismatch('"credit" of at least 1', first);
      plane.send({ id, ...bench.config() });
      // Whatever the plane had to say by now has come before this answer.
      await plane.ok('kinds');
      const early = plane.waiting(id).find((message) => message['credit'] === undefined);
      if (early) throw new Mismatch('no answer before the end of the prepare', early);
      if (credit === 1 && plane.waiting(id).length === 0) await plane.next(id, 'more credit');
      plane.send({ id, end: true });
      let answer = await plane.next(id, 'an answer to "prepare"');
      while (answer['credit'] !== undefined)
        answer = await plane.next(id, 'an answer to "prepare"');
      okOf(answer, '"prepare"');
      await plane.ok('abort', { prepare: id });
    },
  ),
];

function some(bench: Bench, count: number): readonly Branch[] {
  return Array.from({ length: count }, (_, n) => bench.table.row(n));
}

/** A VM in standby with the first entries. */
async function withRows(bench: Bench, count: number): Promise<RawPlane> {
  const plane = await bench.session();
  await bench.change(plane, [bench.config(), bench.set(...some(bench, count))]);
  return plane;
}

const COUNTDOWNS = ['lifetime', 'remaining-time'];

/** An entry with one second left, of a table whose entries run out. */
function agingRow(bench: Bench): { readonly table: SampleTable; readonly row: Branch } | undefined {
  for (const table of bench.options.tables) {
    const leaf = table.list.dataChildren.find(({ name }) => COUNTDOWNS.includes(name));
    if (leaf?.kind === 'leaf' && table.kind.ephemeral) {
      return { table, row: table.rowWith(0, leaf, '1') };
    }
  }
  return undefined;
}

/** Whether anything is there for `standby-age` to look at. */
export function canAge(bench: Bench): boolean {
  return agingRow(bench) !== undefined;
}

function waitFor({ options: { clock, waitMs } }: Bench): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(waitMs, resolve);
  });
}
