/** Range, length and pattern statements along a chain of typedefs (RFC 7950, sections 9.2.4 and 9.4). */
import type { Statement } from '../syntax/statement.ts';
import {
  RestrictionError,
  checkRangeSubset,
  compilePattern,
  type BuiltInType,
  type LengthBase,
  type PatternRestriction,
  type RangeBase,
  type Restriction,
} from '../types/index.ts';
import { placeInArgument } from './argument-place.ts';
import type { Compilation } from './compilation.ts';
import type { TypeChain } from './type-chain.ts';

/** Restrictions that each built-in type has. */
const RESTRICTIONS: Readonly<Record<BuiltInType, readonly string[]>> = {
  binary: ['length'],
  bits: ['bit'],
  boolean: [],
  decimal64: ['fraction-digits', 'range'],
  empty: [],
  enumeration: ['enum'],
  identityref: ['base'],
  'instance-identifier': ['require-instance'],
  int8: ['range'],
  int16: ['range'],
  int32: ['range'],
  int64: ['range'],
  leafref: ['path', 'require-instance'],
  string: ['length', 'pattern'],
  uint8: ['range'],
  uint16: ['range'],
  uint32: ['range'],
  uint64: ['range'],
  union: ['type'],
};

/** Those that belong where the built-in type is named, and nowhere further on. */
const ONLY_AT_BASE: ReadonlySet<string> = new Set(['base', 'fraction-digits', 'path', 'type']);

/** Reports restrictions that a type does not have, or not at this place. */
export function checkRestrictionKeywords(compilation: Compilation, chain: TypeChain): void {
  const allowed = RESTRICTIONS[chain.base];
  for (const type of chain.types) {
    const atBase = type === chain.types.at(-1);
    for (const { keyword, at, isExtension } of type.substatements) {
      if (isExtension) continue;
      if (allowed.includes(keyword) && (atBase || !ONLY_AT_BASE.has(keyword))) {
        checkVersion(compilation, chain, { type, keyword, atBase });
        continue;
      }
      const message = `type "${type.text}" cannot be restricted by "${keyword}"`;
      compilation.sink.report('invalid-restriction', at, message);
    }
  }
}

/** A restriction, and whether `type` names the built-in type itself. */
interface RestrictionPlace {
  readonly type: Statement;
  readonly keyword: string;
  readonly atBase: boolean;
}

/** Restrictions that only YANG 1.1 has in this place (RFC 7950, section 1.1). */
function checkVersion(
  compilation: Compilation,
  chain: TypeChain,
  { type, keyword, atBase }: RestrictionPlace,
): void {
  if (compilation.unitOf(type).version === '1.1') return;
  const restrictsNames = (keyword === 'enum' || keyword === 'bit') && !atBase;
  const onLeafref = keyword === 'require-instance' && chain.base === 'leafref';
  if (!restrictsNames && !onLeafref) return;
  const at = type.find(keyword)?.at ?? type.at;
  const message = `"${keyword}" here needs yang-version 1.1`;
  compilation.sink.report('needs-version-1.1', at, message);
}

export function collectRanges(
  compilation: Compilation,
  chain: TypeChain,
  base: RangeBase,
): readonly Restriction[] {
  return collectIntervals(compilation, chain, 'range', base);
}

export function collectLengths(compilation: Compilation, chain: TypeChain): readonly Restriction[] {
  return collectIntervals(compilation, chain, 'length', 'length');
}

function collectIntervals(
  compilation: Compilation,
  chain: TypeChain,
  keyword: 'range' | 'length',
  base: RangeBase | LengthBase,
): readonly Restriction[] {
  const statements = statementsOf(chain, keyword);
  const restrictions = statements.map(restrictionOf);
  const faults = checkRangeSubset(base, restrictions);
  for (const { index, kind, message, offset } of faults) {
    const statement = statements[index];
    // An empty argument has been reported by the grammar check.
    if (!statement || statement.text.trim() === '') continue;
    const code = kind === 'malformed' ? 'invalid-range' : 'range-not-subset';
    compilation.sink.report(code, placeInArgument(statement, offset), message);
  }
  const faulty = new Set(faults.map(({ index }) => index));
  return restrictions.filter((_, index) => !faulty.has(index));
}

export function collectPatterns(
  compilation: Compilation,
  chain: TypeChain,
): readonly PatternRestriction[] {
  return statementsOf(chain, 'pattern').flatMap((statement) => {
    if (!isPattern(compilation, statement)) return [];
    const invert = statement.argumentOf('modifier') === 'invert-match';
    return [{ ...restrictionOf(statement), invert }];
  });
}

function isPattern(compilation: Compilation, statement: Statement): boolean {
  try {
    for (const { message, offset } of compilePattern(statement.text).loose) {
      const at = placeInArgument(statement, offset);
      compilation.sink.report('loose-pattern', at, message);
    }
    return true;
  } catch (error) {
    if (!(error instanceof RestrictionError)) throw error;
    const at = placeInArgument(statement, error.offset);
    compilation.sink.report('invalid-pattern', at, error.message);
    return false;
  }
}

/** From the built-in type outwards. */
function statementsOf(chain: TypeChain, keyword: string): readonly Statement[] {
  return chain.types.toReversed().flatMap((type) => type.all(keyword));
}

function restrictionOf(statement: Statement): Restriction {
  return {
    text: statement.text,
    errorMessage: statement.argumentOf('error-message'),
    errorAppTag: statement.argumentOf('error-app-tag'),
  };
}
