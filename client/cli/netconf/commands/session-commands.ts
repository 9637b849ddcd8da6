/** What is about sessions: hello, the end of one, waiting (RFC 6241, sections 7.8, 7.9 and 8.1). */
import { encodeCloseSession, encodeKillSession } from '../../../../src/netconf/index.ts';
import type { Clock } from '../../../../src/util/index.ts';
import { UsageError } from '../../exit-code.ts';
import { wholeNumber } from '../parameters.ts';
import type { ConsoleSession } from '../session.ts';
import { command } from './command.ts';
import type { CommandRow } from './command.ts';

function hello({ client, output }: ConsoleSession): void {
  const { sessionId, capabilities } = client;
  const texts = Array.from(capabilities, ({ text }) => text);
  if (output.style === 'json' || output.style === 'objects') {
    output.write(`${JSON.stringify({ sessionId, capabilities: texts }, null, 2)}\n`);
  } else {
    output.write(`session ${sessionId}\n${texts.map((text) => `${text}\n`).join('')}`);
  }
}

/** Rejects with the reason of the signal. */
function sleep(clock: Clock, seconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(seconds * 1000, resolve);
    signal.addEventListener(
      'abort',
      () => {
        timer.cancel();
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
}

function secondsOf(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new UsageError(`"${text}" is not a number of seconds`);
  return Number(text);
}

export const SESSION_COMMANDS: readonly CommandRow[] = [
  command('--hello', 'print session-id and capabilities', { run: hello }),
  command('--kill-session <id>', 'end another session', {
    run: (session, { values: [id = ''] }) =>
      session.send(encodeKillSession(wholeNumber(id, 'the id of a session'))),
  }),
  command('--close-session, --close', 'end this session', {
    run: async (session) => {
      await session.send(encodeCloseSession());
      if (!session.isDry) await session.client.close();
    },
  }),
  command('--sleep <seconds>', 'do nothing for a while', {
    run: (session, { values: [seconds = ''] }) => {
      const time = secondsOf(seconds);
      return session.isDry ? undefined : sleep(session.clock, time, session.signal);
    },
  }),
];
