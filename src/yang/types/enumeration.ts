/** enumeration (RFC 7950, section 9.6): a value is the name, always the same string object. */
import { Refusal, TypeBase, quote } from './base.ts';
import type { TypeCommon } from './restriction/restriction.ts';
import type { EnumerationType, LeafValue } from './type.ts';

/** `enums`: name to value of the names that are left after restrictions and features. */
export function createEnumerationType(
  enums: ReadonlyMap<string, number>,
  common: TypeCommon,
): EnumerationType {
  return new Enumeration(enums, common);
}

class Enumeration extends TypeBase implements EnumerationType {
  readonly base = 'enumeration';
  readonly enums: ReadonlyMap<string, number>;
  readonly #names: ReadonlyMap<string, string>;

  constructor(enums: ReadonlyMap<string, number>, common: TypeCommon) {
    super(common);
    this.enums = enums;
    this.#names = new Map([...enums.keys()].map((name) => [name, name]));
  }

  read(text: string): string | Refusal {
    const name = this.#names.get(text);
    return name ?? new Refusal(() => `${quote(text)} is not one of ${listNames(this.enums)}`);
  }

  accepts(value: LeafValue): boolean {
    return typeof value === 'string' && this.enums.has(value);
  }
}

/** The first names of a type, for messages. */
export function listNames(names: ReadonlyMap<string, number>): string {
  const shown = [...names.keys()].slice(0, 20).map((name) => `"${name}"`);
  const rest = names.size - shown.length;
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
