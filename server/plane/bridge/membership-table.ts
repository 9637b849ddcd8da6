/** Changes the multicast database of one bridge: all of the changes or, if one is refused, none. */
import type { Launcher } from '../kit/launcher.ts';
import { ToolError } from '../kit/launcher.ts';
import { deleteMessage, putMessage } from './mdb-message.ts';
import type { MdbEntry } from './mdb-message.ts';
import { RouteSocket } from './route-socket.ts';

/** `before` is what the bridge has, `after` what it is to have; undefined where there is nothing. */
export interface MdbChange {
  readonly before: MdbEntry | undefined;
  readonly after: MdbEntry | undefined;
}

/** Makes the changes. Throws {@link ToolError}, with everything as it was. */
export async function changeMdb(
  launcher: Launcher,
  bridge: number,
  changes: readonly MdbChange[],
): Promise<void> {
  await withSocket(launcher, changes, async (socket) => {
    for (const [done, change] of changes.entries()) {
      const refusal = await socket.request(messageFor(bridge, change));
      // What was to be taken away has run out meanwhile.
      if (refusal === undefined || !change.after) continue;
      await takeBack(socket, bridge, changes.slice(0, done));
      throw new ToolError('bridge', `membership in ${change.after.group}: ${refusal}`);
    }
  });
}

/** Takes back changes that were made. What cannot be taken back is left to the next report of the host. */
export async function undo(
  launcher: Launcher,
  bridge: number,
  changes: readonly MdbChange[],
): Promise<void> {
  await withSocket(launcher, changes, (socket) => takeBack(socket, bridge, changes));
}

async function takeBack(
  socket: RouteSocket,
  bridge: number,
  changes: readonly MdbChange[],
): Promise<void> {
  for (const { before, after } of changes.toReversed()) {
    await socket.request(messageFor(bridge, { before: after, after: before }));
  }
}

async function withSocket(
  launcher: Launcher,
  changes: readonly MdbChange[],
  task: (socket: RouteSocket) => Promise<void>,
): Promise<void> {
  if (changes.length === 0) return;
  const socket = await RouteSocket.open(launcher);
  try {
    await task(socket);
  } finally {
    await socket.close();
  }
}

function messageFor(bridge: number, { before, after }: MdbChange): Buffer {
  if (after) return putMessage(bridge, after);
  if (before) return deleteMessage(bridge, before);
  throw new Error('a change from nothing to nothing');
}
