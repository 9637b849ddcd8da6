/** bits (RFC 7950, section 9.7): a value is the names in order of position, as one shared string. */
import { Refusal, TypeBase, quote } from './base.ts';
import { listNames } from './enumeration.ts';
import { RecentTexts } from './recent-texts.ts';
import type { TypeCommon } from './restriction/restriction.ts';
import type { BitsType, LeafValue } from './type.ts';

/** `bits`: name to position of the names that are left after restrictions and features. */
export function createBitsType(bits: ReadonlyMap<string, number>, common: TypeCommon): BitsType {
  return new Bits(bits, common);
}

class Bits extends TypeBase implements BitsType {
  readonly base = 'bits';
  readonly bits: ReadonlyMap<string, number>;
  readonly #recent = new RecentTexts();

  constructor(bits: ReadonlyMap<string, number>, common: TypeCommon) {
    super(common);
    this.bits = new Map([...bits].sort(([, a], [, b]) => a - b));
  }

  read(text: string): string | Refusal {
    const known = this.#recent.get(text);
    if (known !== undefined) return known;
    const canonical = this.#canonicalize(text);
    return canonical instanceof Refusal ? canonical : this.#recent.add(text, canonical);
  }

  accepts(value: LeafValue): boolean {
    return typeof value === 'string' && this.read(value) === value;
  }

  #canonicalize(text: string): string | Refusal {
    const names = text.split(/[\t\n\r ]+/).filter((name) => name !== '');
    const given = new Set<string>();
    for (const name of names) {
      if (!this.bits.has(name)) {
        return new Refusal(`${quote(name)} is not one of the bits ${listNames(this.bits)}`);
      }
      if (given.has(name)) return new Refusal(`bit "${name}" is given twice`);
      given.add(name);
    }
    return [...this.bits.keys()].filter((name) => given.has(name)).join(' ');
  }
}
