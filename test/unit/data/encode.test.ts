/** Writing XML: order, namespaces and the modes of RFC 6243. */
import assert from 'node:assert/strict';
import { Branch, encodeBranch, encodeData, schemaDefault } from '../../../src/data/index.ts';
import type { WithDefaults } from '../../../src/data/index.ts';
import { XmlWriter } from '../../../src/xml/index.ts';
import { compileBody, dataOf } from '../../support/data-text.ts';

const context = compileBody(`
  container c {
    leaf mtu { type uint16; default 1500; }
    leaf name { type string; }
    leaf-list dns { type string; default a; default b; }
    container np { leaf level { type int8; default 3; } container inner { leaf x { type string; } } }
    container pr { presence p; leaf y { type string; default yes; } }
    leaf cond { when "../name = 'n'"; type string; default d; }
    choice ch { default one; leaf one { type string; default o; } leaf two { type string; default t; } }
    list e { key "k2 k1"; leaf v { type string; default vv; } leaf k1 { type string; } leaf k2 { type string; } }
    leaf state { config false; type string; }
  }`);

const DATA = '<c><mtu>1500</mtu><e><k2>2</k2><k1>1</k1></e><state>s</state></c>';

describe('encoding (RFC 7950, section 7; RFC 6243)', () => {
  const cases: Readonly<Record<WithDefaults, string>> = {
    explicit: '<c xmlns="urn:m"><mtu>1500</mtu><e><k2>2</k2><k1>1</k1></e><state>s</state></c>',
    trim: '<c xmlns="urn:m"><e><k2>2</k2><k1>1</k1></e><state>s</state></c>',
    'report-all':
      '<c xmlns="urn:m"><mtu>1500</mtu><dns>a</dns><dns>b</dns><np><level>3</level></np><one>o</one>' +
      '<e><k2>2</k2><k1>1</k1><v>vv</v></e><state>s</state></c>',
    'report-all-tagged': '',
  };
  for (const [mode, expected] of Object.entries(cases)) {
    if (expected === '') continue;
    it(`writes ${mode}`, () => {
      const text = encodeData(dataOf(context, DATA), { withDefaults: mode as WithDefaults });
      assert.equal(text, expected);
    });
  }

  it('tags defaults, set or not, with report-all-tagged', () => {
    const text = encodeData(dataOf(context, DATA), { withDefaults: 'report-all-tagged' });
    const tagged = [...text.matchAll(/<([\w-]+) [^>]*default="true">([^<]*)</g)].map(
      ([, name, value]) => `${name ?? ''}=${value ?? ''}`,
    );
    assert.deepEqual(tagged, ['mtu=1500', 'dns=a', 'dns=b', 'level=3', 'one=o', 'v=vv']);
  });

  it('reports defaults only of the case that is there and where conditions hold', () => {
    const text = encodeData(dataOf(context, '<c><name>n</name><two>x</two><pr/></c>'), {
      withDefaults: 'report-all',
    });
    assert.match(text, /<pr><y>yes<\/y><\/pr><cond>d<\/cond><two>x<\/two>/);
    assert.doesNotMatch(text, /<one>/);
  });

  it('leaves state out when told to', () => {
    const text = encodeData(dataOf(context, DATA), { configOnly: true });
    assert.doesNotMatch(text, /state/);
    assert.match(text, /mtu/);
  });

  it('writes one branch with its element', () => {
    const c = dataOf(context, '<c><mtu>9</mtu></c>').slots[0];
    assert.ok(c instanceof Branch);
    let text = '';
    const writer = new XmlWriter((part) => {
      text += part;
    });
    encodeBranch(writer, c);
    writer.end();
    assert.equal(text, '<c xmlns="urn:m"><mtu>9</mtu></c>');
  });

  it('knows the defaults of the schema', () => {
    const c = context.root.dataChildren[0];
    assert.ok(c?.kind === 'container');
    const defaults = c.dataChildren
      .map((child) => schemaDefault(child))
      .filter((it) => it !== undefined);
    assert.deepEqual(defaults, [1500, ['a', 'b'], 'd', 'o', 't']);
  });
});
