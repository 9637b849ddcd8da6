/** What a server grants its peers before and after it knows who they are. */
import { DEFAULT_FRAMING_LIMITS } from '../netconf/index.ts';

export interface SshServerLimits {
  readonly maxConnections: number;
  /** Connections that have not authenticated yet; more are closed at once. */
  readonly maxUnauthenticated: number;
  /** From TCP to the first netconf channel, and without any channel later. */
  readonly idleConnectionMs: number;
  readonly maxAuthAttempts: number;
  /** Sessions over one connection. */
  readonly maxChannels: number;
  readonly maxMessageBytes: number;
  /** A peer counts as gone after three such intervals of silence; 0 for never. */
  readonly keepaliveMs: number;
}

export const DEFAULT_SSH_SERVER_LIMITS: SshServerLimits = {
  maxConnections: 512,
  maxUnauthenticated: 64,
  idleConnectionMs: 30_000,
  maxAuthAttempts: 6,
  maxChannels: 16,
  maxMessageBytes: DEFAULT_FRAMING_LIMITS.maxMessageBytes,
  keepaliveMs: 10_000,
};
