/** Stage 3: subscribe to changes on the old device first, then copy everything. */
import { ChangeFeed } from '../change-feed.ts';
import { copyAll } from '../bulk-copy.ts';
import type { MoveContext } from '../context.ts';
import { dynamicEntries } from './plan.ts';

export async function preCopy(context: MoveContext): Promise<void> {
  const { survey } = context;
  if (!survey) throw new Error('there is no plan to copy by');
  context.expected = dynamicEntries(survey);
  context.feed = await ChangeFeed.open(context, survey);
  await copyAll(context, survey);
}
