/**
 * string (RFC 7950, section 9.4).
 *
 * Tables are full of addresses, and many rows have the same ones: a restricted string type remembers
 * recent texts with their canonical form. So a repeated address costs a look-up instead of several
 * regular expressions, and all its rows share one string.
 */
import { Refusal, TypeBase, quote } from './base.ts';
import { RecentTexts } from './recent-texts.ts';
import { compileLengths, countCharacters } from './restriction/length.ts';
import type { LengthCheck } from './restriction/length.ts';
import { compilePattern } from './restriction/pattern.ts';
import type { Pattern } from './restriction/pattern.ts';
import type { PatternRestriction, Restriction, TypeCommon } from './restriction/restriction.ts';
import type { Interval } from './restriction/range.ts';
import type { LeafValue, StatedRestriction, StringType } from './type.ts';

/**
 * `lengths` and `patterns`: one for each statement along the typedef chain, the outermost base first.
 * `canonicalize` is applied to texts that the restrictions allow, see {@link canonicalizerOf}.
 */
export function createStringType(
  lengths: readonly Restriction[],
  patterns: readonly PatternRestriction[],
  common: TypeCommon,
  canonicalize?: (text: string) => string,
): StringType {
  const length = compileLengths(lengths, 'character');
  const compiled = patterns.map((restriction) => ({
    restriction,
    pattern: compilePattern(restriction.text),
  }));
  const restrictions = [
    ...lengths.map(({ text }) => ({ keyword: 'length' as const, text })),
    ...patterns.map(({ text, invert }) => ({ keyword: 'pattern' as const, text, invert })),
  ];
  return new StringOf({ length, patterns: compiled, restrictions }, common, canonicalize);
}

interface CompiledPattern {
  readonly restriction: PatternRestriction;
  readonly pattern: Pattern;
}

interface Restrictions {
  readonly length: LengthCheck | undefined;
  readonly patterns: readonly CompiledPattern[];
  readonly restrictions: readonly StatedRestriction[];
}

/** What rule "yang-char" of RFC 7950, section 14, leaves out. */
// eslint-disable-next-line no-control-regex
const ILLEGAL = /[\0-\x08\v\f\x0e-\x1f\p{Cs}\p{Noncharacter_Code_Point}]/u;

class StringOf extends TypeBase implements StringType {
  readonly base = 'string';
  readonly #length: LengthCheck | undefined;
  readonly #patterns: readonly CompiledPattern[];
  readonly #canonicalize: ((text: string) => string) | undefined;
  readonly #recent: RecentTexts | undefined;

  constructor(
    { length, patterns, restrictions }: Restrictions,
    common: TypeCommon,
    canonicalize: ((text: string) => string) | undefined,
  ) {
    super(common, restrictions);
    this.#length = length;
    this.#patterns = patterns;
    this.#canonicalize = canonicalize;
    this.#recent = patterns.length > 0 || canonicalize ? new RecentTexts() : undefined;
  }

  get lengths(): readonly Interval[] | undefined {
    return this.#length?.intervals;
  }

  get patterns(): readonly PatternRestriction[] {
    return this.#patterns.map(({ restriction }) => restriction);
  }

  read(text: string): string | Refusal {
    const known = this.#recent?.get(text);
    if (known !== undefined) return known;
    const canonical = this.readAfresh(text);
    if (!this.#recent || canonical instanceof Refusal) return canonical;
    return this.#recent.add(text, canonical);
  }

  override readAfresh(text: string): string | Refusal {
    return this.#refusal(text) ?? (this.#canonicalize ? this.#canonicalize(text) : text);
  }

  accepts(value: LeafValue): boolean {
    return typeof value === 'string' && this.read(value) === value;
  }

  #refusal(text: string): Refusal | undefined {
    if (ILLEGAL.test(text)) return new Refusal(`${quote(text)} has a character that YANG excludes`);
    const refusal = this.#length?.refuse(countCharacters(text), () => quote(text));
    if (refusal) return refusal;
    for (const { restriction, pattern } of this.#patterns) {
      const verdict = pattern.match(text);
      if (verdict === 'too-costly') return refuseCostly(text, restriction);
      if ((verdict === 'match') === restriction.invert) return refusePattern(text, restriction);
    }
    return undefined;
  }
}

/** Whoever wrote the pattern has to be told, not whoever wrote the value: it is refused whatever it is. */
function refuseCostly(text: string, { text: pattern }: PatternRestriction): Refusal {
  return new Refusal(
    () => `matching ${quote(text)} against the pattern ${quote(pattern)} would take too long`,
  );
}

function refusePattern(
  text: string,
  { errorMessage, errorAppTag, invert, text: pattern }: PatternRestriction,
) {
  const verb = invert ? 'matches the excluded' : 'does not match the';
  const describe = (): string => `${quote(text)} ${verb} pattern "${pattern}"`;
  return new Refusal(errorMessage ?? describe, errorAppTag);
}
