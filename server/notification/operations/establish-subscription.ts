/** establish-subscription: to an event stream (RFC 8639, section 2.4.2) or a datastore (RFC 8641, section 4.4.1). */
import { encodeChildren } from '../../../src/data/index.ts';
import {
  RpcErrorException,
  operationNotSupported,
  unknownElement,
} from '../../../src/error/index.ts';
import {
  EstablishSubscriptionInput,
  EstablishSubscriptionOutput,
} from '../../generated/ietf-subscribed-notifications.ts';
import { dateAndTime } from '../../monitoring/netconf-state.ts';
import { smallReply } from '../../session/reply-writer.ts';
import type { Reply } from '../../session/reply-writer.ts';
import type { Operation, OperationCall } from '../../operations/operation.ts';
import { OnChangeSubscription } from '../push/on-change-subscription.ts';
import { PeriodicSubscription } from '../push/periodic-subscription.ts';
import { refusing } from '../refusal.ts';
import { StreamSubscription } from '../stream/stream-subscription.ts';
import { pushRequest } from './push-terms.ts';
import { streamRequest } from './stream-terms.ts';

export const establishSubscription: Operation = async (call) => {
  const input = EstablishSubscriptionInput.fromTree(call.input);
  if (call.session.subscriptions.created) {
    // RFC 8640, section 3.
    const message = 'this session has a subscription of create-subscription';
    throw new RpcErrorException(operationNotSupported(message, { type: 'protocol' }));
  }
  return input.stream === undefined ? toDatastore(input, call) : toStream(input, call);
};

type Input<Target extends string> = Extract<
  EstablishSubscriptionInput,
  { readonly [Name in Target]: string }
>;

function toStream(input: Input<'stream'>, call: OperationCall): Reply {
  const trigger = input.periodic ? 'periodic' : input.onChange && 'on-change';
  if (trigger !== undefined) {
    throw new RpcErrorException(unknownElement(trigger, { type: 'protocol' }));
  }
  const refuse = refusing('establish-subscription-stream-error-info');
  const { terms, revisedStart } = streamRequest(input, call, refuse);
  const { id } = call.session.subscriptions.add(
    (options) => new StreamSubscription(options, terms),
    refuse,
  );
  const replayStartTimeRevision =
    revisedStart === undefined ? undefined : dateAndTime(revisedStart);
  return replyOf({ id, replayStartTimeRevision }, call);
}

async function toDatastore(input: Input<'datastore'>, call: OperationCall): Promise<Reply> {
  const { session, server } = call;
  const refuse = refusing('establish-subscription-datastore-error-info');
  const { terms, trigger } = await pushRequest(input, call, refuse);
  if (trigger.kind === 'periodic') {
    const { id } = session.subscriptions.add(
      (options) => new PeriodicSubscription(options, terms, trigger.period),
      refuse,
    );
    return replyOf({ id }, call);
  }
  const { planes, datastores, notifications } = server;
  const { vmTree } = datastores;
  const sources = { vmTree, planes, maxPendingChanges: notifications.limits.maxPendingChanges };
  const subscription = session.subscriptions.add(
    (options) => new OnChangeSubscription(options, terms, trigger.onChange, sources),
    refuse,
  );
  await subscription.start();
  return replyOf({ id: subscription.id }, call);
}

function replyOf(output: EstablishSubscriptionOutput, { server }: OperationCall): Reply {
  const tree = EstablishSubscriptionOutput.toTree(server.context, output);
  return smallReply((writer) => {
    encodeChildren(writer, tree);
  });
}
