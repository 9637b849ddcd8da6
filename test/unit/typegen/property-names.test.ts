/** Names of properties: short where that is clear, never those of every object. */
import assert from 'node:assert/strict';
import { camelCase, pascalCase, propertyNames } from '../../../src/data/index.ts';

const CASES: readonly (readonly [string, string, string])[] = [
  ['in-rpcs', 'inRpcs', 'InRpcs'],
  ['a.b-c', 'aBC', 'ABC'],
  ['snake_case', 'snake_case', 'Snake_case'],
  ['ipv4-2nd', 'ipv42nd', 'Ipv42nd'],
  ['already', 'already', 'Already'],
  ['camelCase', 'camelCase', 'CamelCase'],
  ['a--b', 'aB', 'AB'],
  ['trailing-', 'trailing', 'Trailing'],
  ['_hidden', '_hidden', '_hidden'],
  ['a-_b', 'a_b', 'A_b'],
];

/** Nodes as `module:name`, of the module `m` when there is none; then their names. */
const ROWS: readonly (readonly [string, string, string])[] = [
  ['one', 'a-b', 'aB'],
  ['one that is written so goes first', 'a-b aB', 'a-b aB'],
  ['two that are not written so', 'a-b a.b', 'a-b a.b'],
  ['three', 'aB a-b a.b', 'aB a-b a.b'],
  ['of another module', 'x:a-b', 'aB'],
  ['own before others', 'x:a-b a-b y:aB', 'x:a-b aB y:aB'],
  ['two others', 'x:a y:a b', 'x:a y:a b'],
  [
    'of every object',
    'constructor to-string __proto__ value-of',
    'm:constructor to-string m:__proto__ value-of',
  ],
  ['of every object and another module', 'x:constructor x:to-string', 'x:constructor x:to-string'],
  ['unknown modules', 'unknown:a a unknown:b', 'unknown:a a unknown:b'],
  ['unknown modules are no rivals', 'x:a unknown:a', 'a unknown:a'],
  ['reserved words', 'class default function delete', 'class default function delete'],
];

describe('names of properties', () => {
  for (const [name, camel, pascal] of CASES) {
    it(`are ${camel} and ${pascal} for ${name}`, () => {
      assert.deepEqual([camelCase(name), pascalCase(name)], [camel, pascal]);
    });
  }
  for (const [title, nodes, expected] of ROWS) {
    it(`are ${expected} for ${nodes}: ${title}`, () => {
      const list = nodes.split(' ').map((node) => {
        const [module, name] = node.includes(':') ? node.split(':') : ['m', node];
        return { name: name ?? '', module: { name: module ?? '' } };
      });
      const options = { parentModule: 'm', knows: (module: string) => module !== 'unknown' };
      assert.deepEqual(propertyNames(list, options).join(' '), expected);
      const reversed = propertyNames(list.toReversed(), options).toReversed();
      assert.deepEqual(reversed.join(' '), expected, 'the order of nodes does not matter');
    });
  }
  it('belong to nobody at the root', () => {
    const nodes = ['x', 'y'].map((module) => ({ name: 'a', module: { name: module } }));
    const options = { parentModule: undefined, knows: () => true };
    assert.deepEqual(propertyNames(nodes, options), ['x:a', 'y:a']);
  });
});
