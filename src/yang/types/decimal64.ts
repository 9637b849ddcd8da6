/** decimal64 (RFC 7950, section 9.3): a value is its canonical text; arithmetic is on bigints. */
import { Refusal, TypeBase, quote } from './base.ts';
import { parseDecimal, printDecimal } from './restriction/decimal.ts';
import { compileRanges, effective, holds, refuseRange, statedRanges } from './restriction/range.ts';
import type { CompiledRange, Interval } from './restriction/range.ts';
import { RestrictionError } from './restriction/restriction.ts';
import type { Restriction, TypeCommon } from './restriction/restriction.ts';
import type { Decimal64Type, LeafValue } from './type.ts';

/** `ranges`: one for each range statement along the typedef chain, the outermost base first. */
export function createDecimal64Type(
  fractionDigits: number,
  ranges: readonly Restriction[],
  common: TypeCommon,
): Decimal64Type {
  if (!Number.isInteger(fractionDigits) || fractionDigits < 1 || fractionDigits > 18) {
    throw new RestrictionError(`fraction-digits is ${fractionDigits}, not within 1..18`);
  }
  return new Decimal64(fractionDigits, compileRanges({ fractionDigits }, ranges), common);
}

class Decimal64 extends TypeBase implements Decimal64Type {
  readonly base = 'decimal64';
  readonly fractionDigits: number;
  readonly ranges: readonly Interval[];
  readonly #chain: readonly CompiledRange[];

  constructor(fractionDigits: number, ranges: readonly CompiledRange[], common: TypeCommon) {
    const digits = { keyword: 'fraction-digits', text: String(fractionDigits) } as const;
    super(common, [digits, ...statedRanges(ranges)]);
    this.fractionDigits = fractionDigits;
    this.ranges = effective(ranges);
    this.#chain = ranges;
  }

  read(text: string): string | Refusal {
    const scaled = parseDecimal(text, this.fractionDigits);
    if (scaled === 'syntax') return new Refusal(() => `${quote(text)} is not a decimal number`);
    if (scaled === 'precision') {
      return new Refusal(
        `${quote(text)} has more than ${this.fractionDigits} digits after the decimal point`,
      );
    }
    if (!holds(this.ranges, scaled)) {
      const shown = text.length > 40 ? quote(text) : text;
      return refuseRange(this.#chain, scaled, (allowed) => `${shown} is outside ${allowed}`);
    }
    return printDecimal(scaled, this.fractionDigits);
  }

  accepts(value: LeafValue): boolean {
    return typeof value === 'string' && this.read(value) === value;
  }
}
