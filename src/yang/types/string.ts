/** Being written. */
import type { YangType } from './type.ts';
import type { PatternRestriction, Restriction, TypeCommon } from './restriction/restriction.ts';
export function createStringType(
  _lengths: readonly Restriction[],
  _patterns: readonly PatternRestriction[],
  _common: TypeCommon,
  _canonicalize?: (text: string) => string,
): YangType {
  throw new Error('not written yet');
}
