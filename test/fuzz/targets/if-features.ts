/** Expressions of if-feature: whether they are read, and what they are worth (RFC 7950, section 7.20.2). */
import { compile } from '../../../src/yang/index.ts';
import type { RandomSource } from '../../support/random-source.ts';
import { mutateCharacters } from '../mutate.ts';
import { promise, type Target } from '../target.ts';

const NAMES = ['a', 'b', 'not-a', 'or', 'and1'] as const;

/** Text, and the same in JavaScript. */
function expression(random: RandomSource, depth: number): readonly [string, string] {
  const space = random.pick([' ', '  ', '\n', '\t ']);
  const kind = depth === 0 ? 0 : random.below(6);
  if (kind <= 1) {
    const name = random.pick(NAMES.filter((it) => it !== 'or'));
    return [random.chance(0.2) ? `m:${name}` : name, `on.has(${JSON.stringify(name)})`];
  }
  const [one, first] = expression(random, depth - 1);
  // "or" and "and" need an operand of a form that does not bind less tightly.
  if (kind === 2) return [`not${space}(${one})`, `!(${first})`];
  if (kind === 3) return [`(${space}${one})`, `(${first})`];
  const [two, second] = expression(random, depth - 1);
  if (kind === 4) return [`(${one})${space}and${space}(${two})`, `((${first}) && (${second}))`];
  return [`(${one})${space}or${space}(${two})`, `((${first}) || (${second}))`];
}

function moduleOf(text: string): string {
  const features = NAMES.filter((it) => it !== 'or').map((name) => `feature ${name};`);
  const quoted = text.replaceAll(/["\\]/g, '\\$&');
  return `module m { yang-version 1.1; namespace urn:m; prefix m; ${features.join(' ')} leaf l { if-feature "${quoted}"; type string; } }`;
}

export const IF_FEATURES: Target = {
  name: 'if-feature',
  make(random) {
    const [text, value] = expression(random, 1 + random.below(6));
    const on = NAMES.filter((it) => it !== 'or' && random.chance(0.5));
    if (random.chance(0.5)) return { text, about: `${on.join(',')} ${value}` };
    return { text: mutateCharacters(text, random), about: `${on.join(',')} ` };
  },
  check({ text, about }) {
    const [, listed = '', value = ''] = /^(\S*) ([^]*)$/.exec(about) ?? [];
    const features = listed.split(',').filter((it) => it !== '');
    const sources = new Map([['m.yang', moduleOf(text)]]);
    const { context, diagnostics } = compile(sources, { modules: [{ name: 'm', features }] });
    if (value === '') return;
    promise(context !== undefined, () => diagnostics.map(({ message }) => message).join(', '));
    const has = context.root.dataChildren.length > 0;
    promise(has === valueOf(value, new Set(features)), () => `${text} is ${String(has)}`);
  },
};

/** Of an expression that {@link expression} made. */
function valueOf(text: string, on: ReadonlySet<string>): boolean {
  const tokens = text.match(/on\.has\("[^"]*"\)|&&|\|\||[!()]/g) ?? [];
  let at = 0;
  const operand = (): boolean => {
    const token = tokens[at] ?? '';
    at += 1;
    if (token === '!') return !operand();
    if (token !== '(') return on.has(token.slice(8, -2));
    let result = operand();
    while (tokens[at] !== ')' && at < tokens.length) {
      const operator = tokens[at];
      at += 1;
      const next = operand();
      result = operator === '&&' ? result && next : result || next;
    }
    at += 1;
    return result;
  };
  return operand();
}
