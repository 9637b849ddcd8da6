/** Which type a value is of, behind leafrefs and unions. */
import type { LeafrefType, UnionType, YangType } from '../../../src/yang/index.ts';
import { allows } from './values.ts';

/** The type of the leaf that a leafref leads to in the end. */
export function leafrefTarget(type: YangType): YangType {
  return type.base === 'leafref' ? leafrefTarget((type as LeafrefType).target.type) : type;
}

/** The member of a union, in unions too, that takes a text; the type itself when it is none. */
export function memberType(type: YangType, text: string): YangType | undefined {
  if (type.base !== 'union') return type;
  const member = (type as UnionType).members.find((it) => allows(it, text));
  return member && memberType(leafrefTarget(member), text);
}
