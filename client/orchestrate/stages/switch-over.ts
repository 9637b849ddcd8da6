/**
 * Stage 5: the VM stops, the old device freezes, the last changes reach the new device, and it takes
 * over. Both changes of mode are confirmed commits: left alone, both devices undo them.
 *
 * What can be done before the VM stops is done before: locks, and the freeze in the candidate. So the
 * blackout holds one commit on each device and the last changes, whatever the size of the tables.
 */
import type { MoveContext } from '../context.ts';
import type { Device, PipelinedMessage } from '../device.ts';
import { COMMIT, editCandidate, tidyAfter } from '../edit.ts';
import { whileBusy } from '../busy.ts';
import { applyChanges, setMode, takeOver } from '../vm-edit.ts';
import { countChanges } from './catch-up.ts';
import { reservedKinds } from './prepare.ts';

export async function switchOver(context: MoveContext): Promise<void> {
  const { feed } = context;
  if (!feed) throw new Error('changes are not being watched');
  await lockBoth(context);
  await context.old.pipeline([editCandidate(setMode(context.vm, 'frozen'))]);
  context.checkAborted();
  await stopVm(context);
  await freeze(context);
  await feed.barrier(context.vm);
  await activate(context);
}

/**
 * Both devices for this move alone: only one confirmed commit can be pending on a device. Every move
 * locks its devices in the order of their boot-ids, so that moves in opposite directions never wait for
 * each other.
 */
async function lockBoth(context: MoveContext): Promise<void> {
  for (const device of lockOrder(context)) {
    await whileBusy(context, async () => {
      try {
        await lockDevice(device);
      } catch (error) {
        await tidyAfter(error, device);
        throw error;
      }
    });
    await context.rememberLocks(device);
  }
}

function lockOrder({ old, new: target, survey }: MoveContext): readonly Device[] {
  const oldFirst = (survey?.old.bootId ?? '') <= (survey?.new.bootId ?? '');
  return oldFirst ? [old, target] : [target, old];
}

async function lockDevice(device: Device): Promise<void> {
  await device.pipeline(
    (['running', 'candidate'] as const).map((datastore) => ({
      message: 'lock',
      send: (client, signal) => client.lock(datastore, { signal }),
    })),
  );
}

async function stopVm(context: MoveContext): Promise<void> {
  await context.record({ type: 'begin', action: 'stop' });
  await context.tell('stop');
  await context.record({ type: 'done', action: 'stop' });
}

async function freeze(context: MoveContext): Promise<void> {
  await context.record({ type: 'begin', action: 'freeze' });
  await context.old.pipeline([confirmedCommit(context, context.persistIds.old)]);
  await context.record({ type: 'done', action: 'freeze' });
}

/**
 * The last changes go in while the VM is still in standby, where its entries are exactly what has been
 * configured; then the mode changes. All four messages are on their way together.
 */
async function activate(context: MoveContext): Promise<void> {
  const changes = context.feed?.take() ?? [];
  await context.record({ type: 'begin', action: 'activate' });
  const rest: readonly PipelinedMessage[] =
    changes.length > 0 ? [editCandidate(applyChanges(context.vm, changes)), COMMIT] : [];
  await context.new.pipeline([
    ...rest,
    editCandidate(takeOver(context.vm, reservedKinds(context.survey))),
    confirmedCommit(context, context.persistIds.new),
  ]);
  countChanges(context, changes);
  await context.record({ type: 'done', action: 'activate' });
}

function confirmedCommit(
  { settings: { confirmTimeoutS } }: MoveContext,
  persist: string,
): PipelinedMessage {
  return {
    message: 'commit',
    send: (client, signal) =>
      client.commit({ confirmed: true, confirmTimeout: confirmTimeoutS, persist, signal }),
  };
}
