/** What sessions may take up. All of it is configurable. */
import { DEFAULT_FRAMING_LIMITS } from '../../src/netconf/index.ts';
import { DEFAULT_XML_LIMITS } from '../../src/xml/index.ts';
import { DEFAULT_NOTIFICATION_LIMITS } from '../notification/limits.ts';
import type { NotificationLimits } from '../notification/limits.ts';

/** Of all sessions together and of each; times in milliseconds. */
export interface SessionLimits extends NotificationLimits {
  /** Sessions at a time; more are told `resource-denied`. */
  readonly maxSessions: number;
  /** Of one user. */
  readonly maxSessionsPerUser: number;
  readonly maxMessageBytes: number;
  /** How deep the elements of a request may be nested. */
  readonly maxDepth: number;
  readonly helloTimeoutMs: number;
  /** A session without subscriptions that asks for nothing so long is ended; 0 for never. */
  readonly idleTimeoutMs: number;
  /** How long a client that has ended its session may take to read what is still on its way to it. */
  readonly closeTimeoutMs: number;
}

/** For a device with a thousand managers. */
export const DEFAULT_SESSION_LIMITS: SessionLimits = {
  maxSessions: 1100,
  maxSessionsPerUser: Infinity,
  maxMessageBytes: DEFAULT_FRAMING_LIMITS.maxMessageBytes,
  maxDepth: DEFAULT_XML_LIMITS.maxDepth,
  helloTimeoutMs: 30_000,
  idleTimeoutMs: 0,
  closeTimeoutMs: 30_000,
  ...DEFAULT_NOTIFICATION_LIMITS,
};
