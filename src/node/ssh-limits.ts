/** What an SSH server grants its peers before and after it knows who they are. */
import { DEFAULT_FRAMING_LIMITS } from '../netconf/index.ts';
import { DEFAULT_CONNECTION_LIMITS } from './connection-gate.ts';
import type { ConnectionLimits } from './connection-gate.ts';

/** Of all connections together, and of each; times in milliseconds. */
export interface SshServerLimits extends ConnectionLimits {
  /** From the login to the first netconf channel, and without any channel later. */
  readonly idleConnectionMs: number;
  readonly maxAuthAttempts: number;
  /** Sessions over one connection. */
  readonly maxChannels: number;
  readonly maxMessageBytes: number;
  /** A peer counts as gone after three such intervals of silence; 0 for never. */
  readonly keepaliveMs: number;
}

/** For managers that open several sessions over one connection. */
export const DEFAULT_SSH_SERVER_LIMITS: SshServerLimits = {
  ...DEFAULT_CONNECTION_LIMITS,
  idleConnectionMs: 30_000,
  maxAuthAttempts: 6,
  maxChannels: 16,
  maxMessageBytes: DEFAULT_FRAMING_LIMITS.maxMessageBytes,
  keepaliveMs: 10_000,
};
