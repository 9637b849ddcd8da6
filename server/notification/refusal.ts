/** Why a subscription is refused, in the form of RFC 8640, section 7, with hints of RFC 8639 and RFC 8641. */
import { RpcErrorException } from '../../src/error/index.ts';
import type { ErrorTag, RpcError } from '../../src/error/index.ts';
import { SUBSCRIBED_NOTIFICATIONS_NS, YANG_PUSH_NS } from '../../src/netconf/index.ts';
import type {
  DeleteSubscriptionErrorIdentity,
  EstablishSubscriptionErrorIdentity,
  ModifySubscriptionErrorIdentity,
} from '../generated/ietf-subscribed-notifications.ts';
import type { ResyncSubscriptionErrorIdentity } from '../generated/ietf-yang-push.ts';

export type SubscriptionErrorIdentity =
  | EstablishSubscriptionErrorIdentity
  | ModifySubscriptionErrorIdentity
  | DeleteSubscriptionErrorIdentity
  | ResyncSubscriptionErrorIdentity;

/** The table of RFC 8640, section 7; what is not in it is `invalid-value`. */
const TAGS: Partial<Record<SubscriptionErrorIdentity, ErrorTag>> = {
  'ietf-subscribed-notifications:insufficient-resources': 'resource-denied',
  'ietf-subscribed-notifications:replay-unsupported': 'operation-not-supported',
  'ietf-yang-push:cant-exclude': 'operation-not-supported',
  'ietf-yang-push:on-change-unsupported': 'operation-not-supported',
  'ietf-yang-push:on-change-sync-unsupported': 'operation-not-supported',
  'ietf-yang-push:update-too-big': 'too-big',
  'ietf-yang-push:sync-too-big': 'too-big',
  'ietf-yang-push:unchanging-selection': 'operation-failed',
};

/** What would be accepted, or is wrong (RFC 8639, section 2.4.6; RFC 8641, section 4.4.1). */
export interface Hints {
  readonly periodHint?: number;
  readonly filterFailureHint?: string;
  readonly kilobytesEstimate?: number;
  readonly kilobytesLimit?: number;
}

export type Refuse = (
  reason: SubscriptionErrorIdentity,
  message: string,
  hints?: Hints,
) => RpcErrorException;

/** The structure that an operation has for hints, in the module that defines it. */
export type HintStructure =
  | 'establish-subscription-stream-error-info'
  | 'establish-subscription-datastore-error-info'
  | 'modify-subscription-stream-error-info'
  | 'modify-subscription-datastore-error-info';

/** Refusals without hints. */
export const refusal: Refuse = (reason, message) => new RpcErrorException(errorOf(reason, message));

/** Refusals of one operation: hints go into its structure, without the leaf `reason` (RFC 8640, section 7). */
export function refusing(structure: HintStructure): Refuse {
  const namespace = structure.includes('-stream-') ? SUBSCRIBED_NOTIFICATIONS_NS : YANG_PUSH_NS;
  return (reason, message, hints = {}) => {
    const content = Object.entries(hints).map(([name, value]) => ({
      namespace,
      name: name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      content: String(value),
    }));
    const error = errorOf(reason, message);
    if (content.length === 0) return new RpcErrorException(error);
    const elements = [{ namespace, name: structure, content }];
    return new RpcErrorException({ ...error, info: { elements } });
  };
}

function errorOf(reason: SubscriptionErrorIdentity, message: string): RpcError {
  return {
    type: 'application',
    tag: TAGS[reason] ?? 'invalid-value',
    severity: 'error',
    appTag: reason,
    message,
  };
}

export function noSuchSubscription(id: number, whose = 'this session has'): RpcErrorException {
  return refusal(
    'ietf-subscribed-notifications:no-such-subscription',
    `${whose} no subscription ${String(id)}`,
  );
}
