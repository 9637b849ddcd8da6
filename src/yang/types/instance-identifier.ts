/** Being written. */
import type { InstanceIdentifierType } from './type.ts';
import type { SchemaContext } from '../schema.ts';
import type { TypeCommon } from './restriction/restriction.ts';
export function createInstanceIdentifierType(
  _requireInstance: boolean,
  _context: () => SchemaContext,
  _common: TypeCommon,
): InstanceIdentifierType {
  throw new Error('not written yet');
}
