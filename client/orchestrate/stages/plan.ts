/** Stage 1: compares what is there with what is needed, and refuses with every reason at once. */
import type { MoveContext } from '../context.ts';
import type { DeviceState, KindSupport } from '../device-state.ts';
import type { MoveProblem, Party } from '../report.ts';
import { surveyDevices } from '../survey.ts';
import type { Survey } from '../survey.ts';
import { totalEntries } from '../tables.ts';

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
  const problems = [
    ...refuseOld(context.vm, survey.old),
    ...refuseNew(context.vm, survey.new),
    ...refuseKinds(survey),
  ];
  if (problems.length > 0) throw new RefusedError(problems);
  context.survey = survey;
}

/** Entries of the VM that will be written to the new device while it runs on the old one. */
export function dynamicEntries({ old, kinds }: Survey): number {
  const dynamic = new Set(kinds.filter((kind) => kind.ephemeral).map((kind) => kind.name));
  return totalEntries((old.vm?.tables ?? []).filter(({ kind }) => dynamic.has(kind)));
}

function refusal(party: Party, message: string): MoveProblem {
  return { stage: 'plan', party, message };
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

function refuseKinds({ old, new: target, newModules, schema }: Survey): readonly MoveProblem[] {
  return (old.vm?.tables ?? [])
    .filter(({ entries }) => entries > 0)
    .flatMap(({ kind, entries }) => {
      const support = target.kinds.find(({ name }) => name === kind);
      return support
        ? refuseCapacity(support, BigInt(entries))
        : [refusal('new', `kind "${kind}" is not supported; the VM has ${entries} entries of it`)];
    })
    .concat(refuseModules(newModules, schema.modules.keys()));
}

function refuseCapacity(
  { name, limit, used, reserved }: KindSupport,
  entries: bigint,
): readonly MoveProblem[] {
  if (limit === undefined) return [];
  const free = limit - used - reserved;
  if (free >= entries) return [];
  const room = `${String(free < 0n ? 0n : free)} of ${String(limit)} are free`;
  return [refusal('new', `${String(entries)} entries of kind "${name}" do not fit: ${room}`)];
}

/** Without the core module on the new device every kind would be missing: say so plainly. */
function refuseModules(
  modules: Survey['newModules'],
  needed: Iterable<string>,
): readonly MoveProblem[] {
  const missing = [...needed].includes('sami') && !modules.some(({ name }) => name === 'sami');
  return missing ? [refusal('new', 'the device does not implement the module "sami"')] : [];
}
