/** Being written. */
import type { UnionType, YangType } from './type.ts';
import type { TypeCommon } from './restriction/restriction.ts';
export function createUnionType(_members: readonly YangType[], _common: TypeCommon): UnionType {
  throw new Error('not written yet');
}
