/** empty (RFC 7950, section 9.11): the leaf is there, and that is all it says. */
import { Refusal, TypeBase, quote } from './base.ts';
import type { JsonKind } from './base.ts';
import type { TypeCommon } from './restriction/restriction.ts';
import type { JsonValue, LeafValue, YangType } from './type.ts';

/** Its one value is `null`. */
export function createEmptyType(common: TypeCommon): YangType {
  return new EmptyType(common);
}

class EmptyType extends TypeBase {
  readonly base = 'empty';

  read(text: string): null | Refusal {
    return text === ''
      ? null
      : new Refusal(`a leaf of type empty has no value, not ${quote(text)}`);
  }

  /** "An empty type cannot have a default value." */
  override readDefault(): Refusal {
    return new Refusal('type empty cannot have a default');
  }

  override get jsonKind(): JsonKind {
    return 'empty';
  }

  override toJson(): JsonValue {
    return [null];
  }

  accepts(value: LeafValue): boolean {
    return value === null;
  }
}
