/**
 * Confirming what was decided, on whatever state the devices are in by now.
 *
 * In the good case both confirmed commits are still pending and one commit each does it. Otherwise a
 * timer ran out or a device restarted after the decision: the old device has thawed, or the VM on the
 * new one is back in standby, without its entries, or gone. The VM runs nowhere meanwhile, and the old
 * device still has everything; so it is frozen again and copied again, by plain commits, for there is
 * nothing left to decide.
 */
import { RpcErrorException } from '../../src/error/index.ts';
import { copyAll } from './bulk-copy.ts';
import { isBusy, whileBusy } from './busy.ts';
import type { MoveContext } from './context.ts';
import type { Device, PipelinedMessage } from './device.ts';
import type { DeviceState } from './device-state.ts';
import { LOCK_CANDIDATE, UNLOCK_CANDIDATE, commitEdit, tidyAfter, tidyCandidate } from './edit.ts';
import { createStandby, reservedKinds } from './stages/prepare.ts';
import { surveyDevices, withoutKinds } from './survey.ts';
import { compareTables } from './tables.ts';
import { removeVm, setMode, takeOver } from './vm-edit.ts';

/** The VM is on neither device: there is nothing left to move. Cannot come from this program. */
export class StateGoneError extends Error {
  readonly code = 'state-gone';
}

/** New device first: from then on it serves the VM, and the old one only has to forget. */
export async function confirmBoth(context: MoveContext): Promise<void> {
  await confirmNew(context);
  const [state] = await Promise.all([
    context.new.readState(context.vm, 'mode'),
    confirmOld(context),
  ]);
  await checkNew(context, state.bootId);
}

async function confirmNew(context: MoveContext): Promise<void> {
  if (context.state.confirmed.has('new')) return;
  if (!(await confirmPending(context, context.new))) {
    const { vm } = await context.new.readState(context.vm, 'tables');
    const kept = vm?.mode === 'learning' && isVerified(context, vm.tables);
    if (!kept) await copyAgain(context);
  }
  await context.record({ type: 'confirmed', device: 'new' });
}

async function confirmOld(context: MoveContext): Promise<void> {
  if (context.state.confirmed.has('old')) return;
  if (!(await confirmPending(context, context.old))) await freezeAgain(context);
  await context.record({ type: 'confirmed', device: 'old' });
}

/** False when the device does not know of our commit (any more). */
async function confirmPending(context: MoveContext, device: Device): Promise<boolean> {
  const persistId = context.persistIds[device.role];
  const commit: PipelinedMessage = {
    message: 'commit',
    send: (client, signal) => client.commit({ persistId, signal }),
  };
  // A commit takes the candidate along, so it must not be somebody else's.
  const messages = context.isLocked(device) ? [commit] : [LOCK_CANDIDATE, commit, UNLOCK_CANDIDATE];
  return whileBusy(context, async () => {
    try {
      await device.pipeline(messages);
      return true;
    } catch (error) {
      if (!(error instanceof RpcErrorException)) throw error;
      if (messages.length > 1) await tidyAfter(error, device);
      if (isBusy(error)) throw error;
      return false;
    }
  });
}

/** A plain commit: the VM must not run here any more, timer or not. */
async function freezeAgain(context: MoveContext): Promise<void> {
  const { vm } = await context.old.readState(context.vm, 'mode');
  if (!vm) throw new StateGoneError(`VM "${context.vm}" has gone from the old device`);
  if (vm.mode === 'frozen') return;
  await releaseLocks(context);
  await commitEdit(context, context.old, setMode(context.vm, 'frozen'));
}

/** The new device restarted after it had confirmed: its tables may be lost, and the VM waits for them. */
async function checkNew(context: MoveContext, bootId: string | undefined): Promise<void> {
  if (context.state.begun.has('continue')) return;
  if (bootId === context.state.bootIds?.new) return;
  const { vm } = await context.new.readState(context.vm, 'tables');
  if (vm?.mode === 'learning' && isVerified(context, vm.tables)) return;
  await copyAgain(context);
}

async function copyAgain(context: MoveContext): Promise<void> {
  await releaseLocks(context);
  await confirmOld(context);
  context.survey ??= withoutKinds(await surveyDevices(context), context.state.behind);
  const old = await context.old.readState(context.vm, 'tables');
  if (!isReady(context, old, await context.new.readState(context.vm, 'tables'))) {
    await commitEdit(context, context.new, removeVm(context.vm));
    await createStandby(context, context.survey);
    await copyAll(context, context.survey);
    const copied = await context.new.readState(context.vm, 'tables');
    if (!isReady(context, old, copied))
      throw new Error('the tables differ after they were copied again');
  }
  const reserved = reservedKinds(context.survey);
  await commitEdit(context, context.new, takeOver(context.vm, reserved));
  const { bootId } = await context.new.readState(context.vm, 'mode');
  await context.record({
    type: 'verified',
    tables: context.state.moving(old.vm?.tables ?? []),
    bootIds: { old: old.bootId, new: bootId },
  });
}

/** The VM is in standby on the new device with all that moves of what the old one has. */
function isReady({ state }: MoveContext, old: DeviceState, target: DeviceState): boolean {
  if (!old.vm || target.vm?.mode !== 'standby') return false;
  return compareTables(state.moving(old.vm.tables), state.moving(target.vm.tables)).length === 0;
}

function isVerified({ state }: MoveContext, tables: Parameters<typeof compareTables>[1]): boolean {
  if (state.verified === undefined) return false;
  return compareTables(state.verified, state.moving(tables)).length === 0;
}

/** Locks of the switch-over would be in the way of commits that lock by themselves. */
export async function releaseLocks(context: MoveContext): Promise<void> {
  for (const device of [context.old, context.new]) {
    if (!context.isLocked(device)) continue;
    await tidyCandidate(device);
    context.forgetLocks(device);
  }
}
