/** Changing a device: the candidate is locked, edited, committed and unlocked in one go. */
import { RpcErrorException } from '../../src/error/index.ts';
import type { NetconfClient } from '../netconf-client.ts';
import { whileBusy } from './busy.ts';
import type { MoveContext } from './context.ts';
import type { Device, PipelinedMessage } from './device.ts';
import { OrchestratorCrash } from './steps.ts';
import type { ConfigText } from './vm-edit.ts';

export const LOCK_CANDIDATE: PipelinedMessage = {
  message: 'lock',
  send: (client, signal) => client.lock('candidate', { signal }),
};

export const UNLOCK_CANDIDATE: PipelinedMessage = {
  message: 'unlock',
  send: (client, signal) => client.unlock('candidate', { signal }),
};

export const COMMIT: PipelinedMessage = {
  message: 'commit',
  send: (client, signal) => client.commit({ signal }),
};

export function editCandidate(config: ConfigText): PipelinedMessage {
  return {
    message: 'edit-config',
    send: (client, signal) =>
      client.editConfig({
        target: 'candidate',
        errorOption: 'rollback-on-error',
        config: config(),
        signal,
      }),
  };
}

/**
 * A plain commit of `config`. The four messages go out together: when the lock is denied the others fail
 * too and nothing has been changed; when the edit is refused the commit finds nothing to do.
 */
export async function commitEdit(
  context: MoveContext,
  device: Device,
  config: ConfigText,
): Promise<void> {
  await whileBusy(context, async () => {
    try {
      await device.pipeline([LOCK_CANDIDATE, editCandidate(config), COMMIT, UNLOCK_CANDIDATE]);
    } catch (error) {
      await tidyAfter(error, device);
      throw error;
    }
  });
}

/** Takes back what is in the candidate and gives up locks, on a session that still works. */
export async function tidyCandidate(device: Device): Promise<void> {
  const client = await device.openControl();
  if (!client) return;
  const tidy = (
    message: string,
    send: (client: NetconfClient, signal: AbortSignal) => Promise<unknown>,
  ) =>
    device.pipeline(
      [{ message, send: (session, signal) => ignoreRefusal(send(session, signal)) }],
      {
        client,
      },
    );
  await tidy('discard-changes', (session, signal) => session.discardChanges({ signal }));
  await tidy('unlock', (session, signal) => session.unlock('candidate', { signal }));
  await tidy('unlock', (session, signal) => session.unlock('running', { signal }));
}

/** Tidies up after a failure, which remains the one that is told of. */
export async function tidyAfter(failure: unknown, device: Device): Promise<void> {
  if (failure instanceof OrchestratorCrash) return;
  await tidyCandidate(device).catch((error: unknown) => {
    if (error instanceof OrchestratorCrash) throw error;
  });
}

/** An rpc-error is an answer: there was nothing to do. */
export async function ignoreRefusal(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    if (error instanceof RpcErrorException) return false;
    throw error;
  }
}
