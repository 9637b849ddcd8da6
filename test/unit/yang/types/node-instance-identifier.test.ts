/** Paths of access control rules as values: XML and JSON in, prefixes out (RFC 8341, section 3.5.2). */
import assert from 'node:assert/strict';
import { InvalidValueError } from '../../../../src/yang/index.ts';
import type { LeafNode } from '../../../../src/yang/index.ts';
import { gardenSchema } from '../../../support/access-schema.ts';

const NAMESPACES: Readonly<Record<string, string>> = {
  a: 'urn:garden',
  b: 'urn:annex',
  '': 'urn:garden',
};
const inScope = (prefix: string): string | undefined => NAMESPACES[prefix];

function pathLeaf(): LeafNode {
  const { root } = gardenSchema();
  const nacm = root.dataChildren.find(({ name }) => name === 'nacm');
  const lists = nacm?.kind === 'container' ? nacm.dataChildren : [];
  const list = lists.find(({ name }) => name === 'rule-list');
  const rules = list?.kind === 'list' ? list.dataChildren : [];
  const rule = rules.find(({ name }) => name === 'rule');
  const path =
    rule?.kind === 'list' ? rule.dataChildren.find(({ name }) => name === 'path') : undefined;
  assert.equal(path?.kind, 'leaf');
  return path;
}

const GARDEN = '/garden:garden';

describe('node-instance-identifier', () => {
  const accepted: readonly (readonly [text: string, canonical: string])[] = [
    ['/', '/'],
    [' \n/a:garden\t', GARDEN],
    ['/a:garden/b:annexed', `${GARDEN}/annex:annexed`],
    ['/a:garden/a:bed', `${GARDEN}/garden:bed`],
    ["/a:garden/a:bed[a:column = 'x']", `${GARDEN}/garden:bed[garden:column='x']`],
    [
      `/a:garden/a:bed[a:column="it's"][a:row='01']`,
      `${GARDEN}/garden:bed[garden:row='1'][garden:column="it's"]`,
    ],
    ['/a:garden/a:bed[a:column=$USER]', `${GARDEN}/garden:bed[garden:column=$USER]`],
    ["/a:garden/a:colour[.='red']", `${GARDEN}/garden:colour[.='red']`],
    ['/a:garden/a:bed/a:water', `${GARDEN}/garden:bed/garden:water`],
    ['/a:garden/a:bed/a:wilted', `${GARDEN}/garden:bed/garden:wilted`],
    ['/a:garden/a:hedge', `${GARDEN}/garden:hedge`],
    ['/a:garden/a:sensors/a:reading[2]', `${GARDEN}/garden:sensors/garden:reading[2]`],
  ];
  for (const [text, canonical] of accepted) {
    it(`takes ${JSON.stringify(text)}`, () => {
      const { type } = pathLeaf();
      const value = type.parse(text, inScope);
      assert.equal(value, canonical);
      assert.equal(
        type.parse(
          type.print(value, (namespace) => prefixOf(namespace)),
          inScope,
        ),
        value,
      );
      assert.equal(type.parseJson(type.toJson(value), pathLeaf().module), value);
    });
  }

  const refused: readonly (readonly [text: string, why: RegExp])[] = [
    ['', /empty/],
    ['a:garden', /expected/],
    ['/garden', /no "garden" there/],
    ['/z:garden', /no "z:garden" there/],
    ['/b:garden', /no "b:garden" there/],
    ['/a:garden/a:wild', /no "a:wild" there/],
    ['/a:harvest', /no "a:harvest" there/],
    ['/a:frost', /no "a:frost" there/],
    ["/a:garden[a:name='x']", /cannot have this predicate/],
    ["/a:garden/a:bed[a:plant='x']", /one predicate for each/],
    ["/a:garden/a:bed[a:row='1'][a:row='2']", /one predicate for each/],
    ["/a:garden/a:bed[a:row='one']", /"row"/],
    ['/a:garden/a:bed[1]', /one predicate for each/],
    ["/a:garden/a:bed[column='x']", /one predicate for each/],
    ['/a:garden/a:bed[a:column=$OTHER]', /expected/],
    ['//a:bed', /expected/],
    ['/a:garden/*', /expected/],
    ['/a:garden | /a:garden', /expected/],
  ];
  for (const [text, why] of refused) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      const { type } = pathLeaf();
      assert.throws(
        () => type.parse(text, inScope),
        (error) => error instanceof InvalidValueError && why.test(error.message),
      );
    });
  }

  it('takes names of modules in JSON, as instance-identifiers do', () => {
    const { type, module } = pathLeaf();
    const json = "/garden:garden/bed[row='1']/annex:label";
    assert.equal(type.parseJson(json, module), `${GARDEN}/garden:bed[garden:row='1']/annex:label`);
    assert.throws(() => type.parseJson(7, module), InvalidValueError);
  });
});

function prefixOf(namespace: string): string {
  return namespace === 'urn:garden' ? 'a' : 'b';
}
