/** Values of YANG types, right ones and wrong ones (RFC 7950, section 9). */
import { isIP } from 'node:net';
import type {
  BitsType,
  EnumerationType,
  Identity,
  IdentityrefType,
  LeafrefType,
  SchemaContext,
  UnionType,
  YangType,
} from '../../../src/yang/index.ts';
import { patternSampler } from './pattern-text.ts';
import type { Random } from './random.ts';

/** A value before it is written as XML or JSON. */
export type Value =
  /** `type` is the member of a union that the text was made for. */
  | { readonly kind: 'text'; readonly type: YangType; readonly text: string }
  | { readonly kind: 'identity'; readonly module: string; readonly name: string }
  /** Steps of an instance-identifier. */
  | { readonly kind: 'path'; readonly steps: readonly ValueStep[] }
  /** A leafref whose target is chosen when all the rest is there. */
  | { readonly kind: 'reference'; readonly type: LeafrefType }
  /** An instance-identifier of which the same is true. */
  | { readonly kind: 'pointer' };

export interface ValueStep {
  readonly module: string;
  readonly name: string;
  readonly keys: readonly { readonly name: string; readonly value: string }[];
  readonly value: string | undefined;
}

/** Inclusive bounds, scaled for decimal64. */
interface Interval {
  readonly low: bigint;
  readonly high: bigint;
}

/** What restricted types say of themselves. */
interface Restricted {
  readonly ranges?: readonly Interval[];
  readonly lengths?: readonly Interval[] | undefined;
  readonly patterns?: readonly { readonly text: string; readonly invert: boolean }[];
  readonly fractionDigits?: number;
}

const ATTEMPTS = 60;

/** Undefined where no value was found. */
export function makeValue(
  type: YangType,
  random: Random,
  context: SchemaContext,
): Value | undefined {
  switch (type.base) {
    case 'union': {
      for (const member of random.shuffled((type as UnionType).members)) {
        const value = makeValue(member, random, context);
        if (value) return value;
      }
      return undefined;
    }
    case 'leafref':
      return { kind: 'reference', type: type as LeafrefType };
    case 'instance-identifier':
      return { kind: 'pointer' };
    case 'identityref':
      return identityValue(type as IdentityrefType, random, context);
    default: {
      const text = makeText(type, random);
      return text === undefined ? undefined : { kind: 'text', type, text };
    }
  }
}

function identityValue(
  type: IdentityrefType,
  random: Random,
  context: SchemaContext,
): Value | undefined {
  const identity = random.pick(context.identities.filter((it) => isValue(it, type)));
  if (!identity) return undefined;
  return { kind: 'identity', module: identity.module.name, name: identity.name };
}

/** Derived from all bases, and of a module that is implemented (RFC 7950, sections 9.10.2 and 5.6.5). */
function isValue(identity: Identity, { bases }: IdentityrefType): boolean {
  return (
    identity.module.implemented &&
    bases.every((base) => base !== identity && identity.ancestors.has(base))
  );
}

function makeText(type: YangType, random: Random): string | undefined {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const text = guess(type, random);
    if (text !== undefined && allows(type, text) && !isHollow(type, text)) return text;
  }
  return undefined;
}

/** The patterns of addresses and times in RFC 6991 let through much that is none. */
function isHollow({ typedef }: YangType, text: string): boolean {
  if (typedef?.name === 'date-and-time')
    return !/^\d+-(0\d|1[0-2])-[012]\dT[01]\d:[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]0\d:[0-5]\d)$/.test(
      text,
    );
  if (typedef?.module !== 'ietf-inet-types' || !typedef.name.startsWith('ipv6')) return false;
  return isIP(text.replace(/[%/].*$/, '')) === 0;
}

/** Whether the type allows a text in which there are no prefixes. */
export function allows(type: YangType, text: string): boolean {
  try {
    type.parse(text, () => undefined);
    return true;
  } catch {
    return false;
  }
}

function guess(type: YangType, random: Random): string | undefined {
  const restricted = type as Restricted;
  switch (type.base) {
    case 'boolean':
      return random.pick(['true', 'false']);
    case 'empty':
      return '';
    case 'enumeration':
      return random.pick([...(type as EnumerationType).enums.keys()]);
    case 'bits': {
      const names = [...(type as BitsType).bits.keys()];
      return random
        .shuffled(names)
        .slice(0, random.integer(0, names.length))
        .join(random.chance(0.1) ? '  ' : ' ');
    }
    case 'decimal64':
      return guessDecimal(restricted, random);
    case 'binary':
      return guessBinary(restricted, random);
    case 'string':
      return guessString(restricted, random);
    default:
      return guessInteger(type.base, restricted, random);
  }
}

function guessInteger(base: string, { ranges }: Restricted, random: Random): string {
  const bits = BigInt(/\d+/.exec(base)?.[0] ?? '8');
  const whole = base.startsWith('u')
    ? { low: 0n, high: (1n << bits) - 1n }
    : { low: -(1n << (bits - 1n)), high: (1n << (bits - 1n)) - 1n };
  const value = within(random.pick(ranges ?? [whole]) ?? whole, random);
  const digits = String(value < 0n ? -value : value);
  const padded = random.chance(0.05) ? `00${digits}` : digits;
  const sign = value < 0n ? '-' : random.chance(0.05) ? '+' : '';
  return sign + padded;
}

function within({ low, high }: Interval, random: Random): bigint {
  const spread = high - low;
  if (random.chance(0.2)) return low;
  if (random.chance(0.2)) return high;
  const offset = BigInt(random.integer(0, random.chance(0.5) ? 20 : 2 ** 40));
  return low <= 0n && high >= 0n && random.chance(0.5) && offset <= high
    ? offset
    : low + (spread === 0n ? 0n : offset % (spread + 1n));
}

function guessDecimal({ ranges, fractionDigits }: Restricted, random: Random): string {
  const digits = fractionDigits ?? 1;
  const whole = { low: -(1n << 63n), high: (1n << 63n) - 1n };
  const scaled = within(random.pick(ranges ?? [whole]) ?? whole, random);
  const text = String(scaled < 0n ? -scaled : scaled).padStart(digits + 1, '0');
  const sign = scaled < 0n ? '-' : '';
  const printed = `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return random.chance(0.3) ? printed.replace(/\.?0+$/, '') || '0' : printed;
}

function guessBinary({ lengths }: Restricted, random: Random): string {
  const length = guessLength(lengths, random);
  return Buffer.from(Array.from({ length }, () => random.integer(0, 255))).toString('base64');
}

function guessLength(lengths: readonly Interval[] | undefined, random: Random): number {
  const interval = random.pick(lengths ?? [{ low: 0n, high: 12n }]) ?? { low: 0n, high: 12n };
  const low = Number(interval.low);
  const high = Math.min(Number(interval.high), low + 300);
  return random.chance(0.2) ? high : random.integer(low, Math.min(high, low + 10));
}

const WORDS = [
  'a',
  'x1',
  'eth0',
  'é 漢',
  'a & b',
  '<>',
  '"\'',
  ' two  words ',
  '10.0.0.1',
  'tab\tin',
];

const LETTERS = Array.from('abcXYZ019-_.é');

const samplers = new Map<string, ((random: Random) => string) | undefined>();

function guessString({ lengths, patterns }: Restricted, random: Random): string {
  const pattern = random.pick((patterns ?? []).filter(({ invert }) => !invert));
  if (pattern && random.chance(0.95)) {
    if (!samplers.has(pattern.text)) samplers.set(pattern.text, patternSampler(pattern.text));
    const sample = samplers.get(pattern.text);
    if (sample) return sample(random);
  }
  const sample = random.pick(SAMPLES) ?? '';
  if (random.chance(lengths ? 0.1 : 0.8)) return random.pick([...WORDS, sample]) ?? '';
  if (random.chance(0.3)) return sample;
  const length = guessLength(lengths, random);
  return Array.from({ length }, () => random.pick(LETTERS)).join('');
}

/** Texts that match patterns in use which no generator finds. */
const SAMPLES = [
  '10.1.2.3',
  '192.0.2.0/24',
  '0.0.0.0/0',
  '2001:db8::1',
  'fe80::1%eth0',
  '2001:db8::/32',
  '::/0',
  'FE80:0:0:0:0:0:0:1',
  'example.com',
  '02:00:00:aa:BB:01',
  '2026-11-20T10:00:00Z',
  '2026-11-20T10:00:00.123-05:30',
  '2026-11-20',
  '1.3.6.1.4.1',
  '$0$clear',
  '$1$salt$hash',
  'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
  '/a:b/c',
  '1',
  '0',
  '65000:100',
  '49.0001.0000.0000.0001.00',
];

const WRONG: readonly string[] = [
  '',
  ' ',
  'no-such-value',
  '-1',
  '256',
  '65536',
  '4294967296',
  '-9223372036854775809',
  '18446744073709551616',
  '99999999999999999999999999',
  '1.5',
  '0x1f',
  '017',
  '1e3',
  ' 5 ',
  '+5',
  '- 5',
  '5 ',
  '1.123456789012345678901',
  '.5',
  '5.',
  'True',
  'TRUE',
  '1',
  'true ',
  ' true',
  'AAA=',
  'AAAA====',
  '####',
  'AQI=',
  'AR==',
  '300.1.1.1',
  '10.0.0.1/33',
  '2001:db8::1::2',
  '/',
  '/x',
  'x:y',
  'a\u00a0b',
  'x'.repeat(300),
];

/** A text of which it is likely, not certain, that the type refuses it. */
export function wrongText(type: YangType, random: Random): string {
  if (type.base === 'enumeration' || type.base === 'bits') {
    const names = [
      ...(type.base === 'bits' ? (type as BitsType).bits : (type as EnumerationType).enums).keys(),
    ];
    const name = random.pick(names) ?? '';
    const twisted = [`${name} ${name}`, `${name} `, ` ${name}`, name.toUpperCase(), `${name}x`, ''];
    if (random.chance(0.7)) return random.pick(twisted) ?? '';
  }
  return random.pick(WRONG) ?? '';
}
