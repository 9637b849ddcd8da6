/** decimal64 (RFC 7950, section 9.3): a value is its canonical text; arithmetic is on bigints. */
import { Refusal, TypeBase, quote } from './base.ts';
import { parseDecimal, printDecimal } from './restriction/decimal.ts';
import { compileRanges, holds, refuseRange } from './restriction/range.ts';
import type { CompiledRange } from './restriction/range.ts';
import { RestrictionError } from './restriction/restriction.ts';
import type { Restriction, TypeCommon } from './restriction/restriction.ts';
import type { LeafValue, YangType } from './type.ts';

/** `ranges`: one for each range statement along the typedef chain, the outermost base first. */
export function createDecimal64Type(
  fractionDigits: number,
  ranges: readonly Restriction[],
  common: TypeCommon,
): YangType {
  if (!Number.isInteger(fractionDigits) || fractionDigits < 1 || fractionDigits > 18) {
    throw new RestrictionError(`fraction-digits is ${fractionDigits}, not within 1..18`);
  }
  return new Decimal64Type(fractionDigits, compileRanges({ fractionDigits }, ranges), common);
}

class Decimal64Type extends TypeBase {
  readonly base = 'decimal64';
  readonly #fractionDigits: number;
  readonly #ranges: readonly CompiledRange[];

  constructor(fractionDigits: number, ranges: readonly CompiledRange[], common: TypeCommon) {
    super(common);
    this.#fractionDigits = fractionDigits;
    this.#ranges = ranges;
  }

  read(text: string): string | Refusal {
    const scaled = parseDecimal(text, this.#fractionDigits);
    if (scaled === 'syntax') return new Refusal(() => `${quote(text)} is not a decimal number`);
    if (scaled === 'precision') {
      return new Refusal(
        `${quote(text)} has more than ${this.#fractionDigits} digits after the decimal point`,
      );
    }
    if (!holds(this.#ranges.at(-1)?.intervals ?? [], scaled)) {
      const shown = text.length > 40 ? quote(text) : text;
      return refuseRange(this.#ranges, scaled, (allowed) => `${shown} is outside ${allowed}`);
    }
    return printDecimal(scaled, this.#fractionDigits);
  }

  accepts(value: LeafValue): boolean {
    return typeof value === 'string' && this.read(value) === value;
  }
}
