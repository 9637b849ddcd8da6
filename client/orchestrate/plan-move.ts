/** Asks both devices and says whether a VM could be moved, and at what risk. Nothing is changed. */
import type { Clock } from '../../src/util/index.ts';
import type { Assessment } from './assess.ts';
import { Device } from './device.ts';
import type { Connector, DeviceHooks } from './device.ts';
import { NO_CHOICE } from './kind-choice.ts';
import type { KindChoice } from './kind-choice.ts';
import type { Schemas } from './schema.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { assessMove } from './stages/plan.ts';
import { surveyDevices } from './survey.ts';

export interface PlanOptions {
  readonly vm: string;
  readonly old: Connector;
  readonly new: Connector;
  readonly schemas: Schemas;
  readonly clock: Clock;
  /** Default: kinds that have entries are essential. */
  readonly choice?: KindChoice | undefined;
  /** How long a device may take to answer. */
  readonly answerTimeoutMs?: number | undefined;
}

export interface MovePlan extends Assessment {
  readonly vm: string;
  /** For people: names of the devices. */
  readonly from: string;
  readonly to: string;
}

/** Rejects when a device cannot be reached or does not answer; what it lacks is said in the plan. */
export async function planMove(options: PlanOptions): Promise<MovePlan> {
  const { vm, clock, schemas, choice = NO_CHOICE } = options;
  const answerTimeoutMs = options.answerTimeoutMs ?? DEFAULT_SETTINGS.answerTimeoutMs;
  const hooks: DeviceHooks = {
    clock,
    answerTimeoutMs,
    step: undefined,
    onSession: () => Promise.resolve(),
    onClosed: () => undefined,
    onBootId: () => Promise.resolve(),
  };
  const old = new Device('old', options.old, hooks);
  const target = new Device('new', options.new, hooks);
  try {
    const survey = await surveyDevices({ vm, old, new: target, schemas });
    await Promise.all([old.close(), target.close()]);
    return { vm, from: old.name, to: target.name, ...assessMove(vm, survey, choice) };
  } finally {
    await Promise.all([old.cut(), target.cut()]);
  }
}
