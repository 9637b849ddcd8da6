/**
 * The demonstration itself: the same connections, led from the old firewall to the new one first
 * without their state and then with it.
 */
import { failOnceAt, move } from '../orchestrate/index.ts';
import type { MoveReport, ProgressEvent, Stage } from '../orchestrate/index.ts';
import { configureVm, moveOptionsFor } from './parties.ts';
import type { World } from './world.ts';

export interface ExperimentOptions {
  readonly flows: number;
  /** The old firewall gets synthetic sessions until it has so many. */
  readonly sessions: number;
  readonly fail: Stage | undefined;
  readonly stateDir: string;
  readonly signal: AbortSignal;
}

/** Where people see how it goes. */
export interface Audience {
  /** A line that stays. */
  say(text: string): void;
  /** Undefined when nobody watches the move itself. */
  readonly onProgress: ((event: ProgressEvent) => void) | undefined;
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
  audience: Audience,
): Promise<ExperimentResult> {
  audience.say(`\nWithout state migration`);
  const control = await withoutMigration(world, options, audience);
  options.signal.throwIfAborted();
  audience.say(`\nWith state migration`);
  const report = await withMigration(world, options, audience);
  const alive = await world.aliveFlows();
  audience.say(`  ${alive} of ${options.flows} connections live`);
  return { control, flows: { total: options.flows, alive }, report };
}

async function withoutMigration(
  world: World,
  { flows }: ExperimentOptions,
  audience: Audience,
): Promise<FlowCount> {
  await configureVm(world, world.old, 'create');
  await configureVm(world, world.new, 'create');
  await world.openFlows(flows);
  audience.say(`  ${flows} connections through the old firewall; the VM moves to the new one`);
  await world.plumb('nowhere');
  await world.plumb('new');
  const alive = await world.aliveFlows();
  audience.say(`  ${alive} of ${flows} connections live`);
  await world.closeFlows();
  await configureVm(world, world.old, 'delete');
  await configureVm(world, world.new, 'delete');
  await world.plumb('old');
  return { total: flows, alive };
}

async function withMigration(
  world: World,
  options: ExperimentOptions,
  audience: Audience,
): Promise<MoveReport> {
  await configureVm(world, world.old, 'create');
  await world.openFlows(options.flows);
  await world.fill(options.sessions);
  audience.say(`  ${options.flows} connections through the old firewall; their state moves ahead`);
  return move({
    ...moveOptionsFor(world, options.stateDir),
    signal: options.signal,
    onProgress: audience.onProgress,
    ...(options.fail ? { onStep: failOnceAt(options.fail) } : {}),
  });
}
