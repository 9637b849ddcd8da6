/** Being written. */
import type { Identity } from '../schema.ts';
import type { IdentityrefType, IdentityValue } from './type.ts';
import type { TypeCommon } from './restriction/restriction.ts';
export function createIdentityrefType(
  _bases: readonly Identity[],
  _candidates: () => readonly Identity[],
  _common: TypeCommon,
): IdentityrefType {
  throw new Error('not written yet');
}

const values = new WeakMap<Identity, IdentityValue>();

/** The one value object of an identity, so that `===` compares values. */
export function identityValue(identity: Identity): IdentityValue {
  let value = values.get(identity);
  if (!value) values.set(identity, (value = { kind: 'identity', identity }));
  return value;
}
