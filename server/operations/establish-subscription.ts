/**
 * establish-subscription (RFC 8639, section 2.4.2), for changes of the tables of one VM (RFC 8641,
 * section 4.4): on-change, datastore operational, a filter that names the VM, no sync-on-start.
 */
import {
  Branch,
  childValue,
  compileSubtreeFilter,
  compileXPathFilter,
} from '../../src/data/index.ts';
import type { AnyValue, Selection } from '../../src/data/index.ts';
import { RpcErrorException, dataMissing, invalidValue } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import { SUBSCRIBED_NOTIFICATIONS_NS, YANG_PUSH_NS } from '../../src/netconf/index.ts';
import type { IdentityValue, SchemaContext } from '../../src/yang/index.ts';
import { smallReply } from '../session/reply-writer.ts';
import type { Operation, OperationCall } from './operation.ts';

export const establishSubscription: Operation = async (call) => {
  const { input, session, server } = call;
  checkSupported(input);
  const selection = filterOf(call, server.context);
  const { vmTree, running } = server.datastores;
  const vmSelection = vmTree && selection?.container(vmTree.top)?.list(vmTree.list);
  const [keys, ...more] = vmSelection?.keys ?? [];
  if (!vmTree || !vmSelection || !keys || more.length > 0) {
    throw refusal('filter-unsupported', 'the filter has to name one VM: /sami:sami/vm[id="…"]');
  }
  const vm = vmTree.vms(running)?.find(keys);
  const entry = vm && vmSelection.entry(vm);
  if (!vm || !entry) {
    throw new RpcErrorException(dataMissing({ message: 'there is no such VM on this device' }));
  }
  const id = await session.subscriptions.establish({ vm, selection: entry });
  return smallReply((writer) => {
    writer.leaf(SUBSCRIBED_NOTIFICATIONS_NS, 'id', String(id));
  });
};

function checkSupported(input: Branch): void {
  const datastore = push(input, 'datastore') as IdentityValue | undefined;
  if (datastore?.identity.name !== 'operational') {
    throw refusal('datastore-not-subscribable', 'only the datastore operational has notifications');
  }
  const onChange = push(input, 'on-change');
  if (!(onChange instanceof Branch)) {
    throw refusal('period-unsupported', 'only on-change subscriptions are supported');
  }
  if (push(onChange, 'sync-on-start') !== false) {
    throw refusal('on-change-sync-unsupported', 'sync-on-start has to be false');
  }
  if (Number(push(onChange, 'dampening-period') ?? 0) !== 0) {
    throw refusal('on-change-unsupported', 'dampening-period has to be 0');
  }
  if (childValue(input, 'stop-time', SUBSCRIBED_NOTIFICATIONS_NS) !== undefined) {
    throw refusal('insufficient-resources', 'stop-time is not supported');
  }
}

function filterOf(
  { input, request }: OperationCall,
  context: SchemaContext,
): Selection | undefined {
  const subtree = push(input, 'datastore-subtree-filter') as AnyValue | undefined;
  if (subtree) return compileSubtreeFilter(subtree.element, context);
  const xpath = push(input, 'datastore-xpath-filter') as string | undefined;
  if (xpath === undefined) return undefined;
  // RFC 8639, section 2.1: declarations in scope, and the names of all modules.
  const modules = [...context.modules.values()].map((it) => [it.name, it.namespace] as const);
  return compileXPathFilter(xpath, new Map([...modules, ...request.xpathBindings]), context);
}

function push(branch: Branch, name: string): unknown {
  const node = branch.schema.dataChild(YANG_PUSH_NS, name);
  return node && branch.get(node);
}

/** RFC 8640, section 6: the reason goes into error-app-tag. */
function refusal(reason: string, message: string): RpcErrorException {
  const module = SUBSCRIBED_REASONS.has(reason)
    ? 'ietf-subscribed-notifications'
    : 'ietf-yang-push';
  const error: RpcError = invalidValue(message, { appTag: `${module}:${reason}` });
  return new RpcErrorException(error);
}

const SUBSCRIBED_REASONS: ReadonlySet<string> = new Set([
  'filter-unsupported',
  'insufficient-resources',
]);
