/** What a subscription to an event stream is asked to be (RFC 8639, section 2.4.2). */
import { RpcErrorException, invalidValue } from '../../../src/error/index.ts';
import type { EstablishSubscriptionInput } from '../../generated/ietf-subscribed-notifications.ts';
import type { OperationCall } from '../../operations/operation.ts';
import { FilterError, filterSpec, streamFilterContent, toNotificationFilter } from '../filters.ts';
import type { FilterSpec } from '../filters.ts';
import type { Refuse } from '../refusal.ts';
import type { EventStream } from '../stream/event-stream.ts';
import type { NotificationFilter } from '../stream/notification-filter.ts';
import type { StreamTerms } from '../stream/stream-subscription.ts';
import { parseTime } from '../times.ts';

type Input = Extract<EstablishSubscriptionInput, { readonly stream: string }>;

export interface StreamRequest {
  readonly terms: StreamTerms;
  /** The time from which there is a log, when that is later than asked for. */
  readonly revisedStart: number | undefined;
}

export function streamRequest(input: Input, call: OperationCall, refuse: Refuse): StreamRequest {
  const { notifications, clock } = call.server;
  const { stream: name, replayStartTime } = input;
  const stream = notifications.stream(name);
  if (!stream) {
    const message = `there is no event stream "${name}"`;
    throw new RpcErrorException(invalidValue(message));
  }
  const spec = streamFilterSpec(input, call);
  const filter = notificationFilter(spec, call, refuse);
  const now = clock.now();
  const replayFrom = replayStart(replayStartTime, stream, now, refuse);
  const stopTime = endOf(input.stopTime, replayFrom ?? now);
  const maxQueued = notifications.limits.maxQueuedNotifications;
  const covered = stream.log?.coveredFrom;
  const revisedStart =
    replayFrom !== undefined && covered !== undefined && replayFrom < covered ? covered : undefined;
  return {
    terms: { stream, protocol: 8639, spec, filter, replayFrom, stopTime, maxQueued },
    revisedStart,
  };
}

export function streamFilterSpec(
  given: Pick<Input, 'streamSubtreeFilter' | 'streamXpathFilter' | 'streamFilterName'>,
  { request }: OperationCall,
): FilterSpec {
  const { streamSubtreeFilter: subtree, streamXpathFilter: xpath } = given;
  const reference = given.streamFilterName;
  return filterSpec({ subtree, xpath, reference }, request.xpathBindings);
}

/** Throws filter-unsupported, with what is wrong as a hint. */
export function notificationFilter(
  spec: FilterSpec,
  { server }: OperationCall,
  refuse: Refuse,
): NotificationFilter | undefined {
  const content = streamFilterContent(spec, server.datastores.running, server.context);
  if (!content) throw noSuchFilter(spec, refuse);
  try {
    return toNotificationFilter(content, server.context);
  } catch (error) {
    throw badFilter(error, refuse);
  }
}

export function noSuchFilter(spec: FilterSpec, refuse: Refuse): Error {
  const name = spec.kind === 'reference' ? spec.name : '';
  const filterFailureHint = `there is no filter "${name}"`;
  return refuse('ietf-subscribed-notifications:filter-unsupported', filterFailureHint, {
    filterFailureHint,
  });
}

export function badFilter(error: unknown, refuse: Refuse): unknown {
  if (!(error instanceof FilterError)) return error;
  return refuse('ietf-subscribed-notifications:filter-unsupported', error.message, {
    filterFailureHint: error.message,
  });
}

function replayStart(
  text: string | undefined,
  stream: EventStream,
  now: number,
  refuse: Refuse,
): number | undefined {
  if (text === undefined) return undefined;
  if (!stream.log) {
    const message = `the event stream "${stream.name}" has no replay`;
    throw refuse('ietf-subscribed-notifications:replay-unsupported', message);
  }
  const time = parseTime(text);
  if (time !== undefined && time <= now) return time;
  throw new RpcErrorException(invalidValue(`replay-start-time ${text} is no time that has been`));
}

/** A stop time has to come after the start of what is asked for. */
export function endOf(text: string | undefined, start: number): number | undefined {
  if (text === undefined) return undefined;
  const time = parseTime(text);
  if (time !== undefined && time > start) return time;
  const message = `stop-time ${text} is not after the start of the subscription`;
  throw new RpcErrorException(invalidValue(message));
}
