/** The tree that XPath sees (RFC 7950, sections 6.4.1 and 10). */
import assert from 'node:assert/strict';
import { TREE_MODEL, instancePath, rootRef } from '../../../src/data/index.ts';
import type { NodeRef } from '../../../src/data/index.ts';
import { printPath } from '../../../src/error/index.ts';
import { compileXPath } from '../../../src/xpath/index.ts';
import { compileBody, dataOf } from '../../support/data-text.ts';

const context = compileBody(`
  identity animal; identity cat { base animal; } identity kitten { base cat; }
  container c {
    leaf mtu { type uint16; default 1500; }
    leaf-list tag { type string; ordered-by user; }
    list e { key "a b"; leaf a { type string; } leaf b { type int8; } leaf v { type string; default dv; } }
    list u { key k; ordered-by user; leaf k { type string; } leaf to { type leafref { path "../../e/a"; } } }
    container np { leaf x { type string; default dx; } }
    container pr { presence p; leaf y { type string; default dy; } }
    leaf pet { type identityref { base animal; } }
    leaf level { type enumeration { enum low { value 3; } enum high { value 9; } } }
    leaf flags { type bits { bit up; bit down; } }
    leaf either { type union { type int8; type enumeration { enum on { value 4; } } } }
    leaf at { type instance-identifier; }
    leaf none { type empty; }
  }`);
const data = dataOf(
  context,
  `<c><tag>z</tag><tag>a</tag><e><a>q</a><b>2</b></e><e><a>p</a><b>1</b><v>w</v></e><u><k>2</k></u><u><k>1</k><to>p</to></u>
   <pet>kitten</pet><level>high</level><flags>down</flags><either>on</either><none/>
   <at xmlns:m="urn:m">/m:c/m:e[m:a='p'][m:b='1']/m:v</at></c>`,
);
const model = TREE_MODEL;
const compile = (text: string): ReturnType<typeof compileXPath> =>
  compileXPath(text, {
    resolvePrefix: (prefix) => (prefix === 'm' ? 'urn:m' : undefined),
    defaultNamespace: 'urn:m',
  });
const root = rootRef(data);
const paths = (nodes: readonly NodeRef[]): readonly string[] =>
  nodes.map((node) => printPath(instancePath(node)));

describe('XPath over data trees', () => {
  const values: readonly (readonly [expression: string, value: string | number | boolean])[] = [
    ['string(/c/mtu)', '1500'],
    ['count(/c/np)', 1],
    ['string(/c/np/x)', 'dx'],
    ['count(/c/pr)', 0],
    ['count(/c/pr/y)', 0],
    ["string(/c/e[a='q'][b='2']/v)", 'dv'],
    ["string(/c/e[a='q'][b=2]/v)", 'dv'],
    ["count(/c/e[a='q'][b='7'])", 0],
    ["count(/c/e[a='q'][b='x'])", 0],
    ["count(/c/e[a='q'])", 1],
    ['string(/c/e[1]/a)', 'p'],
    ['string(/c/u[1]/k)', '2'],
    ['string(/c/u[last()]/k)', '1'],
    ['string(/c/tag[1])', 'z'],
    ['count(/c/tag/text())', 2],
    ['count(/c/none)', 1],
    ["/c/u/k = '1'", true],
    ["/c/u/k = '3'", false],
    ["/c/u/k != '1'", true],
    ['/c/u/k = /c/u/to', false],
    ["/c/e/a = 'p'", true],
    ['string(/c/none)', ''],
    ['string(/c/np)', 'dx'],
    ["derived-from(/c/pet, 'cat')", true],
    ["derived-from(/c/pet, 'm:kitten')", false],
    ["derived-from-or-self(/c/pet, 'm:kitten')", true],
    ['enum-value(/c/level)', 9],
    ['enum-value(/c/either)', 4],
    ["bit-is-set(/c/flags, 'down')", true],
    ["bit-is-set(/c/flags, 'up')", false],
    ['string(deref(/c/u/to)/../b)', '1'],
    ['string(deref(/c/at))', 'w'],
    ['count(//*[a])', 2],
    ['count(/c/e | /c/e | /c/u)', 4],
    ['count(/c/e/.. | /c)', 1],
    ['count(/c/e[2]/preceding-sibling::*)', 4],
    ['name(/c/*[1])', 'mtu'],
    ['namespace-uri(/c)', 'urn:m'],
  ];
  for (const [expression, value] of values) {
    it(`${expression} is ${JSON.stringify(value)}`, () => {
      assert.equal(compile(expression).evaluate(model, root), value);
    });
  }

  it('gives nodes in document order, that of the user where there is one', () => {
    assert.deepEqual(paths(compile('/c/u | /c/tag | /c/e/b').nodes(model, root)), [
      "/m:c/tag[.='z']",
      "/m:c/tag[.='a']",
      "/m:c/e[a='p'][b='1']/b",
      "/m:c/e[a='q'][b='2']/b",
      "/m:c/u[k='2']",
      "/m:c/u[k='1']",
    ]);
  });

  it('names every node by a path', () => {
    const [text] = compile('/c/mtu/text()').nodes(model, root);
    assert.ok(text);
    assert.equal(printPath(instancePath(text)), '/m:c/mtu');
    assert.equal(printPath(instancePath(root)), '/');
  });
});
