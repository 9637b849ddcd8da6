/** What an operator can choose about the nftables plane, and what the texts of `--plane` say of it. */
import { limitsOf, optionValue } from '../factory.ts';
import type { PlaneOptionValues } from '../factory.ts';
import { PlaneUsageError } from '../plane-argument.ts';

/** Address family of the table: routed packets with their state, or frames that a bridge forwards. */
export type Family = 'inet' | 'bridge';
export type Policy = 'accept' | 'drop';

/** Connection requests that one client may send to one server in an interval. */
export interface RequestRate {
  readonly count: number;
  readonly seconds: number;
}

export interface NftablesOptions {
  /** Network namespace; that of the process when absent. */
  readonly netns?: string;
  readonly family: Family;
  /** Name of our table. */
  readonly table: string;
  /** Priority of the first of our chains at the hook 'forward'; the others follow it. */
  readonly priority: number;
  /** Kinds to serve; absent for all that the family allows. */
  readonly kinds?: readonly string[];
  /** Entries that fit, by kind. */
  readonly limits: Readonly<Record<string, number>>;
  /** What happens to packets that no access list decides on. */
  readonly policy: Policy;
  /** Whether packets of sessions that connection tracking knows are held against the access lists. */
  readonly established: 'accept' | 'check';
  /** Half-open connections per address of a VM; unlimited when absent. */
  readonly halfOpenThreshold?: number;
  /** Seconds until a half-open connection is given up. */
  readonly halfOpenTimeout: number;
  /** Absent: requests are not counted. */
  readonly synRate?: RequestRate;
  /** Seconds that a client stays blocked which exceeded the rate. */
  readonly blockTime: number;
  /** Connections that one address of a VM may have in all, by `ct count`. */
  readonly connectionLimit?: number;
  /** Limits of accounts that are opened here. */
  readonly octetLimit?: number;
  readonly committedRate?: number;
  readonly committedBurst?: number;
  /** 'elsewhere': another plane of the device sends packets of frozen VMs on. */
  readonly inFlight: 'drop' | 'elsewhere';
}

export const DEFAULTS: NftablesOptions = {
  family: 'inet',
  table: 'sami-policy',
  priority: 0,
  limits: {},
  policy: 'accept',
  established: 'accept',
  halfOpenTimeout: 120,
  blockTime: 300,
  inFlight: 'drop',
};

/** Reads the options of `--plane nftables`. Throws an Error for the operator. */
export function readOptions(values: PlaneOptionValues): NftablesOptions {
  const text = (name: string): string | undefined => optionValue(values, name);
  const family = choice(values, 'family', ['inet', 'bridge']);
  const kinds = values.get('kind');
  const netns = text('netns');
  const numbers = {
    halfOpenThreshold: integer(values, 'half-open-threshold', 1, 65_535),
    halfOpenTimeout: integer(values, 'half-open-timeout', 1, 86_400),
    blockTime: integer(values, 'block-time', 1, 31_536_000),
    connectionLimit: integer(values, 'connection-limit', 1, 0xffff_ffff),
    octetLimit: integer(values, 'octet-limit', 1, Number.MAX_SAFE_INTEGER),
    committedRate: integer(values, 'committed-rate', 1, 0xffff_ffff),
    committedBurst: integer(values, 'committed-burst', 1, 0xffff_ffff),
    priority: integer(values, 'priority', -400, 400),
  };
  const given = Object.entries(numbers).filter(([, value]) => value !== undefined);
  const synRate = requestRate(text('syn-rate'));
  return {
    ...DEFAULTS,
    ...Object.fromEntries(given),
    limits: limitsOf(values),
    family: family ?? DEFAULTS.family,
    table: tableName(text('table')),
    policy: choice(values, 'policy', ['accept', 'drop']) ?? DEFAULTS.policy,
    established: choice(values, 'established', ['accept', 'check']) ?? DEFAULTS.established,
    inFlight: choice(values, 'in-flight', ['drop', 'elsewhere']) ?? DEFAULTS.inFlight,
    ...(netns === undefined ? {} : { netns }),
    ...(kinds ? { kinds } : {}),
    ...(synRate ? { synRate } : {}),
  };
}

function choice<Choice extends string>(
  values: PlaneOptionValues,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = optionValue(values, name);
  if (value === undefined) return undefined;
  const found = choices.find((it) => it === value);
  if (found !== undefined) return found;
  throw new PlaneUsageError(`${name}: expected ${choices.join(' or ')}, not "${value}"`);
}

function integer(
  values: PlaneOptionValues,
  name: string,
  least: number,
  most: number,
): number | undefined {
  const text = optionValue(values, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^-?\d+$/.test(text) && value >= least && value <= most) return value;
  throw new PlaneUsageError(`${name}: expected a number from ${least} to ${most}, not "${text}"`);
}

/** The kernel's limits count to 2^32 - 1; more requests than that nobody means. */
function requestRate(text: string | undefined): RequestRate | undefined {
  if (text === undefined) return undefined;
  const [, count, seconds] = /^([1-9]\d{0,8})\/([1-9]\d{0,5})$/.exec(text) ?? [];
  if (count === undefined || seconds === undefined) {
    throw new PlaneUsageError(`syn-rate: expected REQUESTS/SECONDS, such as 100/10, not "${text}"`);
  }
  return { count: Number(count), seconds: Number(seconds) };
}

function tableName(text: string | undefined): string {
  if (text === undefined) return DEFAULTS.table;
  if (/^[A-Za-z][A-Za-z0-9_.-]{0,60}$/.test(text)) return text;
  throw new PlaneUsageError(`table: expected letters, digits, "_", "." and "-", not "${text}"`);
}
