/** The options of `samid serve` that bound what clients may take up; each stands for a field of the library. */
import { DEFAULT_MAX_VALIDATION_VISITS } from '../datastore/datastores-options.ts';
import { DEFAULT_SSH_SERVER_LIMITS } from '../../src/node/ssh-limits.ts';
import type { SshServerLimits } from '../../src/node/ssh-limits.ts';
import { DEFAULT_READ_LIMITS } from '../read/limits.ts';
import { DEFAULT_SESSION_LIMITS } from '../session/session-limits.ts';
import type { SessionLimits } from '../session/session-limits.ts';
import { bytes, duration, durationOrNever, limit, positive } from './arguments.ts';
import { one } from './option-row.ts';
import type { OptionRow } from './option-row.ts';

export interface LimitOptions {
  readonly maxSessions: number;
  readonly maxSessionsPerUser: number;
  readonly maxConnections: number;
  readonly maxUnauthenticated: number;
  readonly maxUnauthenticatedPerSource: number;
  readonly maxChannels: number;
  readonly maxAuthAttempts: number;
  readonly authTimeout: number;
  readonly connectionIdleTimeout: number;
  readonly keepalive: number;
  readonly helloTimeout: number;
  readonly idleTimeout: number;
  readonly closeTimeout: number;
  readonly maxMessageBytes: number;
  readonly maxDepth: number;
  readonly maxSubscriptions: number;
  readonly maxSubscriptionsPerSession: number;
  readonly maxQueuedNotifications: number;
  readonly maxPendingChanges: number;
  readonly maxReplayRecords: number;
  readonly maxReplayBytes: number;
  readonly maxUpdateBytes: number;
  readonly minPushPeriod: number;
  readonly maxFilterVisits: number;
  readonly maxHeldEntries: number;
  readonly maxValidationVisits: number;
}

const S = DEFAULT_SESSION_LIMITS;
const C = DEFAULT_SSH_SERVER_LIMITS;

function count(name: string, about: string, value: number): OptionRow {
  return one('Limits:', `--${name} <n>`, about, limit, value, limitText(value));
}

function size(name: string, about: string, value: number): OptionRow {
  return one('Limits:', `--${name} <bytes>`, about, limitedBytes, value, limitText(value));
}

function time(name: string, about: string, value: number, parse = duration): OptionRow {
  const text = value === 0 ? 'never' : `${String(value / 1000)}s`;
  return one('Limits:', `--${name} <time>`, about, parse, value, text);
}

function limitText(value: number): string {
  return value === Infinity ? 'no limit' : String(value);
}

function limitedBytes(text: string): number {
  return text === '0' ? Infinity : bytes(text);
}

function none(text: string): number {
  return text === '0' ? 0 : positive(text);
}

export const LIMIT_OPTIONS: { readonly [K in keyof LimitOptions]-?: OptionRow } = {
  maxSessions: count('max-sessions', 'sessions at a time', S.maxSessions),
  maxSessionsPerUser: count('max-sessions-per-user', 'of one user', S.maxSessionsPerUser),
  maxConnections: count('max-connections', 'connections at a time', C.maxConnections),
  maxUnauthenticated: count(
    'max-unauthenticated',
    'connections that have not logged in; when there are more the oldest goes',
    C.maxUnauthenticated,
  ),
  maxUnauthenticatedPerSource: count(
    'max-unauthenticated-per-source',
    'the same of one IPv4 address or /64 of IPv6',
    C.maxUnauthenticatedPerSource,
  ),
  maxChannels: count('max-channels', 'sessions over one SSH connection', C.maxChannels),
  maxAuthAttempts: count(
    'max-auth-attempts',
    'logins tried over one SSH connection',
    C.maxAuthAttempts,
  ),
  authTimeout: time('auth-timeout', 'from TCP to the login', C.authTimeoutMs),
  connectionIdleTimeout: time(
    'connection-idle-timeout',
    'of an SSH connection without session',
    C.idleConnectionMs,
  ),
  keepalive: time(
    'keepalive',
    'silence after which a peer is asked whether it is there; 0 for never',
    C.keepaliveMs,
    durationOrNever,
  ),
  helloTimeout: time('hello-timeout', 'from the session to the <hello>', S.helloTimeoutMs),
  idleTimeout: time(
    'idle-timeout',
    'of a session that asks for nothing and has no subscription; 0 for never',
    S.idleTimeoutMs,
    durationOrNever,
  ),
  closeTimeout: time(
    'close-timeout',
    'how long a client may take to read the end of a session',
    S.closeTimeoutMs,
  ),
  maxMessageBytes: size('max-message-bytes', 'longest request', S.maxMessageBytes),
  maxDepth: count('max-depth', 'elements of a request within each other', S.maxDepth),
  maxSubscriptions: count('max-subscriptions', 'subscriptions at a time', S.maxSubscriptions),
  maxSubscriptionsPerSession: count(
    'max-subscriptions-per-session',
    'of one session',
    S.maxSubscriptionsPerSession,
  ),
  maxQueuedNotifications: count(
    'max-queued-notifications',
    'events that may wait for one subscriber',
    S.maxQueuedNotifications,
  ),
  maxPendingChanges: count(
    'max-pending-changes',
    'changes of different nodes that may wait for one subscriber',
    S.maxPendingChanges,
  ),
  maxReplayRecords: one(
    'Limits:',
    '--max-replay-records <n>',
    'events that are kept for replay; 0 for none',
    none,
    S.maxReplayRecords,
  ),
  maxReplayBytes: size('max-replay-bytes', 'the same in bytes', S.maxReplayBytes),
  maxUpdateBytes: size('max-update-bytes', 'largest push-update', S.maxUpdateBytes),
  minPushPeriod: count(
    'min-push-period',
    'shortest period of a subscription, in hundredths of a second',
    S.minPushPeriod,
  ),
  maxFilterVisits: count(
    'max-filter-visits',
    'nodes that the evaluation of one filter may visit',
    DEFAULT_READ_LIMITS.maxFilterVisits,
  ),
  maxHeldEntries: count(
    'max-held-entries',
    'entries of lists that a request for data may hold at once',
    DEFAULT_READ_LIMITS.maxHeldEntries,
  ),
  maxValidationVisits: count(
    'max-validation-visits',
    'nodes that the constraints may visit in one validation',
    DEFAULT_MAX_VALIDATION_VISITS,
  ),
};

export function sessionLimits(options: LimitOptions): SessionLimits {
  return {
    maxSessions: options.maxSessions,
    maxSessionsPerUser: options.maxSessionsPerUser,
    maxMessageBytes: options.maxMessageBytes,
    maxDepth: options.maxDepth,
    helloTimeoutMs: options.helloTimeout,
    idleTimeoutMs: options.idleTimeout,
    closeTimeoutMs: options.closeTimeout,
    maxSubscriptions: options.maxSubscriptions,
    maxSubscriptionsPerSession: options.maxSubscriptionsPerSession,
    maxQueuedNotifications: options.maxQueuedNotifications,
    maxPendingChanges: options.maxPendingChanges,
    maxReplayRecords: options.maxReplayRecords,
    maxReplayBytes: options.maxReplayBytes,
    maxUpdateBytes: options.maxUpdateBytes,
    minPushPeriod: options.minPushPeriod,
  };
}

export function connectionLimits(options: LimitOptions): SshServerLimits {
  return {
    maxConnections: options.maxConnections,
    maxUnauthenticated: options.maxUnauthenticated,
    maxUnauthenticatedPerSource: options.maxUnauthenticatedPerSource,
    authTimeoutMs: options.authTimeout,
    idleConnectionMs: options.connectionIdleTimeout,
    maxAuthAttempts: options.maxAuthAttempts,
    maxChannels: options.maxChannels,
    keepaliveMs: options.keepalive,
    // The session has the limit: it can still answer a message that is too long.
    maxMessageBytes: Infinity,
  };
}
