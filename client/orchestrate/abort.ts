/**
 * Undoing a move that is not decided: the old device serves on as if nothing had been tried.
 *
 * Everything here may have been done before, by us or by the devices themselves when their time-outs ran
 * out, so each step looks first or does not mind. A device that cannot be reached until its time-out has
 * passed has undone its part by then.
 */
import { tidyCandidate, commitEdit, ignoreRefusal } from './edit.ts';
import { asError } from './clock.ts';
import type { MoveContext } from './context.ts';
import type { Device } from './device.ts';
import { killOrphans } from './orphans.ts';
import { OrchestratorCrash } from './steps.ts';
import { removeVm } from './vm-edit.ts';

/** The VM could not be told to run on its old host again. */
export class NotResumedError extends Error {
  readonly code = 'not-resumed';

  constructor(id: string, cause: unknown) {
    super(
      `the VM may still be stopped: ${asError(cause).message}; run "sami resume ${id}" to tell the hypervisor again`,
      { cause },
    );
    this.name = 'NotResumedError';
  }
}

export async function abortMove(context: MoveContext): Promise<void> {
  context.direction = 'back';
  await context.decide('abort').catch((error: unknown) => {
    if (error instanceof OrchestratorCrash) throw error;
  });
  await closeFeed(context);
  const untilMs = context.clock.now() + context.settings.confirmTimeoutS * 1000;
  const newUndone = settle(undoNew(context, untilMs));
  await settle(undoOld(context, untilMs)).then(unlessCrashed);
  if (context.state.begun.has('create')) await resumeVm(context, untilMs);
  unlessCrashed(await newUndone);
}

/** Failures have been recorded on the way; what is left is done by the time-outs of the devices. */
function unlessCrashed(error: unknown): void {
  if (error instanceof OrchestratorCrash) throw error;
}

/** Waits for the end without rejecting, so that nobody has to watch it meanwhile. */
async function settle(work: Promise<void>): Promise<unknown> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error;
  }
}

async function closeFeed(context: MoveContext): Promise<void> {
  const { feed } = context;
  context.feed = undefined;
  await feed?.close();
}

async function undoOld(context: MoveContext, untilMs: number): Promise<void> {
  const { old, state } = context;
  await context.persist(
    [old],
    async () => {
      await tidy(context, old);
      if (!state.begun.has('freeze')) return;
      await cancelCommit(context, old);
      const { vm } = await old.readState(context.vm, 'mode');
      if (vm?.mode === 'learning') return;
      throw new Error(`on the old device the VM is ${vm ? `still ${vm.mode}` : 'gone'}`);
    },
    untilMs,
  );
}

async function undoNew(context: MoveContext, untilMs: number): Promise<void> {
  const { state, new: target } = context;
  if (!state.begun.has('create')) return;
  await context.persist(
    [target],
    async () => {
      await tidy(context, target);
      if (state.begun.has('activate')) await cancelCommit(context, target);
      const { vm } = await target.readState(context.vm, 'mode');
      if (!vm) return;
      // Only a VM in standby can be what this move has made.
      if (vm.mode !== 'standby') throw new Error(`on the new device the VM is still ${vm.mode}`);
      await commitEdit(context, target, removeVm(context.vm));
    },
    untilMs,
  );
}

async function tidy(context: MoveContext, device: Device): Promise<void> {
  await killOrphans(context, device);
  await tidyCandidate(device);
  context.forgetLocks(device);
}

async function cancelCommit(context: MoveContext, device: Device): Promise<void> {
  const persistId = context.persistIds[device.role];
  await device.call('cancel-commit', (client, signal) =>
    ignoreRefusal(client.cancelCommit({ persistId, signal })),
  );
}

async function resumeVm(context: MoveContext, untilMs: number): Promise<void> {
  try {
    await context.persist([], () => context.tell('abort'), untilMs);
  } catch (error) {
    if (error instanceof OrchestratorCrash) throw error;
    throw new NotResumedError(context.state.begin.id, error);
  }
  await context.record({ type: 'done', action: 'resume' });
}
