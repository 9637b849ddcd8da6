/** Stage 6: both devices must hold the same of what moves, by count and digest of each kind. */
import type { MoveContext } from '../context.ts';
import type { DeviceState, VmState } from '../device-state.ts';
import type { Mode } from '../../../src/sami/index.ts';
import { compareTables } from '../tables.ts';
import type { TableDifference } from '../tables.ts';

/** The new device does not hold what the old one holds. */
export class VerifyError extends Error {
  readonly code = 'verify';
}

export async function verify(context: MoveContext): Promise<void> {
  const [old, target] = await Promise.all([
    context.old.readState(context.vm, 'tables'),
    context.new.readState(context.vm, 'tables'),
  ]);
  const before = expectMode(old, 'frozen', 'old');
  const after = expectMode(target, 'learning', 'new');
  context.tables = { before: before.tables, after: after.tables };
  checkRestarts(context, old, target);
  const moved = context.state.moving(before.tables);
  const differences = compareTables(moved, context.state.moving(after.tables));
  if (differences.length > 0) throw new VerifyError(describe(differences));
  await context.record({
    type: 'verified',
    tables: moved,
    bootIds: { old: old.bootId, new: target.bootId },
  });
}

function expectMode({ vm }: DeviceState, mode: Mode, role: string): VmState {
  if (vm?.mode === mode) return vm;
  const found = vm ? `in mode ${vm.mode}` : 'gone';
  throw new VerifyError(`on the ${role} device the VM is ${found} and should be ${mode}`);
}

/** A device that restarted in between has undone what was pending, whatever it shows now. */
function checkRestarts({ survey }: MoveContext, old: DeviceState, target: DeviceState): void {
  if (survey && survey.old.bootId !== old.bootId) throw new VerifyError('the old device restarted');
  if (survey && survey.new.bootId !== target.bootId)
    throw new VerifyError('the new device restarted');
}

function describe(differences: readonly TableDifference[]): string {
  const parts = differences.map(({ kind, before, after }) =>
    before.entries === after.entries
      ? `${kind}: ${before.entries} entries on both, but not the same ones`
      : `${kind}: ${before.entries} entries on the old device, ${after.entries} on the new one`,
  );
  return `the tables differ (${parts.join('; ')})`;
}
