/** What the compiler suggests where a node is named that is not there. */
import assert from 'node:assert/strict';
import { compile } from '../../../../src/yang/index.ts';

const SUGGESTIONS: readonly (readonly [body: string, suggestion: string | undefined])[] = [
  ['container counter; augment "/a:countre" { leaf x { type string; } }', '/a:counter'],
  ['container c { container inner; } augment "/c/iner" { leaf x { type string; } }', '/c/inner'],
  // the choice and case that were left out
  [
    'choice ch { case one { container inner; } } augment "/a:inner" { leaf x { type string; } }',
    '/a:ch/a:one/a:inner',
  ],
  ['leaf count { type string; } deviation "/cuont" { deviate not-supported; }', '/count'],
  [
    'grouping g { container c { leaf limit { type string; } } } uses g { refine c/limti { default x; } }',
    'c/limit',
  ],
  ['grouping g { container box; } uses g { augment bux { leaf x { type string; } } }', 'box'],
  ['list l { key nmae; leaf name { type string; } }', 'name'],
  [
    'list l { key k; unique c/valeu; leaf k { type string; } container c { leaf value { type string; } } }',
    'c/value',
  ],
  ['choice ch { default frist; leaf first { type string; } }', 'first'],
  ['container c; augment "/quite-different" { leaf x { type string; } }', undefined],
];

describe('suggestions for nodes', () => {
  for (const [body, suggestion] of SUGGESTIONS) {
    it(`${suggestion ?? 'none'} in ${body}`, () => {
      const text = `module a { yang-version 1.1; namespace "urn:a"; prefix a; ${body} }`;
      const { diagnostics } = compile(new Map([['a.yang', text]]), { modules: [{ name: 'a' }] });
      assert.deepEqual(
        diagnostics.map((diagnostic) => diagnostic.suggestion),
        [suggestion],
      );
    });
  }
});
