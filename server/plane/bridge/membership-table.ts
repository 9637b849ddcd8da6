/** Changes the multicast database of one bridge: all of the changes or, if one is refused, none. */
import type { Launcher } from '../kit/launcher.ts';
import { ToolError } from '../kit/launcher.ts';
import { deleteMessage, putMessage } from './mdb-message.ts';
import type { MdbEntry } from './mdb-message.ts';
import { sendMessages } from './route-socket.ts';

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
  let done = 0;
  while (done < changes.length) {
    const rest = changes.slice(done);
    const answer = await sendMessages(
      launcher,
      rest.map((change) => messageFor(bridge, change)),
    );
    done += answer.done;
    if (!answer.error) return;
    const refused = changes[done];
    // What was to be taken away has run out meanwhile.
    if (refused && !refused.after) done += 1;
    else {
      await undo(launcher, bridge, changes.slice(0, done));
      const group = refused?.after?.group ?? '';
      throw new ToolError('bridge', `membership in ${group}: ${answer.error.text}`);
    }
  }
}

/** Takes back changes that were made. What cannot be taken back is left to the next report of the host. */
export async function undo(
  launcher: Launcher,
  bridge: number,
  changes: readonly MdbChange[],
): Promise<void> {
  const back = changes.toReversed().map(({ before, after }) => ({ before: after, after: before }));
  for (const change of back) await sendMessages(launcher, [messageFor(bridge, change)]);
}

function messageFor(bridge: number, { before, after }: MdbChange): Buffer {
  if (after) return putMessage(bridge, after);
  if (before) return deleteMessage(bridge, before);
  throw new Error('a change from nothing to nothing');
}
