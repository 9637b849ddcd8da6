/**
 * Feeds hostile input to the YANG engine, the server and the client, and says what breaks. Arguments: seconds, seed,
 * and names of targets, all by default; a target may be followed by `=ROUND`, to repeat that one alone. `--minutes N`
 * may stand in the place of the seconds. The same seed makes the same inputs. Ends with status 1 when there are
 * findings.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { RandomSource } from '../support/random-source.ts';
import { minimise } from './minimise.ts';
import type { Sample, Target } from './target.ts';
import { TARGETS } from './targets/index.ts';
import { startWatchdog } from './watchdog.ts';

/** Processor time that an input may take: milliseconds, and for each character. */
const ALLOWED = { base: 4000, perCharacter: 0.1 };
const HANGS_AFTER = 120;
const KEPT_FINDINGS = 40;

setFlagsFromString('--expose-gc');
/** What is in use after it would otherwise depend on when it last ran. */
const collectGarbage = runInNewContext('gc') as () => void;

interface Fault {
  readonly kind: string;
  readonly message: string;
}

/** What is wrong with an input; undefined when nothing is. */
async function faultOf(target: Target, sample: Sample): Promise<Fault | undefined> {
  const before = process.cpuUsage();
  try {
    await target.check(sample);
  } catch (error) {
    if (!(error instanceof Error)) return { kind: 'no Error', message: String(error) };
    return { kind: kindOf(error), message: (error.stack ?? error.message).slice(0, 1500) };
  }
  const { user, system } = process.cpuUsage(before);
  const spent = (user + system) / 1000;
  if (spent < ALLOWED.base + ALLOWED.perCharacter * sample.text.length) return undefined;
  return { kind: 'slow', message: `${spent.toFixed(0)} ms for ${sample.text.length} characters` };
}

/** Equal for one cause, mostly: the name, the message without what was quoted, and where it was thrown. */
function kindOf({ name, message, stack = '' }: Error): string {
  const place = /\n\s+at (.*)/.exec(stack)?.[1]?.replace(/\(?file:.*\//, '') ?? '';
  const what =
    message
      .split('\n')[0]
      ?.replace(/".*"|\d+/g, '…')
      .slice(0, 60) ?? '';
  return `${name}: ${what} at ${place}`;
}

interface Run {
  readonly target: Target;
  readonly index: number;
  readonly seed: number;
  readonly only: number | undefined;
}

const counts = new Map<string, { inputs: number; made: number }>();
const found = new Map<string, number>();

async function step({ target, seed }: Run, round: number): Promise<void> {
  const count = counts.get(target.name) ?? { inputs: 0, made: 0 };
  counts.set(target.name, count);
  count.inputs += 1;
  const sample = target.make(new RandomSource(seed * 1_000_003 + round));
  if (!sample) return;
  count.made += 1;
  const fault = await faultOf(target, sample);
  if (!fault) return;
  const id = `${target.name} ${fault.kind}`;
  const times = (found.get(id) ?? 0) + 1;
  found.set(id, times);
  if (times > 1 || found.size > KEPT_FINDINGS) return;
  const text = await minimise(sample.text, {
    shows: async (candidate) =>
      (await faultOf(target, { ...sample, text: candidate }))?.kind === fault.kind,
    tries: 3000,
    deadline: performance.now() + 20_000,
  });
  const shown = JSON.stringify(text.length > 3000 ? `${text.slice(0, 3000)}…` : text);
  console.log(
    `FINDING ${target.name} round ${round} (${sample.about})\n${fault.message}\ninput: ${shown}\n`,
  );
}

/** `--minutes N` in seconds. */
function commandLine(): readonly string[] {
  const [first, minutes, ...rest] = process.argv.slice(2);
  if (first !== '--minutes') return process.argv.slice(2);
  return [String(Number(minutes) * 60), ...rest];
}

async function main(): Promise<void> {
  const [seconds = '60', seed = '1', ...wanted] = commandLine();
  const only = new Map(wanted.map((it) => it.split('=') as [string, string | undefined]));
  const runs = TARGETS.flatMap((target, index): readonly Run[] => {
    if (only.size > 0 && !only.has(target.name)) return [];
    const round = only.get(target.name);
    return [{ target, index, seed: Number(seed), only: round ? Number(round) : undefined }];
  });
  const alive = startWatchdog(
    TARGETS.map(({ name }) => name),
    HANGS_AFTER,
  );
  const end = performance.now() + Number(seconds) * 1000;
  const heap: number[] = [];
  for (let round = 0; performance.now() < end; round += 1) {
    for (const run of runs) {
      if (run.only !== undefined && round > 0) return;
      const number = run.only ?? round;
      alive(number, run.index);
      await step(run, number);
    }
    if (round % 500 > 0) continue;
    collectGarbage();
    heap.push(process.memoryUsage().heapUsed);
  }
  for (const [name, { inputs, made }] of counts) {
    console.log(`${name.padEnd(12)} ${String(made).padStart(8)} of ${String(inputs)} inputs`);
  }
  for (const [id, times] of found) console.log(`${String(times).padStart(6)} × ${id}`);
  const megabytes = heap.map((bytes) => Math.round(bytes / 1e6));
  const samples = megabytes.filter((_, at) => at % Math.ceil(megabytes.length / 12) === 0);
  console.log(`heap in MB: ${samples.join(' ')}; ${String(found.size)} findings`);
}

await main();
// Servers of the targets still listen.
process.exit(found.size === 0 ? 0 : 1);
