/** Being written. */
import type { EnumerationType } from './type.ts';
import type { TypeCommon } from './restriction/restriction.ts';
export function createEnumerationType(
  _enums: ReadonlyMap<string, number>,
  _common: TypeCommon,
): EnumerationType {
  throw new Error('not written yet');
}
