/** What a subscription to a datastore is asked to be (RFC 8641, section 4.4.1), and why that cannot be. */
import type { Selection } from '../../../src/data/index.ts';
import { RpcErrorException, invalidValue, missingElement } from '../../../src/error/index.ts';
import type {
  EstablishSubscriptionInput,
  EstablishSubscriptionInputOnChange,
  EstablishSubscriptionInputPeriodic,
} from '../../generated/ietf-subscribed-notifications.ts';
import type { OperationCall } from '../../operations/operation.ts';
import { filterSpec, selectionFilterContent, toSelection } from '../filters.ts';
import type { FilterSpec } from '../filters.ts';
import type { OnChangeTerms } from '../push/on-change-subscription.ts';
import type { Period } from '../push/periodic-subscription.ts';
import { PushContent } from '../push/push-content.ts';
import type { PushDatastore } from '../push/push-content.ts';
import type { PushTerms } from '../push/push-subscription.ts';
import { selectsAnything, selectsTables, selectsTracked } from '../push/tracked.ts';
import type { Refuse } from '../refusal.ts';
import { parseTime } from '../times.ts';
import { badFilter, endOf, noSuchFilter } from './stream-terms.ts';

type Input = Extract<EstablishSubscriptionInput, { readonly datastore: string }>;

export interface PushRequest {
  readonly terms: PushTerms;
  readonly trigger:
    | { readonly kind: 'periodic'; readonly period: Period }
    | { readonly kind: 'on-change'; readonly onChange: OnChangeTerms };
}

/** Estimates go no further than this many times the limit. */
const MEASURED = 4;

export async function pushRequest(
  input: Input,
  call: OperationCall,
  refuse: Refuse,
): Promise<PushRequest> {
  const { server } = call;
  const datastore = datastoreOf(input.datastore, call, refuse);
  const filter = selectionFilterSpec(input, call);
  const content = pushContent(datastore, selectionOf(filter, call, refuse), call);
  const stopTime = endOf(input.stopTime, server.clock.now());
  const { maxUpdateBytes } = server.notifications.limits;
  const terms = { content, filter, stopTime, maxUpdateBytes, logger: server.logger };
  if (input.periodic) {
    const period = periodOf(input.periodic, call, refuse);
    await checkSize(content, call, (message, hints) =>
      refuse('ietf-yang-push:update-too-big', message, hints),
    );
    return { terms, trigger: { kind: 'periodic', period } };
  }
  if (!input.onChange) {
    throw new RpcErrorException(missingElement('periodic', { type: 'protocol' }));
  }
  const onChange = onChangeOf(input.onChange);
  checkOnChange(content, onChange, call, refuse);
  if (onChange.syncOnStart) {
    await checkSize(content, call, (message, hints) =>
      refuse('ietf-yang-push:sync-too-big', message, hints),
    );
  }
  return { terms, trigger: { kind: 'on-change', onChange } };
}

export function selectionFilterSpec(
  given: Pick<Input, 'datastoreSubtreeFilter' | 'datastoreXpathFilter' | 'selectionFilterRef'>,
  { request }: OperationCall,
): FilterSpec {
  const { datastoreSubtreeFilter: subtree, datastoreXpathFilter: xpath } = given;
  const reference = given.selectionFilterRef;
  return filterSpec({ subtree, xpath, reference }, request.xpathBindings);
}

/** Throws filter-unsupported, and unchanging-selection for what the schema has no node of. */
export function selectionOf(
  spec: FilterSpec,
  { server }: OperationCall,
  refuse: Refuse,
): Selection | undefined {
  const { context, datastores } = server;
  const content = selectionFilterContent(spec, datastores.running, context);
  if (!content) throw noSuchFilter(spec, refuse);
  let selection: Selection | undefined;
  try {
    selection = toSelection(content, context, server.stateReader.limits.maxFilterVisits);
  } catch (error) {
    throw badFilter(error, refuse);
  }
  if (selectsAnything(context.root, selection)) return selection;
  const message = 'the filter selects nothing that the schema of this server has';
  throw refuse('ietf-yang-push:unchanging-selection', message, { filterFailureHint: message });
}

function pushContent(
  datastore: PushDatastore,
  filter: Selection | undefined,
  { session, server }: OperationCall,
): PushContent {
  return new PushContent({ sources: server, requester: session, datastore, filter });
}

function datastoreOf(identity: string, { server }: OperationCall, refuse: Refuse): PushDatastore {
  const names: readonly PushDatastore[] = ['operational', 'intended', ...server.datastores.names];
  const name = names.find((it) => identity === `ietf-datastores:${it}`);
  if (name) return name;
  throw refuse(
    'ietf-yang-push:datastore-not-subscribable',
    `the datastore "${identity}" cannot be subscribed to`,
  );
}

export function periodOf(
  { period, anchorTime }: EstablishSubscriptionInputPeriodic,
  { server }: OperationCall,
  refuse: Refuse,
): Period {
  const { minPushPeriod } = server.notifications.limits;
  if (period < minPushPeriod) {
    throw refuse(
      'ietf-yang-push:period-unsupported',
      `a period has to be ${String(minPushPeriod)} hundredths of a second or more`,
      { periodHint: minPushPeriod },
    );
  }
  const anchor = anchorTime === undefined ? undefined : parseTime(anchorTime);
  if (anchorTime !== undefined && anchor === undefined) {
    throw new RpcErrorException(invalidValue(`anchor-time ${anchorTime} is no time`));
  }
  return { period, anchor };
}

function onChangeOf({
  dampeningPeriod = 0,
  syncOnStart = true,
  excludedChange = [],
}: EstablishSubscriptionInputOnChange): OnChangeTerms {
  return { dampeningPeriod, syncOnStart, excluded: new Set(excludedChange) };
}

function checkOnChange(
  content: PushContent,
  { excluded }: OnChangeTerms,
  { server }: OperationCall,
  refuse: Refuse,
): void {
  const { context, datastores } = server;
  if (content.datastore === 'candidate') {
    const message =
      'the datastore candidate does not tell of changes; a periodic subscription does';
    throw refuse('ietf-yang-push:on-change-unsupported', message);
  }
  if (!selectsTracked(context.root, content.view)) {
    const message =
      'nothing that the filter selects tells of its changes: configuration does, and tables of VMs';
    throw refuse('ietf-yang-push:on-change-unsupported', message);
  }
  const isMixed = excluded.has('create') !== excluded.has('replace');
  const hasTables =
    content.datastore === 'operational' && selectsTables(datastores.vmTree, content.view);
  if (isMixed && hasTables) {
    const message = 'of entries of tables it is not known whether they are new or have changed';
    throw refuse('ietf-yang-push:cant-exclude', message);
  }
}

type SizeHints = { readonly kilobytesLimit: number; readonly kilobytesEstimate?: number };

/** What has to be sent at once, measured where there is a limit. */
export async function checkSize(
  content: PushContent,
  { server }: OperationCall,
  refuse: (message: string, hints: SizeHints) => Error,
): Promise<void> {
  const { maxUpdateBytes: limit } = server.notifications.limits;
  if (limit === Infinity) return;
  const bytes = await content.measure(content.view, limit * MEASURED);
  if (bytes <= limit) return;
  const kilobytesLimit = Math.floor(limit / 1000);
  const message = `an update has more than ${String(limit)} bytes`;
  const isKnown = bytes <= limit * MEASURED;
  throw refuse(message, {
    kilobytesLimit,
    ...(isKnown ? { kilobytesEstimate: Math.ceil(bytes / 1000) } : {}),
  });
}
