/**
 * What an operator would configure on the device itself, for all VMs: this is not state and does not
 * move. The simulated device takes it as options.
 */

export interface NatPool {
  /** VM addresses whose packets are translated, as prefixes. */
  readonly internal: readonly string[];
  /** Addresses given to them. */
  readonly external: readonly string[];
  /** Ports given with each address. Absent: 1024 to 65535. */
  readonly ports?: { readonly first: number; readonly last: number };
}

export interface Timeouts {
  readonly tcpSynSent: number;
  readonly tcpEstablished: number;
  readonly tcpClosing: number;
  readonly tcpTimeWait: number;
  readonly tcpClose: number;
  readonly udp: number;
  readonly udpStream: number;
  readonly icmp: number;
  readonly sctpHandshake: number;
  readonly sctpEstablished: number;
  readonly sctpShutdown: number;
  readonly other: number;
  readonly natMapping: number;
}

export interface DevicePolicy {
  /** For a packet that opens a session and that no access control entry matches. */
  readonly defaultAction: 'accept' | 'drop';
  /** Whether a TCP session may begin with a packet other than SYN. */
  readonly loose: boolean;
  /** Seconds. */
  readonly timeouts: Timeouts;
  readonly nat: readonly NatPool[];
  /** Half-open connections that each VM address may have; no limit when absent. */
  readonly halfOpenThreshold: number | undefined;
  /** Connection requests of one client to one server that are tolerated; no limit when absent. */
  readonly synRate:
    | { readonly limit: number; readonly intervalSeconds: number; readonly blockSeconds: number }
    | undefined;
  /** Whether traffic is counted. Accounts that exist are kept up to date in any case. */
  readonly accounting: boolean;
}

export type PolicyOptions = Partial<Omit<DevicePolicy, 'timeouts'>> & {
  readonly timeouts?: Partial<Timeouts>;
};

/** Those of Linux connection tracking, where it has them. */
const TIMEOUTS: Timeouts = {
  tcpSynSent: 120,
  tcpEstablished: 432_000,
  tcpClosing: 120,
  tcpTimeWait: 120,
  tcpClose: 10,
  udp: 30,
  udpStream: 120,
  icmp: 30,
  sctpHandshake: 10,
  sctpEstablished: 210,
  sctpShutdown: 3,
  other: 600,
  natMapping: 300,
};

/** A firewall that lets nothing in unless it is told to, without translation and without limits. */
export function completePolicy({ timeouts, ...options }: PolicyOptions = {}): DevicePolicy {
  return {
    defaultAction: 'drop',
    loose: false,
    nat: [],
    halfOpenThreshold: undefined,
    synRate: undefined,
    accounting: false,
    ...options,
    timeouts: { ...TIMEOUTS, ...timeouts },
  };
}
