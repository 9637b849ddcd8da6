/** Ranges, lengths and values of numbers of all types, at their bounds and beyond. */
import { compile } from '../../../src/yang/index.ts';
import type { RandomSource } from '../../support/random-source.ts';
import { mutateCharacters } from '../mutate.ts';
import { promise, type Target } from '../target.ts';

const TYPES = [
  'int8',
  'uint8',
  'int16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'decimal64',
  'string',
];
const NUMBERS = [
  ...['min', 'max', '0', '-0', '1', '-1', '127', '128', '-128', '255', '65536', '1.5', '0.01'],
  ...['9223372036854775807', '-9223372036854775808', '18446744073709551615', '1e3', '+1', '007'],
  ...['0x1F', '92233720368547758.07', '1.', '.1', '9'.repeat(200), '0.'.padEnd(60, '0')],
];

function parts(random: RandomSource, numbers: readonly string[]): string {
  const part = (): string => {
    const one = random.pick(numbers);
    const separator = random.pick(['..', ' .. ', '..', '...']);
    return random.chance(0.5) ? one : one + separator + random.pick(numbers);
  };
  return Array.from({ length: 1 + random.below(4) }, part).join(random.pick(['|', ' | ', ' |']));
}

export const RANGES: Target = {
  name: 'range',
  make(random) {
    const base = random.pick(TYPES);
    const few = NUMBERS.slice(0, 13);
    let text = parts(random, random.chance(0.7) ? few : NUMBERS);
    if (random.chance(0.3)) text = mutateCharacters(text, random);
    const other = random.chance(0.5) ? parts(random, few) : '';
    return { text, about: JSON.stringify([base, other, random.pick(NUMBERS)]) };
  },
  check({ text, about }) {
    const [base, other, value] = JSON.parse(about) as [string, string, string];
    const keyword = base === 'string' ? 'length' : 'range';
    const digits = base === 'decimal64' ? 'fraction-digits 2; ' : '';
    const quote = (it: string): string => `"${it.replaceAll(/["\\]/g, '\\$&')}"`;
    const narrower = other === '' ? '' : `{ ${keyword} ${quote(other)}; }`;
    const body = `typedef t { type ${base} { ${digits}${keyword} ${quote(text)}; } }
      leaf l { type t ${narrower === '' ? ';' : narrower} default ${quote(value)}; }`;
    const module = `module m { yang-version 1.1; namespace urn:m; prefix m; ${body} }`;
    const { context, diagnostics } = compile(new Map([['m.yang', module]]), {
      modules: [{ name: 'm' }],
    });
    promise(
      (context === undefined) === diagnostics.some(({ severity }) => severity === 'error'),
      () => 'a schema and errors, or neither',
    );
  },
};
