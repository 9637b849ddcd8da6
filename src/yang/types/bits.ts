/** Being written. */
import type { BitsType } from './type.ts';
import type { TypeCommon } from './restriction/restriction.ts';
export function createBitsType(_bits: ReadonlyMap<string, number>, _common: TypeCommon): BitsType {
  throw new Error('not written yet');
}
