/**
 * The integer types (RFC 7950, section 9.2).
 *
 * A value is a number as long as every number of its size is exact, and a bigint beyond: so equal
 * values are always equal by `===`.
 */
import { Refusal, TypeBase, quote } from './base.ts';
import type { JsonKind } from './base.ts';
import { MAX_NUMBER_LENGTH, digitsToNumber } from './restriction/decimal.ts';
import { compileRanges, effective, holds, refuseRange, statedRanges } from './restriction/range.ts';
import type { CompiledRange, Interval } from './restriction/range.ts';
import type { IntegerType, JsonValue, LeafValue } from './type.ts';
import type { Restriction, TypeCommon } from './restriction/restriction.ts';

export type IntegerBase =
  'int8' | 'int16' | 'int32' | 'int64' | 'uint8' | 'uint16' | 'uint32' | 'uint64';

/** `ranges`: one for each range statement along the typedef chain, the outermost base first. */
export function createIntegerType(
  base: IntegerBase,
  ranges: readonly Restriction[],
  common: TypeCommon,
): IntegerType {
  return new Integer(base, compileRanges(base, ranges), common);
}

class Integer extends TypeBase implements IntegerType {
  readonly base: IntegerBase;
  readonly ranges: readonly Interval[];
  readonly #chain: readonly CompiledRange[];
  /** Whole numbers within these are accepted without a look at the ranges. */
  readonly #low: number;
  readonly #high: number;

  constructor(base: IntegerBase, ranges: readonly CompiledRange[], common: TypeCommon) {
    super(common, statedRanges(ranges));
    this.base = base;
    this.ranges = effective(ranges);
    this.#chain = ranges;
    const first = this.ranges[0] ?? { low: 0n, high: -1n };
    this.#low = Math.max(Number(first.low), Number.MIN_SAFE_INTEGER);
    this.#high = Math.min(Number(first.high), Number.MAX_SAFE_INTEGER);
  }

  read(text: string): LeafValue | Refusal {
    const value = smallDecimal(text);
    if (value >= this.#low && value <= this.#high) return value;
    return this.#readAny(text);
  }

  override readDefault(text: string): LeafValue | Refusal {
    const [, sign, hexadecimal, octal] =
      /^([+-]?)0(?:x0*([\dA-Fa-f]+)|([\dxX].*))$/.exec(text) ?? [];
    if (octal !== undefined && !/^[0-7]+$/.test(octal)) {
      return new Refusal(
        () => `${quote(text)} is neither 0 and octal digits nor 0x and hexadecimal digits`,
      );
    }
    const digits = hexadecimal ?? octal?.replace(/^0+(?=\d)/, '');
    if (digits === undefined) return this.read(text);
    const size = digits.length > 32 ? 1n << 128n : BigInt(`${octal ? '0o' : '0x'}${digits}`);
    return this.#check(sign === '-' ? -size : size, text);
  }

  /** 64 bits may be more than a JSON number holds (RFC 7951, section 6.1). */
  override get jsonKind(): JsonKind {
    return this.base.endsWith('64') ? 'string' : 'number';
  }

  override toJson(value: LeafValue): JsonValue {
    return this.jsonKind === 'number' ? Number(value) : this.canonical(value);
  }

  accepts(value: LeafValue): boolean {
    if (typeof value !== 'number' && typeof value !== 'bigint') return false;
    return holds(this.ranges, value);
  }

  #readAny(text: string): LeafValue | Refusal {
    const form = text.length <= MAX_NUMBER_LENGTH ? /^([+-]?)(\d+)$/.exec(text) : null;
    const [, sign, digits] = form ?? [];
    if (digits === undefined) {
      return new Refusal(() => `${quote(text)} is not a whole number of type ${this.base}`);
    }
    const size = digitsToNumber(digits);
    return this.#check(sign === '-' ? -size : size, text);
  }

  #check(value: bigint, text: string): LeafValue | Refusal {
    if (!holds(this.ranges, value)) {
      const shown = (): string => (text.length > 40 ? quote(text) : text);
      return refuseRange(this.#chain, value, (allowed) => `${shown()} is outside ${allowed}`);
    }
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
}

/** The value of 1 to 15 plain decimal digits, which a double holds exactly; NaN for all else. */
function smallDecimal(text: string): number {
  const { length } = text;
  if (length === 0 || length > 15) return NaN;
  let value = 0;
  for (let index = 0; index < length; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}
