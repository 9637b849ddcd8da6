/** The integer types (RFC 7950, section 9.2). */
import type { YangType } from './type.ts';
import type { Restriction, TypeCommon } from './restriction/restriction.ts';

export type IntegerBase =
  'int8' | 'int16' | 'int32' | 'int64' | 'uint8' | 'uint16' | 'uint32' | 'uint64';

/** `ranges`: one for each range statement along the typedef chain, the outermost base first. */
export function createIntegerType(
  base: IntegerBase,
  ranges: readonly Restriction[],
  common: TypeCommon,
): YangType {
  throw new Error(`not written yet: ${base} ${String(ranges)} ${String(common)}`);
}
