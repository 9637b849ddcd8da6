/** Changes to texts in JSON: of members, values and characters. */
import type { RandomSource } from '../support/random-source.ts';
import { mutateCharacters } from './mutate.ts';

const ODD: readonly string[] = [
  ...['null', '[null]', '[]', '{}', '""', '0', '-0', '1e400', '1E-7', '-1.50', '00', 'true'],
  ...['18446744073709551616', '9007199254740993', '"\\ud800"', '"\\u0000"', '"\\u001b"', '"x"'],
  ...['[[]]', '[1,2]', '{"x":1}', '{"__proto__":{"x":1}}', 'NaN', "'x'", '// x\n1', '"a\nb"'],
];
const NAMES: readonly string[] = [
  ...['"__proto__"', '"constructor"', '"x"', '""', '"@"', '"@x"', '"a:b:c"', '"ietf-netconf:x"'],
];
const PIECE = /"(?:[^"\\]|\\[^])*"|[{}[\],:]|[^\s"{}[\],:]+|\s+/g;

export function mutateJson(text: string, random: RandomSource): string {
  if (random.chance(0.15)) return mutateCharacters(text, random);
  const pieces = [...(text.match(PIECE) ?? [])];
  const at = random.below(pieces.length);
  const piece = pieces[at] ?? '';
  switch (random.below(6)) {
    case 0:
      pieces.splice(at, 1);
      break;
    case 1:
      pieces.splice(at, 0, piece);
      break;
    case 2:
      pieces[at] = pieces[random.below(pieces.length)] ?? '';
      break;
    case 3: {
      const isName = pieces[at + 1] === ':';
      pieces[at] = isName ? random.pick(NAMES) : random.pick(ODD);
      break;
    }
    case 4: {
      const names = pieces.filter((_, index) => pieces[index + 1] === ':');
      if (pieces[at + 1] === ':') pieces[at] = random.pick(names);
      break;
    }
    default: {
      const from = random.below(pieces.length);
      pieces.splice(at, 0, ...pieces.slice(from, from + random.below(12)));
    }
  }
  return pieces.join('');
}
