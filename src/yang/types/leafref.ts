/** Being written. */
import type { LeafrefType } from './type.ts';
import type { CompiledXPath } from '../../xpath/index.ts';
import type { LeafListNode, LeafNode } from '../schema.ts';
import type { TypeCommon } from './restriction/restriction.ts';
export function createLeafrefType(
  _path: CompiledXPath,
  _requireInstance: boolean,
  _target: () => LeafNode | LeafListNode,
  _common: TypeCommon,
): LeafrefType {
  throw new Error('not written yet');
}
