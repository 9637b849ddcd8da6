/** Tells the data planes which VMs own their tables now, because a commit is confirmed. */
import { modeOf, withoutEphemeral } from '../../src/sami/index.ts';
import type { Kind } from '../../src/sami/index.ts';
import type { Logger } from '../logger.ts';
import type { DataPlane, VmChange } from '../plane/plane.ts';

/** A plane that fails at it is reported in the log: the commit stands. */
export async function settlePlanes(
  changes: readonly VmChange[],
  kinds: readonly Kind[],
  planes: readonly DataPlane[],
  logger: Logger,
): Promise<void> {
  const settled = changes.flatMap(({ before, after }) => {
    if (!after || modeOf(after) === 'standby') return [];
    const bare = withoutEphemeral(after, kinds);
    const wasOwned = before !== undefined && modeOf(before) !== 'standby';
    return bare !== after || !wasOwned ? [bare] : [];
  });
  if (settled.length === 0) return;
  for (const plane of planes) {
    await plane.settle(settled).catch((error: unknown) => {
      logger.log('error', 'plane-settle-failed', { plane: plane.name, error });
    });
  }
}
