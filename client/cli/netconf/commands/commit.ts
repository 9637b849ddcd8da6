/** commit and cancel-commit (RFC 6241, sections 8.3.4.1 and 8.4). */
import { encodeCancelCommit, encodeCommit } from '../../../../src/netconf/index.ts';
import type { Parameters } from '../parameters.ts';
import { wholeNumber } from '../parameters.ts';
import type { ConsoleSession } from '../session.ts';
import { command } from './command.ts';
import type { CommandRow } from './command.ts';

async function commit(
  session: ConsoleSession,
  { confirmTimeout, persist, persistId }: Parameters,
  confirmed: boolean,
): Promise<void> {
  await session.send(
    encodeCommit(confirmed ? { confirmed, confirmTimeout, persist, persistId } : { persistId }),
  );
  if (session.isDry) return;
  // A follow-up without a name takes the name away (RFC 6241, section 8.4.5.1).
  session.hasPendingCommit = confirmed && persist === undefined;
}

export const COMMIT_COMMANDS: readonly CommandRow[] = [
  command('--commit [confirmed]', 'commit, or confirm; confirmed: undone unless confirmed', {
    choices: ['confirmed'],
    uses: ['confirmTimeout', 'persist', 'persistId'],
    run: (session, { values, parameters }) =>
      commit(session, parameters, values[0] === 'confirmed'),
  }),
  command('--commit-confirmed [seconds]', 'confirmed commit (default: 600 s)', {
    uses: ['confirmTimeout', 'persist', 'persistId'],
    run: (session, { values: [seconds], parameters }) => {
      const time = seconds === undefined ? undefined : wholeNumber(seconds, 'a number of seconds');
      return commit(
        session,
        time === undefined ? parameters : { ...parameters, confirmTimeout: time },
        true,
      );
    },
  }),
  command('--cancel-commit', 'undo a confirmed commit', {
    uses: ['persistId'],
    run: async (session, { parameters: { persistId } }) => {
      await session.send(encodeCancelCommit({ persistId }));
      if (!session.isDry) session.hasPendingCommit = false;
    },
  }),
];

/** What is used up by one commit: the next has to be told again. */
export const COMMIT_PARAMETERS = ['confirmTimeout', 'persist', 'persistId'] as const;
