/** Stage 1: compares what is there with what is needed, and refuses with every reason at once. */
import { assess, verdictOf } from '../assess.ts';
import type { Assessment } from '../assess.ts';
import type { MoveContext } from '../context.ts';
import type { DeviceRole } from '../device.ts';
import type { DeviceState } from '../device-state.ts';
import { NO_CHOICE } from '../kind-choice.ts';
import type { KindChoice } from '../kind-choice.ts';
import type { MoveProblem, Party } from '../report.ts';
import { surveyDevices, withoutKinds } from '../survey.ts';
import type { Survey } from '../survey.ts';
import { totalEntries } from '../tables.ts';
import { lackOfRights } from '../withheld.ts';

/** The move cannot be made; nothing has been changed. */
export class RefusedError extends Error {
  readonly code = 'refused';
  readonly problems: readonly MoveProblem[];

  constructor(problems: readonly MoveProblem[]) {
    super(problems.map(({ message }) => message).join('; '));
    this.name = 'RefusedError';
    this.problems = problems;
  }
}

export async function plan(context: MoveContext): Promise<void> {
  const survey = await surveyDevices(context);
  const choice = context.state.begin.choice ?? NO_CHOICE;
  const { problems, kinds, risks } = assessMove(context.vm, survey, choice);
  if (problems.length > 0) throw new RefusedError(problems);
  const behind = kinds.filter(({ staysBehind }) => staysBehind).map(({ kind }) => kind);
  if (risks.length > 0 || behind.length > 0) {
    const tables = (survey.old.vm?.tables ?? []).filter(({ kind }) => behind.includes(kind));
    await context.record({ type: 'planned', risks, behind, tables });
  }
  context.survey = withoutKinds(survey, new Set(behind));
}

/** What speaks against moving this VM from the one device to the other, in state and in kinds. */
export function assessMove(vm: string, survey: Survey, choice: KindChoice): Assessment {
  const { kinds, risks, problems } = assess(survey, choice);
  const all = [
    ...refuseRights('old', survey.oldWithheld),
    ...refuseRights('new', survey.newWithheld),
    ...refuseOld(vm, survey.old),
    ...refuseNew(vm, survey.new),
    ...problems,
    ...refuseModules(survey.newModules, survey.schema.modules.keys()),
  ];
  return { verdict: verdictOf(all, risks), kinds, risks, problems: all };
}

/** Entries of the VM that will be written to the new device while it runs on the old one. */
export function dynamicEntries({ old, kinds }: Survey): number {
  const dynamic = new Set(kinds.filter((kind) => kind.ephemeral).map((kind) => kind.name));
  return totalEntries((old.vm?.tables ?? []).filter(({ kind }) => dynamic.has(kind)));
}

function refusal(party: Party, message: string): MoveProblem {
  return { stage: 'plan', party, message };
}

/** What is missing of the VM itself; kinds are assessed one by one. */
function refuseRights(role: DeviceRole, withheld: Survey['oldWithheld']): readonly MoveProblem[] {
  const lack = lackOfRights(role, withheld);
  return lack === undefined ? [] : [refusal(role, lack)];
}

function refuseOld(vm: string, { vm: state }: DeviceState): readonly MoveProblem[] {
  if (!state) return [refusal('old', `VM "${vm}" is not on this device`)];
  if (state.mode === 'learning') return [];
  return [refusal('old', `VM "${vm}" is in mode ${state.mode}, not learning`)];
}

function refuseNew(vm: string, { vm: state }: DeviceState): readonly MoveProblem[] {
  if (!state) return [];
  return [refusal('new', `VM "${vm}" is already on this device, in mode ${state.mode}`)];
}

/** Without the core module on the new device every kind would be missing: say so plainly. */
function refuseModules(
  modules: Survey['newModules'],
  needed: Iterable<string>,
): readonly MoveProblem[] {
  const missing = [...needed].includes('sami') && !modules.some(({ name }) => name === 'sami');
  return missing ? [refusal('new', 'the device does not implement the module "sami"')] : [];
}
