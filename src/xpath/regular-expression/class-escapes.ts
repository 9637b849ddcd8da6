/** Escapes that stand for a set of characters (XML Schema part 2, appendix F.1.1). */
import { BLOCKS } from './blocks.ts';
import { categorySet, complement, rangesSet, type CharacterSet } from './character-set.ts';

/** XML 1.0 (fifth edition), production NameStartChar. */
const NAME_START: readonly (readonly [number, number])[] = [
  [0x3a, 0x3a],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
  [0xc0, 0xd6],
  [0xd8, 0xf6],
  [0xf8, 0x2ff],
  [0x370, 0x37d],
  [0x37f, 0x1fff],
  [0x200c, 0x200d],
  [0x2070, 0x218f],
  [0x2c00, 0x2fef],
  [0x3001, 0xd7ff],
  [0xf900, 0xfdcf],
  [0xfdf0, 0xfffd],
  [0x10000, 0xeffff],
];

/** What production NameChar has beyond NameStartChar. */
const NAME_MORE: readonly (readonly [number, number])[] = [
  [0x2d, 0x2e],
  [0x30, 0x39],
  [0xb7, 0xb7],
  [0x300, 0x36f],
  [0x203f, 0x2040],
];

const SPACE = rangesSet([0x9, 0xa], [0xd, 0xd], [0x20, 0x20]);

/** All characters except punctuation, separators and "other". */
const WORD: CharacterSet = { kind: 'union', of: ['L', 'M', 'N', 'S'].map(categorySet) };

/** What an escape with a small letter stands for; the capital letter is all else. */
const SMALL: Readonly<Record<string, CharacterSet>> = {
  s: SPACE,
  i: rangesSet(...NAME_START),
  c: rangesSet(...NAME_START, ...NAME_MORE),
  d: categorySet('Nd'),
  w: WORD,
};

/** What `.` stands for. */
export const ANY = complement(rangesSet([0xa, 0xa], [0xd, 0xd]));

/** The set that `\letter` stands for; undefined when it is for one character, or none. */
export function multiCharacterEscape(letter: string): CharacterSet | undefined {
  const small = letter.toLowerCase();
  const set = Object.hasOwn(SMALL, small) ? SMALL[small] : undefined;
  return set && (letter === small ? set : complement(set));
}

const CATEGORY = /^(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?)$/;

/** The set that `\p{name}` stands for. */
export function propertySet(name: string): CharacterSet | undefined {
  if (CATEGORY.test(name)) return categorySet(name);
  const block = name.startsWith('Is') ? name.slice(2) : '';
  const ranges = Object.hasOwn(BLOCKS, block) ? BLOCKS[block] : undefined;
  return ranges && rangesSet(...ranges);
}
