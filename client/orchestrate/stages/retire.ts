/** Stage 8: after the packets in flight have had their time, the old device forgets the VM. */
import { releaseLocks } from '../confirm.ts';
import type { MoveContext } from '../context.ts';
import { commitEdit } from '../edit.ts';
import { killOrphans } from '../orphans.ts';
import { removeVm } from '../vm-edit.ts';

export async function retire(context: MoveContext): Promise<void> {
  let waited = false;
  await context.persist([context.old, context.new], async () => {
    await killOrphans(context, context.old, context.new);
    await releaseLocks(context);
    if (!waited) await context.sleep(context.settings.graceMs);
    waited = true;
    if (!context.state.done.has('retire')) await removeOld(context);
    await checkSettled(context);
  });
}

async function removeOld(context: MoveContext): Promise<void> {
  await context.record({ type: 'begin', action: 'retire' });
  await commitEdit(context, context.old, removeVm(context.vm));
  await context.record({ type: 'done', action: 'retire' });
}

async function checkSettled(context: MoveContext): Promise<void> {
  const { vm } = await context.new.readState(context.vm, 'mode');
  if (vm?.mode === 'learning') return;
  await context.recordProblem(
    new Error(`on the new device the VM is ${vm ? `in mode ${vm.mode}` : 'gone'} after the move`),
  );
}
