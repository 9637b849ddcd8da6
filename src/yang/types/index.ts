/** Constructors of the built-in types from resolved restrictions (RFC 7950, section 9). */
export * from './type.ts';
export type {
  LengthBase,
  PatternRestriction,
  RangeBase,
  Restriction,
  TypeCommon,
} from './restriction/restriction.ts';
export { RestrictionError } from './restriction/restriction.ts';
export type { Interval } from './restriction/intervals.ts';
export { checkRangeSubset } from './restriction/range.ts';
export { compilePattern } from './restriction/pattern.ts';
export type { Pattern } from './restriction/pattern.ts';
export { createBinaryType } from './binary.ts';
export { createBitsType } from './bits.ts';
export { createBooleanType } from './boolean.ts';
export { createDecimal64Type } from './decimal64.ts';
export { createEmptyType } from './empty.ts';
export { createEnumerationType } from './enumeration.ts';
export { createIdentityrefType, identityValue } from './identityref.ts';
export { createInstanceIdentifierType } from './instance-identifier.ts';
export { moduleScope, parseNodePath } from './node-path.ts';
export type { NodePath, NodePathStep, NodePathTest } from './node-path.ts';
export {
  createNodeInstanceIdentifierType,
  isNodeInstanceIdentifier,
} from './node-instance-identifier.ts';
export { createIntegerType } from './integer.ts';
export type { IntegerBase } from './integer.ts';
export { bindLeafref, createLeafrefType } from './leafref.ts';
export { createStringType } from './string.ts';
export { createUnionType } from './union.ts';
export { canonicalizerOf } from './well-known.ts';
export { parseDefault } from './base.ts';
