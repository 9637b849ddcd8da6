/** Being written. */
import type { YangType } from './type.ts';
import type { TypeCommon } from './restriction/restriction.ts';
export function createEmptyType(_common: TypeCommon): YangType {
  throw new Error('not written yet');
}
