/**
 * The demonstration itself: the same connections, led from the old firewall to the new one first
 * without their state and then with it.
 */
import { failOnceAt, move } from '../orchestrate/index.ts';
import type { MoveReport, ProgressEvent, Stage } from '../orchestrate/index.ts';
import { configureVm, moveOptionsFor } from './parties.ts';
import type { World } from './world.ts';
import type { Progress } from './progress.ts';

export interface ExperimentOptions {
  readonly flows: number;
  /** The old firewall gets synthetic sessions until it has so many. */
  readonly sessions: number;
  readonly fail: Stage | undefined;
  readonly stateDir: string;
  readonly signal: AbortSignal;
}

export interface FlowCount {
  readonly total: number;
  readonly alive: number;
}

export interface ExperimentResult {
  readonly control: FlowCount;
  readonly flows: FlowCount;
  readonly report: MoveReport;
}

/** Runs both halves. Whoever made the world closes it. */
export async function runExperiment(
  world: World,
  options: ExperimentOptions,
  progress: Progress,
): Promise<ExperimentResult> {
  progress.say(`\nWithout state migration`);
  const control = await withoutMigration(world, options, progress);
  options.signal.throwIfAborted();
  progress.say(`\nWith state migration`);
  const report = await withMigration(world, options, progress);
  const alive = await world.aliveFlows();
  progress.say(`  ${alive} of ${options.flows} connections live`);
  return { control, flows: { total: options.flows, alive }, report };
}

async function withoutMigration(
  world: World,
  { flows }: ExperimentOptions,
  progress: Progress,
): Promise<FlowCount> {
  await configureVm(world, world.old, 'create');
  await configureVm(world, world.new, 'create');
  await world.openFlows(flows);
  progress.say(`  ${flows} connections through the old firewall; the VM moves to the new one`);
  await world.plumb('nowhere');
  await world.plumb('new');
  const alive = await world.aliveFlows();
  progress.say(`  ${alive} of ${flows} connections live`);
  await world.closeFlows();
  await configureVm(world, world.old, 'delete');
  await configureVm(world, world.new, 'delete');
  await world.plumb('old');
  return { total: flows, alive };
}

async function withMigration(
  world: World,
  options: ExperimentOptions,
  progress: Progress,
): Promise<MoveReport> {
  await configureVm(world, world.old, 'create');
  await world.openFlows(options.flows);
  await world.fill(options.sessions);
  progress.say(`  ${options.flows} connections through the old firewall; their state moves ahead`);
  return move({
    ...moveOptionsFor(world, options.stateDir),
    signal: options.signal,
    onProgress: (event) => {
      show(event, progress);
    },
    ...(options.fail ? { onStep: failOnceAt(options.fail) } : {}),
  });
}

function show(event: ProgressEvent, progress: Progress): void {
  progress.bar(event.stage, event.entries, event.expected ?? event.entries);
}
