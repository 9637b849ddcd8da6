/**
 * `sami demo`: an old and a new firewall, a VM with live connections, and what becomes of these when the
 * VM moves without its network state and with it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../src/node/index.ts';
import { PROCESS_OUTPUT } from '../cli/output.ts';
import { createProgress } from '../cli/progress.ts';
import { printReport } from '../orchestrate/index.ts';
import type { MoveReport, Stage } from '../orchestrate/index.ts';
import { missingForLinux } from './detect.ts';
import { runExperiment } from './experiment.ts';
import type { Audience, ExperimentResult } from './experiment.ts';
import { LinuxWorld } from './linux/linux-world.ts';
import { SimulatedWorld } from './simulated/simulated-world.ts';
import type { World } from './world.ts';

export interface DemoOptions {
  /** Default: linux where it can run. */
  readonly plane: 'linux' | 'simulated' | undefined;
  readonly sessions: number;
  readonly flows: number;
  /** Makes this stage of the move fail once. */
  readonly fail: Stage | undefined;
  readonly json: boolean;
}

/** The demonstration cannot run here, or not as asked. */
export class DemoError extends Error {
  override readonly name = 'DemoError';
}

/** Runs the demonstration, prints its result on stdout and returns the exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const audience = audienceOf(options);
  const plane = await choosePlane(options.plane, audience);
  const folder = mkdtempSync(join(tmpdir(), 'sami-demo-'));
  // What has to be gone in any case, in the order in which it was made.
  const removals = [
    (): void => {
      rmSync(folder, { recursive: true, force: true });
    },
  ];
  const removeAll = (): void => {
    for (const remove of removals.splice(0).reverse()) remove();
  };
  const abort = new AbortController();
  const interrupt = (): void => {
    abort.abort(new DemoError('interrupted'));
  };
  process.once('exit', removeAll);
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  let world: World | undefined;
  try {
    world =
      plane === 'linux'
        ? await LinuxWorld.create(folder, (topology) =>
            removals.push(() => {
              topology.remove();
            }),
          )
        : await SimulatedWorld.create(folder);
    const result = await raceAbort(
      runExperiment(
        world,
        {
          flows: options.flows,
          sessions: options.sessions,
          fail: options.fail,
          stateDir: join(folder, 'moves'),
          signal: abort.signal,
        },
        audience,
      ),
      abort.signal,
    );
    print(world, result, options.json);
    return exitCode(result);
  } catch (error) {
    // An interrupt from the terminal reaches the devices too, and their end is not the news.
    throw abort.signal.aborted ? (abort.signal.reason as Error) : error;
  } finally {
    await world?.close();
    removeAll();
    process.off('exit', removeAll).off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function audienceOf({ json }: DemoOptions): Audience {
  if (json) return { say: () => undefined, onProgress: undefined };
  return {
    say: (text) => {
      PROCESS_OUTPUT.err(`${text}\n`);
    },
    onProgress: createProgress(PROCESS_OUTPUT, new SystemClock()),
  };
}

async function choosePlane(
  asked: DemoOptions['plane'],
  audience: Audience,
): Promise<'linux' | 'simulated'> {
  if (asked === 'simulated') {
    audience.say('The firewalls are simulated, as asked.');
    return 'simulated';
  }
  const missing = await missingForLinux();
  if (missing === undefined) {
    audience.say('The firewalls are real: this kernel, in network namespaces.');
    return 'linux';
  }
  if (asked === 'linux') throw new DemoError(`the linux plane cannot run here: ${missing}`);
  audience.say(`The firewalls are simulated: ${missing}.`);
  return 'simulated';
}

/** A second interrupt, or an experiment that does not listen, must not keep the clean-up waiting. */
function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        reject(signal.reason as Error);
      },
      { once: true },
    );
    work.then(resolve, reject);
  });
}

function print(world: World, result: ExperimentResult, json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(jsonOf(world, result))}\n`);
    return;
  }
  const { report, control, flows } = result;
  const line = (label: string, { total, alive }: ExperimentResult['flows']): string =>
    `  ${label.padEnd(26)} ${alive} of ${total} connections live\n`;
  const ending =
    report.outcome === 'migrated'
      ? 'After the VM has moved'
      : `The move was ${report.outcome === 'refused' ? 'refused' : 'rolled back'}: the VM runs on, through the old firewall`;
  process.stdout.write(
    `\n${printReport(report)}\n${ending}\n` +
      line('without state migration', control) +
      line('with state migration', flows),
  );
}

/** The result as one object. */
function jsonOf(world: World, { report, flows, control }: ExperimentResult): object {
  const { outcome, procedure, vm, blackoutMs, kinds, errors } = report;
  const stages = report.stages.map(({ name, durationMs, entries, bytes, duplicates }) => ({
    name,
    durationMs,
    entries,
    bytes,
    duplicates,
  }));
  return {
    outcome,
    procedure,
    plane: world.plane,
    vm,
    blackoutMs,
    flows,
    control: { flows: control },
    kinds,
    stages,
    errors,
  };
}

const EXIT_CODES: Readonly<Record<MoveReport['outcome'], number>> = {
  migrated: 0,
  refused: 3,
  'rolled-back': 4,
};

/** As of `sami migrate`; 1 when connections died that should live. */
function exitCode({ report, flows }: ExperimentResult): number {
  return flows.alive === flows.total ? EXIT_CODES[report.outcome] : 1;
}
