/**
 * Ends sessions of this move that nobody uses any more, but of which the device may not know yet: a
 * request on its way in one of them must not be carried out after it has been undone, and its locks are
 * in the way.
 */
import type { MoveContext } from './context.ts';
import type { Device } from './device.ts';
import { ignoreRefusal } from './edit.ts';

export async function killOrphans(
  context: MoveContext,
  ...devices: readonly Device[]
): Promise<void> {
  await Promise.all(devices.map((device) => killOrphansOf(context, device)));
}

async function killOrphansOf(context: MoveContext, device: Device): Promise<void> {
  const orphans = context.state.sessions.filter(
    (session) =>
      session.device === device.role && !session.ended && !device.owns(session.sessionId),
  );
  if (orphans.length === 0) return;
  const { bootId } = await device.readState(context.vm, 'mode');
  for (const orphan of orphans) {
    orphan.ended = true;
    // Numbers are given anew after a restart: then this one could be anybody's.
    if (bootId === undefined || orphan.bootId !== bootId) continue;
    await device.call('kill-session', (client, signal) =>
      ignoreRefusal(client.killSession(orphan.sessionId, { signal })),
    );
  }
}
