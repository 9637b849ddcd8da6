/** create-subscription (RFC 5277, section 2.1.1). */
import {
  RpcErrorException,
  badAttribute,
  badElement,
  invalidValue,
  missingAttribute,
  missingElement,
  operationFailed,
  operationNotSupported,
} from '../../../src/error/index.ts';
import { XPathError } from '../../../src/xpath/index.ts';
import { CreateSubscriptionInput } from '../../generated/notifications.ts';
import { filterAttribute } from '../../read/filter-attribute.ts';
import { OK } from '../../session/reply-writer.ts';
import type { Operation, OperationCall } from '../../operations/operation.ts';
import { NO_FILTER } from '../filters.ts';
import { NETCONF_STREAM } from '../notifications.ts';
import {
  subtreeNotificationFilter,
  xpathNotificationFilter,
} from '../stream/notification-filter.ts';
import type { NotificationFilter } from '../stream/notification-filter.ts';
import type { EventStream } from '../stream/event-stream.ts';
import { StreamSubscription } from '../stream/stream-subscription.ts';
import { parseTime } from '../times.ts';

const PROTOCOL = { type: 'protocol' } as const;

export const createSubscription: Operation = (call) => {
  const { input, session, server } = call;
  const parameters = CreateSubscriptionInput.fromTree(input);
  checkAlone(call);
  const { notifications } = server;
  const name = parameters.stream ?? NETCONF_STREAM;
  const stream = notifications.stream(name);
  if (!stream) {
    throw new RpcErrorException(invalidValue(`there is no event stream "${name}"`, PROTOCOL));
  }
  const filter = filterOf(parameters, call);
  const times = timesOf(parameters, stream, server.clock.now());
  const maxQueued = notifications.limits.maxQueuedNotifications;
  session.subscriptions.add(
    (options) =>
      new StreamSubscription(options, {
        stream,
        protocol: 5277,
        spec: NO_FILTER,
        filter,
        ...times,
        maxQueued,
      }),
  );
  return OK;
};

/** One at a time (RFC 5277, section 6.5), and none beside those of RFC 8639 (RFC 8640, section 3). */
function checkAlone({ session }: OperationCall): void {
  const { created, established } = session.subscriptions;
  if (created) {
    throw new RpcErrorException(
      operationFailed('this session has a subscription already', PROTOCOL),
    );
  }
  if (established.length > 0) {
    const message = 'this session has subscriptions of establish-subscription';
    throw new RpcErrorException(operationNotSupported(message, PROTOCOL));
  }
}

function filterOf(
  { filter }: CreateSubscriptionInput,
  { server }: OperationCall,
): NotificationFilter | undefined {
  if (!filter) return undefined;
  const { element } = filter;
  const type = filterAttribute(element, 'type') ?? 'subtree';
  if (type === 'subtree') return subtreeNotificationFilter(element);
  if (type !== 'xpath') throw new RpcErrorException(badAttribute('type', 'filter', PROTOCOL));
  const select = filterAttribute(element, 'select');
  if (select === undefined) {
    throw new RpcErrorException(missingAttribute('select', 'filter', PROTOCOL));
  }
  try {
    return xpathNotificationFilter(select, element.bindings, server.context);
  } catch (error) {
    if (!(error instanceof XPathError)) throw error;
    const message = `the filter expression is not valid: ${error.message}`;
    throw new RpcErrorException(invalidValue(message, PROTOCOL), { cause: error });
  }
}

function timesOf(
  { startTime, stopTime }: CreateSubscriptionInput,
  stream: EventStream,
  now: number,
): { readonly replayFrom: number | undefined; readonly stopTime: number | undefined } {
  if (startTime === undefined) {
    if (stopTime === undefined) return { replayFrom: undefined, stopTime: undefined };
    throw new RpcErrorException(missingElement('startTime', PROTOCOL));
  }
  if (!stream.log) {
    const message = `the event stream "${stream.name}" has no replay`;
    throw new RpcErrorException(operationFailed(message, PROTOCOL));
  }
  const replayFrom = parseTime(startTime);
  if (replayFrom === undefined || replayFrom > now) {
    const message = 'startTime is no time that has been';
    throw new RpcErrorException(badElement('startTime', { ...PROTOCOL, message }));
  }
  const end = stopTime === undefined ? undefined : parseTime(stopTime);
  if (stopTime !== undefined && (end === undefined || end <= replayFrom)) {
    const message = 'stopTime has to be later than startTime';
    throw new RpcErrorException(badElement('stopTime', { ...PROTOCOL, message }));
  }
  return { replayFrom, stopTime: end };
}
