/** Subscriptions (RFC 5277; RFC 8639 and 8640; RFC 8641). */
import {
  encodeCreateSubscription,
  encodeDeleteSubscription,
  encodeEstablishSubscription,
  encodeKillSubscription,
  encodeResyncSubscription,
} from '../../../../src/netconf/index.ts';
import type { RpcBody } from '../../../../src/netconf/index.ts';
import { textContent } from '../../../../src/xml/index.ts';
import { UsageError } from '../../exit-code.ts';
import { wholeNumber } from '../parameters.ts';
import type { ConsoleSession } from '../session.ts';
import { command } from './command.ts';
import type { Call, CommandRow } from './command.ts';
import { nmdaDatastore } from './datastores.ts';
import { filterOf, xpathFilter } from './filters.ts';

/** Notifications may come before the reply. */
async function subscribed(session: ConsoleSession, body: RpcBody, { isLast }: Call): Promise<void> {
  if (session.output.style !== 'xml' && session.output.style !== 'compact') {
    // Notifications are printed at once: what prints them must not have to ask first.
    await session.schema.context();
  }
  session.subscribes();
  if (session.isDry) {
    await session.send(body);
    return;
  }
  const reply = await session.ask(body, (signal) => session.client.request(body, { signal }));
  const id = reply?.output.find(({ local }) => local === 'id');
  if (id) session.options.warn(`subscription ${textContent(id)}`);
  if (isLast) await session.waitForEnd();
}

async function createSubscription(session: ConsoleSession, call: Call): Promise<void> {
  const { values, parameters } = call;
  const filter = await filterOf(session, parameters);
  const { startTime, stopTime } = parameters;
  const request = { stream: values[0], filter, startTime, stopTime };
  await subscribed(session, encodeCreateSubscription(request), call);
}

/** What begins with `/` selects data of a datastore, what does not is the name of a stream. */
async function subscribe(session: ConsoleSession, call: Call): Promise<void> {
  const [what = ''] = call.values;
  const { db, stopTime, startTime, period, dampening, syncOnStart } = call.parameters;
  if (!what.startsWith('/')) {
    const filter = await filterOf(session, call.parameters);
    const request = { stream: what, filter, replayStartTime: startTime, stopTime };
    await subscribed(session, encodeEstablishSubscription(request), call);
    return;
  }
  if (startTime !== undefined) throw new UsageError('--start-time is for streams; data has none');
  const datastore = await nmdaDatastore(session, db ?? 'operational', call.parameters);
  const filter = await xpathFilter(session, call.parameters, what);
  const trigger =
    period === undefined
      ? { onChange: { dampeningPeriod: dampening, syncOnStart: syncOnStart === true } }
      : { periodic: { period } };
  const request = { datastore, filter, trigger, stopTime };
  await subscribed(session, encodeEstablishSubscription(request), call);
}

function byId(flags: string, help: string, encode: (id: number) => RpcBody): CommandRow {
  return command(flags, help, {
    run: (session, { values: [id = ''] }) =>
      session.send(encode(wholeNumber(id, 'the id of a subscription'))),
  });
}

export const SUBSCRIBE_COMMANDS: readonly CommandRow[] = [
  command('--create-subscription [stream]', 'print notifications of a stream (RFC 5277)', {
    uses: ['filter', 'ns', 'startTime', 'stopTime'],
    run: createSubscription,
  }),
  command('--subscribe <path|stream>', 'print changes of data (RFC 8641), or a stream (RFC 8639)', {
    uses: [
      ...(['filter', 'ns', 'db', 'period', 'dampening', 'syncOnStart', 'startTime'] as const),
      'stopTime',
    ],
    run: subscribe,
  }),
  byId(
    '--delete-subscription <id>',
    'end a subscription of this session',
    encodeDeleteSubscription,
  ),
  byId('--kill-subscription <id>', 'end a subscription of any session', encodeKillSubscription),
  byId(
    '--resync-subscription <id>',
    'ask for all that is selected again',
    encodeResyncSubscription,
  ),
];
