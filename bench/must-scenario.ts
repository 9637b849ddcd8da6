/** Evaluations of a `must` on the rows of a list: what validation of a large table costs. */
import { decodeData, validateFull } from '../src/data/index.ts';
import { compile } from '../src/yang/index.ts';
import { median } from './row.ts';
import type { Scenario } from './row.ts';

const ROWS = 100_000;
/** Enough for the engine to have compiled what is evaluated. */
const WARM_UPS = 6;
const REPEATS = 9;
const ADDRESS = '192.0.2.1';

const MODULE = `module bench-must {
  yang-version 1.1; namespace "urn:bench:must"; prefix b;
  list vm { key id; leaf id { type string; } leaf address { type string; }
    container sessions { list session { key number;
      leaf number { type uint32; }
      leaf source-address { type string; }
      must "../../address = source-address"; } } }
}`;

export const mustScenario: Scenario = {
  name: 'must',
  metrics: [
    {
      name: 'must "../../address = source-address" on list rows, one thread, warmed up',
      unit: 'evaluations/s',
      bound: { kind: 'at least', value: 1_000_000 },
    },
  ],
  run: () => Promise.resolve([evaluationsPerSecond()]),
};

function evaluationsPerSecond(): number {
  const { context } = compile(new Map([['bench-must.yang', MODULE]]), {
    modules: [{ name: 'bench-must' }],
  });
  if (!context) throw new Error('the module of the benchmark does not compile');
  const { content } = decodeData(context.root, tableXml());
  if ('operation' in content) throw new Error('the table of the benchmark carries operations');
  const times: number[] = [];
  for (let pass = 0; pass < WARM_UPS + REPEATS; pass += 1) {
    const start = performance.now();
    const errors = validateFull(content, context);
    if (pass >= WARM_UPS) times.push(performance.now() - start);
    if (errors.length > 0) throw new Error('the table of the benchmark is not valid');
  }
  return (ROWS / median(times)) * 1000;
}

function tableXml(): string {
  const rows = Array.from(
    { length: ROWS },
    (_, number) =>
      `<session><number>${number}</number><source-address>${ADDRESS}</source-address></session>`,
  );
  return `<config xmlns="urn:bench:must"><vm><id>a</id><address>${ADDRESS}</address><sessions>${rows.join('')}</sessions></vm></config>`;
}
