/**
 * establish-subscription (RFC 8639, section 2.4.2), for changes of the tables of one VM (RFC 8641,
 * section 4.4): on-change, datastore operational, a filter that names the VM, no sync-on-start.
 */
import {
  compileSubtreeFilter,
  compileXPathFilter,
  encodeChildren,
} from '../../../src/data/index.ts';
import type { Selection } from '../../../src/data/index.ts';
import { RpcErrorException, dataMissing, invalidValue } from '../../../src/error/index.ts';
import type { SchemaContext } from '../../../src/yang/index.ts';
import {
  EstablishSubscriptionInput,
  EstablishSubscriptionOutput,
} from '../../generated/ietf-subscribed-notifications.ts';
import type { EstablishSubscriptionErrorIdentity } from '../../generated/ietf-subscribed-notifications.ts';
import { smallReply } from '../../session/reply-writer.ts';
import { TableSubscription } from '../push/table-subscription.ts';
import type { Operation, OperationCall } from '../../operations/operation.ts';

export const establishSubscription: Operation = async (call) => {
  const { input, session, server } = call;
  const parameters = EstablishSubscriptionInput.fromTree(input);
  checkSupported(parameters);
  const selection = filterOf(parameters, call, server.context);
  const { vmTree, running } = server.datastores;
  const vmSelection = vmTree && selection?.container(vmTree.top)?.list(vmTree.list);
  const [keys, ...more] = vmSelection?.keys ?? [];
  if (!vmTree || !vmSelection || !keys || more.length > 0) {
    throw refusal(
      'ietf-subscribed-notifications:filter-unsupported',
      'the filter has to name one VM: /sami:sami/vm[id="…"]',
    );
  }
  const vm = vmTree.vms(running)?.find(keys);
  const entry = vm && vmSelection.entry(vm);
  if (!vm || !entry) {
    throw new RpcErrorException(dataMissing({ message: 'there is no such VM on this device' }));
  }
  const { planes, notifications } = server;
  const { maxPendingChanges } = notifications.limits;
  const subscription = session.subscriptions.add(
    (options) =>
      new TableSubscription(options, { vm, selection: entry, planes, maxPendingChanges }),
  );
  await subscription.start();
  const output = EstablishSubscriptionOutput.toTree(server.context, { id: subscription.id });
  return smallReply((writer) => {
    encodeChildren(writer, output);
  });
};

function checkSupported({ datastore, onChange, stopTime }: EstablishSubscriptionInput): void {
  if (datastore !== 'ietf-datastores:operational') {
    const message = 'only the datastore operational has notifications';
    throw refusal('ietf-yang-push:datastore-not-subscribable', message);
  }
  if (!onChange) {
    const message = 'only on-change subscriptions are supported';
    throw refusal('ietf-yang-push:period-unsupported', message);
  }
  if (onChange.syncOnStart !== false) {
    const message = 'sync-on-start has to be false';
    throw refusal('ietf-yang-push:on-change-sync-unsupported', message);
  }
  if ((onChange.dampeningPeriod ?? 0) !== 0) {
    throw refusal('ietf-yang-push:on-change-unsupported', 'dampening-period has to be 0');
  }
  if (stopTime !== undefined) {
    const message = 'stop-time is not supported';
    throw refusal('ietf-subscribed-notifications:insufficient-resources', message);
  }
}

function filterOf(
  { datastoreSubtreeFilter: subtree, datastoreXpathFilter: xpath }: EstablishSubscriptionInput,
  { request }: OperationCall,
  context: SchemaContext,
): Selection | undefined {
  if (subtree) return compileSubtreeFilter(subtree.element, context);
  if (xpath === undefined) return undefined;
  // RFC 8639, section 2.1: declarations in scope, and the names of all modules.
  const modules = [...context.modules.values()].map((it) => [it.name, it.namespace] as const);
  return compileXPathFilter(xpath, new Map([...modules, ...request.xpathBindings]), context);
}

/** RFC 8640, section 6: the reason goes into error-app-tag. */
function refusal(reason: EstablishSubscriptionErrorIdentity, message: string): RpcErrorException {
  return new RpcErrorException(invalidValue(message, { appTag: reason }));
}
