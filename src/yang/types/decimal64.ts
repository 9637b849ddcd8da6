/** Being written. */
import type { YangType } from './type.ts';
import type { Restriction, TypeCommon } from './restriction/restriction.ts';
export function createDecimal64Type(
  _fractionDigits: number,
  _ranges: readonly Restriction[],
  _common: TypeCommon,
): YangType {
  throw new Error('not written yet');
}
