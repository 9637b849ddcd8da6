/** boolean (RFC 7950, section 9.5). */
import { Refusal, TypeBase, quote } from './base.ts';
import type { JsonKind } from './base.ts';
import type { TypeCommon } from './restriction/restriction.ts';
import type { JsonValue, LeafValue, YangType } from './type.ts';

/** Its values are `true` and `false`. */
export function createBooleanType(common: TypeCommon): YangType {
  return new BooleanType(common);
}

class BooleanType extends TypeBase {
  readonly base = 'boolean';

  read(text: string): boolean | Refusal {
    if (text === 'true') return true;
    if (text === 'false') return false;
    return new Refusal(() => `${quote(text)} is neither "true" nor "false"`);
  }

  override get jsonKind(): JsonKind {
    return 'boolean';
  }

  override toJson(value: LeafValue): JsonValue {
    return value === true;
  }

  accepts(value: LeafValue): boolean {
    return typeof value === 'boolean';
  }
}
