/** Greeting, unknown calls, and lines that are none. */
import { DEFAULT_MAX_LINE, parseHello, parseKinds } from '../../../src/plane-protocol/index.ts';
import type { JsonObject } from '../../../src/plane-protocol/index.ts';
import type { Bench } from '../bench.ts';
import { check } from '../check.ts';
import type { Check } from '../check.ts';
import { Mismatch, expect } from '../mismatch.ts';
import { refusalOf } from '../raw-plane.ts';
import type { RawPlane } from '../raw-plane.ts';

export const LINE_CHECKS: readonly Check[] = [
  check('5', 'hello', 'answers hello with version, name and boot-id', async (bench) => {
    const plane = await bench.connect();
    parsed(parseHello, await plane.ok('hello', { versions: [1], 'max-line': 65_536 }));
  }),
  check('5', 'hello-versions', 'takes the version it knows out of several', async (bench) => {
    const plane = await bench.connect();
    const answer = await plane.ok('hello', { versions: [7, 1, 9], 'max-line': 65_536 });
    expect(answer['version'] === 1, '"version":1', answer);
  }),
  check('5', 'hello-version', 'refuses versions it does not know', async (bench) => {
    const plane = await bench.connect();
    await plane.refused('hello', { versions: [99] }, 'operation-not-supported');
  }),
  check('5', 'hello-first', 'refuses calls before hello', async (bench) => {
    const plane = await bench.connect();
    await plane.refused('kinds', {});
  }),
  check('5', 'kinds', 'says what it serves', async (bench) => {
    parsed(parseKinds, await (await bench.session()).ok('kinds'));
  }),
  check('5', 'kinds-used', 'counts the entries that there are', async (bench) => {
    const { table } = bench;
    const plane = await bench.session();
    const before = await usedOf(bench, plane);
    await bench.change(plane, [bench.config(), bench.set(...rows(bench, 3))]);
    const after = await usedOf(bench, plane);
    expect(after === before + 3, `${before + 3} entries of ${table.kind.name}`, `${after}`);
  }),
  check('5', 'boot-id', 'keeps its boot-id as long as it keeps its tables', async (bench) => {
    const ids: unknown[] = [];
    for (let turn = 0; turn < 2; turn += 1) {
      const plane = await bench.connect();
      ids.push((await plane.ok('hello', { versions: [1] }))['boot-id']);
      bench.disconnect(plane);
    }
    expect(ids[0] === ids[1], `the boot-id ${String(ids[0])} again`, String(ids[1]));
  }),
  check('2', 'unknown-call', 'refuses a call that it does not know, and goes on', async (bench) => {
    const plane = await bench.session();
    await plane.refused('no-such-call', {}, 'operation-not-supported');
    await plane.ok('kinds');
  }),
  check('2', 'unknown-member', 'ignores members that it does not know', async (bench) => {
    await (await bench.session()).ok('kinds', { 'no-such-member': { a: [1, 'x', null] } });
  }),
  check('2', 'malformed-line', 'ends the connection after a line that is no JSON', (bench) =>
    refusesLine(bench, '{"id":5,"call":', 'malformed-message'),
  ),
  check('2', 'line-without-id', 'ends the connection after a line without an id', (bench) =>
    refusesLine(bench, '{"call":"kinds"}', 'malformed-message'),
  ),
  check('2', 'long-line', 'ends the connection after a line that is too long', async (bench) => {
    const plane = await bench.connect();
    const hello = await plane.ok('hello', { versions: [1] });
    bench.disconnect(plane);
    const text = `{"id":5,"call":"kinds","x":"${'x'.repeat(Number(hello['max-line'] ?? DEFAULT_MAX_LINE))}"}`;
    await refusesLine(bench, text, 'too-big');
  }),
  check('2', 'ended-call', 'ignores lines of a call that has ended', async (bench) => {
    const plane = await bench.session();
    plane.send({ id: 4_000, credit: 5 });
    plane.send({ id: 4_001, op: 'set', table: bench.table.name, rows: [] });
    await plane.ok('kinds');
  }),
];

function rows(bench: Bench, count: number): ReturnType<Bench['table']['row']>[] {
  return Array.from({ length: count }, (_, n) => bench.table.row(n));
}

async function usedOf(bench: Bench, plane: RawPlane): Promise<number> {
  const { kinds } = await plane.ok('kinds');
  const found = (kinds as readonly JsonObject[]).find((it) => it['kind'] === bench.table.kind.name);
  return Number(found?.['used'] ?? 0);
}

/** The line is answered under id 0, the connection ends, and what was there stays. */
async function refusesLine(bench: Bench, text: string, tag: string): Promise<void> {
  const row = bench.table.row(1);
  const plane = await bench.session();
  await bench.change(plane, [bench.config(), bench.set(row)]);
  plane.sendText(text);
  refusalOf(await plane.next(0, `an error with id 0 and tag ${tag}`), 'the line', tag);
  await plane.ended();
  await bench.holds(await bench.session(), [row]);
}

function parsed<T>(parse: (answer: JsonObject) => T, answer: JsonObject): T {
  try {
    return parse(answer);
  } catch (error) {
    throw new Mismatch(error instanceof Error ? error.message : String(error), answer);
  }
}
