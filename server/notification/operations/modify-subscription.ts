/**
 * modify-subscription (RFC 8639, section 2.4.3; RFC 8641, section 4.4.2): by the session that established it. What
 * is not given stays as it is; a refusal changes nothing.
 */
import { RpcErrorException, invalidValue } from '../../../src/error/index.ts';
import { ModifySubscriptionInput } from '../../generated/ietf-subscribed-notifications.ts';
import { OK } from '../../session/reply-writer.ts';
import type { Operation, OperationCall } from '../../operations/operation.ts';
import { OnChangeSubscription } from '../push/on-change-subscription.ts';
import { PeriodicSubscription } from '../push/periodic-subscription.ts';
import { PushSubscription } from '../push/push-subscription.ts';
import { noSuchSubscription, refusing } from '../refusal.ts';
import { StreamSubscription } from '../stream/stream-subscription.ts';
import { checkSize, periodOf, selectionFilterSpec, selectionOf } from './push-terms.ts';
import { endOf, notificationFilter, streamFilterSpec } from './stream-terms.ts';

/** Makes a change that has been found to be possible. */
type Change = () => void;

export const modifySubscription: Operation = async (call) => {
  const input = ModifySubscriptionInput.fromTree(call.input);
  const subscription = call.session.subscriptions.get(input.id);
  if (!subscription) throw noSuchSubscription(input.id);
  const isStream = subscription instanceof StreamSubscription;
  if (isStream !== (input.datastore === undefined)) {
    throw differs('target', isStream ? 'an event stream' : 'a datastore');
  }
  const changes: Change[] = [];
  if (input.stopTime !== undefined) {
    const stopTime = endOf(input.stopTime, call.server.clock.now());
    changes.push(() => {
      subscription.setStopTime(stopTime);
    });
  }
  if (isStream) changes.push(...streamChanges(subscription, input, call));
  else if (subscription instanceof PushSubscription) {
    changes.push(...(await pushChanges(subscription, input, call)));
  }
  // What is sent under the new terms follows the reply.
  await subscription.hold();
  for (const change of changes) change();
  return OK;
};

function streamChanges(
  subscription: StreamSubscription,
  input: ModifySubscriptionInput,
  call: OperationCall,
): readonly Change[] {
  const spec = streamFilterSpec(input, call);
  if (spec.kind === 'none') return [];
  const filter = notificationFilter(spec, call, refusing('modify-subscription-stream-error-info'));
  return [
    () => {
      subscription.setFilter(spec, filter);
    },
  ];
}

async function pushChanges(
  subscription: PushSubscription,
  input: ModifySubscriptionInput,
  call: OperationCall,
): Promise<readonly Change[]> {
  const { content } = subscription.terms;
  if (input.datastore !== `ietf-datastores:${content.datastore}`) {
    throw differs('datastore', content.datastore);
  }
  const changes = [...triggerChanges(subscription, input, call)];
  const refuse = refusing('modify-subscription-datastore-error-info');
  const spec = selectionFilterSpec(input, call);
  if (spec.kind === 'none') return changes;
  const next = content.withFilter(selectionOf(spec, call, refuse));
  await checkSize(next, call, (message, hints) =>
    refuse('ietf-yang-push:update-too-big', message, hints),
  );
  changes.push(() => {
    subscription.select(next, spec);
  });
  return changes;
}

function triggerChanges(
  subscription: PushSubscription,
  { periodic, onChange }: ModifySubscriptionInput,
  call: OperationCall,
): readonly Change[] {
  if (periodic) {
    if (!(subscription instanceof PeriodicSubscription))
      throw differs('update-trigger', 'on-change');
    const refuse = refusing('modify-subscription-datastore-error-info');
    const period = periodOf(periodic, call, refuse);
    const { anchor = subscription.period.anchor } = period;
    return [
      () => {
        subscription.setPeriod({ ...period, anchor });
      },
    ];
  }
  if (!onChange) return [];
  if (!(subscription instanceof OnChangeSubscription)) throw differs('update-trigger', 'periodic');
  const { dampeningPeriod } = onChange;
  if (dampeningPeriod === undefined) return [];
  return [
    () => {
      subscription.setDampening(dampeningPeriod);
    },
  ];
}

/** The kind of subscription is not one of its terms. */
function differs(what: string, is: string): RpcErrorException {
  const message = `the ${what} of a subscription stays what it is: ${is}`;
  return new RpcErrorException(invalidValue(message));
}
