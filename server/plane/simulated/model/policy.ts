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
  /** A group membership that is not reported any more (RFC 3376, section 8.4). */
  readonly multicastMembership: number;
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
  /**
   * Whether TCP segments are held against the windows of their session. `relearn` trusts only what this
   * device has seen itself, and learns the edges of a session that was loaded from its next packets, as
   * Linux does for sessions marked liberal; `strict` trusts the edges that were loaded with it.
   */
  readonly windowTracking: 'off' | 'relearn' | 'strict';
  /** Whether frames from a VM's port have to have an address that DHCP leased to it. */
  readonly dhcpSnooping: boolean;
  /** Whether TCP connections of and to the VMs are ended here and made anew to the other side. */
  readonly proxy: boolean;
  /** Which farm serves what clients ask for at layer 5; the first rule that matches decides. */
  readonly contentRules: readonly ContentRule[];
}

/** What is given has to be as the client says; a URL has to begin so. */
export interface ContentRule {
  readonly virtualAddress: string;
  readonly protocol: 'http' | 'smtp' | 'ftp';
  readonly url?: string;
  readonly cookie?: { readonly name: string; readonly value: string };
  readonly header?: { readonly name: string; readonly value: string };
  readonly domain?: string;
  readonly user?: string;
  readonly serverFarm: string;
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
  multicastMembership: 260,
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
    windowTracking: 'relearn',
    dhcpSnooping: false,
    proxy: false,
    contentRules: [],
    ...options,
    timeouts: { ...TIMEOUTS, ...timeouts },
  };
}

type Check = (value: unknown) => boolean;

const isNumber: Check = (value) => typeof value === 'number' && value >= 0;
const isTexts: Check = (value) =>
  Array.isArray(value) && value.every((it) => typeof it === 'string');

const POLICY_CHECKS: Readonly<Record<keyof DevicePolicy, Check>> = {
  defaultAction: (value) => value === 'accept' || value === 'drop',
  loose: (value) => typeof value === 'boolean',
  timeouts: (value) =>
    isObject(value) &&
    Object.entries(value).every(([name, it]) => name in TIMEOUTS && isNumber(it)),
  nat: (value) => Array.isArray(value) && value.every(isPool),
  halfOpenThreshold: isNumber,
  synRate: (value) => hasNumbers(value, 'limit', 'intervalSeconds', 'blockSeconds'),
  accounting: (value) => typeof value === 'boolean',
  windowTracking: (value) => value === 'off' || value === 'relearn' || value === 'strict',
  dhcpSnooping: (value) => typeof value === 'boolean',
  proxy: (value) => typeof value === 'boolean',
  contentRules: (value) => Array.isArray(value) && value.every(isContentRule),
};

/** Checks a policy that was read from a file. Throws an error that names what is wrong. */
export function parsePolicy(value: unknown): PolicyOptions {
  if (!isObject(value)) throw new Error('a policy is an object');
  for (const [name, it] of Object.entries(value)) {
    const check = Object.hasOwn(POLICY_CHECKS, name) && POLICY_CHECKS[name as keyof DevicePolicy];
    if (!check) throw new Error(`a policy has no "${name}"`);
    if (!check(it)) throw new Error(`"${name}" of the policy has an unacceptable value`);
  }
  return value;
}

function isPool(value: unknown): boolean {
  if (!isObject(value) || !isTexts(value['internal']) || !isTexts(value['external'])) return false;
  return value['ports'] === undefined || hasNumbers(value['ports'], 'first', 'last');
}

function isContentRule(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { protocol } = value;
  const pairs = [value['cookie'], value['header']].filter((pair) => pair !== undefined);
  const optional = [value['url'], value['domain'], value['user']];
  return (
    isTexts([value['virtualAddress'], value['serverFarm']]) &&
    (protocol === 'http' || protocol === 'smtp' || protocol === 'ftp') &&
    optional.every((text) => text === undefined || typeof text === 'string') &&
    pairs.every((pair) => isObject(pair) && isTexts([pair['name'], pair['value']]))
  );
}

function hasNumbers(value: unknown, ...names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => isNumber(value[name]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
