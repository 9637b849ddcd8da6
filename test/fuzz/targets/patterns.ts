/** Regular expressions of XML Schema, against those of JavaScript where both mean the same. */
import { RegularExpressionError, compileRegularExpression } from '../../../src/xpath/index.ts';
import type { RandomSource } from '../../support/random-source.ts';
import { mutateCharacters } from '../mutate.ts';
import { promise, type Target } from '../target.ts';

const ATOMS = [
  'a',
  'b',
  'é',
  '😀',
  '[ab]',
  '[^a]',
  '[a-c]',
  '\\d',
  '.',
  '\\.',
  '-',
  '()',
  '\\p{L}',
];
const MORE = [
  '\\i',
  '\\c',
  '\\p{IsGreek}',
  '[a-z-[aeiou]]',
  '[\\w-[\\d]]',
  '\\P{Lu}',
  '\\s',
  '^',
  '$',
];
const QUANTIFIERS = ['', '', '', '*', '+', '?', '{2}', '{1,3}', '{0,}', '{0}'];
const LETTERS = ['a', 'b', 'c', 'é', '😀', '1', '.', '-', '\n', ' '];

function pattern(random: RandomSource, depth: number, atoms: readonly string[]): string {
  const branches = Array.from({ length: random.chance(0.3) ? 2 : 1 }, () =>
    Array.from({ length: random.below(4) }, () => {
      const isGroup = depth > 0 && random.chance(0.4);
      const atom = isGroup ? `(${pattern(random, depth - 1, atoms)})` : random.pick(atoms);
      return atom + random.pick(QUANTIFIERS);
    }).join(''),
  );
  return branches.join('|');
}

export const PATTERNS: Target = {
  name: 'pattern',
  make(random) {
    const value = Array.from({ length: random.below(9) }, () => random.pick(LETTERS)).join('');
    if (random.chance(0.4)) {
      const text = pattern(random, random.below(4), ATOMS);
      return { text, about: JSON.stringify([value, true]) };
    }
    let text = pattern(random, random.below(5), [...ATOMS, ...MORE]);
    for (let left = random.below(4); left > 0; left -= 1) text = mutateCharacters(text, random);
    const long = random.chance(0.05) ? value.repeat(3000) : value;
    return { text, about: JSON.stringify([long, false]) };
  },
  check({ text, about }) {
    const [value, isPlain] = JSON.parse(about) as [string, boolean];
    try {
      const verdict = compileRegularExpression(text).match(value);
      if (!isPlain || verdict === 'too-costly') return;
      // "." leaves out both line ends; `$` must not see a line end before it.
      const expected = new RegExp(`^(?:${text.replaceAll(/(?<!\\)\./g, '[^\\n\\r]')})$`, 'u');
      const matches = verdict === 'match';
      promise(matches === expected.test(value), () => `${text} and ${about}: ${verdict}`);
    } catch (error) {
      if (!(error instanceof RegularExpressionError) || isPlain) throw error;
    }
  },
};
