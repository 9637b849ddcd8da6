/** binary (RFC 7950, section 9.8): a value is its canonical base64 text (RFC 4648, section 4). */
import { Refusal, TypeBase, quote } from './base.ts';
import { compileLengths } from './restriction/length.ts';
import type { LengthCheck } from './restriction/length.ts';
import type { Restriction, TypeCommon } from './restriction/restriction.ts';
import type { Interval } from './restriction/range.ts';
import type { BinaryType, LeafValue, StatedRestriction } from './type.ts';

/** `lengths`: in octets, one for each statement along the typedef chain, the outermost base first. */
export function createBinaryType(lengths: readonly Restriction[], common: TypeCommon): BinaryType {
  const stated = lengths.map(({ text }) => ({ keyword: 'length' as const, text }));
  return new Binary(compileLengths(lengths, 'octet'), stated, common);
}

const ALPHABET = /^[A-Za-z0-9+/]*={0,2}$/;
/** The last character before padding, where the bits that stand for no octet must be 0. */
const CLEAN_END = /(?:[AQgw]==|[AEIMQUYcgkosw048]=|[^=])$/;

class Binary extends TypeBase implements BinaryType {
  readonly base = 'binary';
  readonly #length: LengthCheck | undefined;

  constructor(
    length: LengthCheck | undefined,
    restrictions: readonly StatedRestriction[],
    common: TypeCommon,
  ) {
    super(common, restrictions);
    this.#length = length;
  }

  get lengths(): readonly Interval[] | undefined {
    return this.#length?.intervals;
  }

  read(text: string): string | Refusal {
    // Other characters than those of the alphabet must be rejected (RFC 4648, section 3.3). Line breaks are
    // taken all the same, because certificates and keys come in lines.
    const value = /[\n\r]/.test(text) ? text.replaceAll(/\r?\n/g, '') : text;
    if (!isBase64(value)) return new Refusal(`${quote(text)} is not base64`);
    return this.#length?.refuse(countOctets(value), () => 'the binary value') ?? value;
  }

  accepts(value: LeafValue): boolean {
    return typeof value === 'string' && this.read(value) === value;
  }
}

function isBase64(text: string): boolean {
  if (text === '') return true;
  return text.length % 4 === 0 && ALPHABET.test(text) && CLEAN_END.test(text);
}

function countOctets(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}
