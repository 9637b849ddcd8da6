/**
 * Stage 4: changes that came while everything was being copied, and changes that came while those were
 * being applied, until few are left.
 *
 * An entry may have been read before or after a change that is replayed here. Both are harmless: changes
 * are absolute values, they are replayed after the copy, and the last one wins.
 */
import { ChangeFeed, ChangesLostError } from '../change-feed.ts';
import { copyAll } from '../bulk-copy.ts';
import type { MoveContext } from '../context.ts';
import { commitEdit } from '../edit.ts';
import type { Survey } from '../survey.ts';
import { applyChanges, removeContainers } from '../vm-edit.ts';
import type { RowChange } from '../vm-edit.ts';

export async function catchUp(context: MoveContext): Promise<void> {
  const { survey, settings } = context;
  if (!survey) throw new Error('there is no plan to catch up by');
  let resyncs = 0;
  for (let round = 0; round < settings.maxRounds;) {
    context.checkAborted();
    try {
      if (!(await catchUpRound(context))) return;
      round += 1;
    } catch (error) {
      if (!(error instanceof ChangesLostError) || resyncs >= settings.maxResyncs) throw error;
      resyncs += 1;
      await resync(context, survey);
    }
  }
}

/** Applies what has changed so far. False when so little is left that the rest can wait. */
async function catchUpRound(context: MoveContext): Promise<boolean> {
  const { feed, settings } = context;
  if (!feed) throw new Error('changes are not being watched');
  await feed.barrier(context.vm);
  if (feed.size <= settings.restEntries) return false;
  const changes = feed.take();
  context.expected = context.entries + changes.length;
  for (let from = 0; from < changes.length; from += settings.batchEntries) {
    await replay(context, changes.slice(from, from + settings.batchEntries));
  }
  return true;
}

async function replay(context: MoveContext, changes: readonly RowChange[]): Promise<void> {
  await commitEdit(context, context.new, applyChanges(context.vm, changes));
  countChanges(context, changes);
  context.progress();
}

/** An entry that is set here was most often sent before; a removal is not an entry sent again. */
export function countChanges(context: MoveContext, changes: readonly RowChange[]): void {
  context.entries += changes.length;
  context.duplicates += changes.filter(({ removed }) => !removed).length;
}

/** Changes were missed: what has been copied cannot be trusted, so everything is copied again. */
async function resync(context: MoveContext, survey: Survey): Promise<void> {
  await context.feed?.close();
  context.feed = undefined;
  const dynamic = survey.kinds.filter(({ ephemeral }) => ephemeral);
  const containers = dynamic.map(({ container }) => container);
  await commitEdit(context, context.new, removeContainers(context.vm, containers));
  context.feed = await ChangeFeed.open(context, survey);
  const before = context.entries;
  await copyAll(context, survey);
  context.duplicates += context.entries - before;
}
