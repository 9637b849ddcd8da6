/** Paths: edits, filters and XPath expressions from what people type. */
import assert from 'node:assert/strict';
import { UsageError } from '../../../../../client/cli/exit-code.ts';
import { pathFilter } from '../../../../../client/cli/netconf/commands/filters.ts';
import { encodePathEdit } from '../../../../../client/cli/netconf/paths/edit-paths.ts';
import type { PathOperation } from '../../../../../client/cli/netconf/paths/edit-paths.ts';
import { parsePath } from '../../../../../client/cli/netconf/paths/parse-path.ts';
import {
  needsSchema,
  qualifyXPath,
} from '../../../../../client/cli/netconf/paths/qualify-xpath.ts';
import { Names } from '../../../../../client/cli/netconf/schema/names.ts';
import { compile } from '../../../../../src/yang/index.ts';
import { SHOP_MODULES, SHOP_NAMES } from './shop.ts';

const { context } = compile(new Map(Object.entries(SHOP_MODULES)), {
  modules: SHOP_NAMES.map((name) => ({ name })),
});
const modules = SHOP_NAMES.map((name) => ({
  name,
  namespace: `urn:${name}`,
  revision: undefined,
  features: [],
  implemented: true,
}));
const known = new Names({ bound: new Map([['own', 'urn:shop']]), modules, context });
/** A device that does not give its modules. */
const unknown = new Names({ bound: new Map(), modules, context: undefined });

interface EditRow {
  readonly name: string;
  readonly paths: readonly string[];
  readonly operation?: PathOperation;
  readonly names?: Names;
  readonly xml?: string;
  readonly refused?: RegExp;
}

const EDITS: readonly EditRow[] = [
  {
    name: 'a leaf',
    paths: ['/shop:shop/name=a b'],
    xml: '<shop xmlns="urn:shop"><name>a b</name></shop>',
  },
  {
    name: 'the prefix of a module',
    paths: ['/sh:shop/sh:name=a'],
    xml: '<shop xmlns="urn:shop"><name>a</name></shop>',
  },
  {
    name: 'a prefix of --ns',
    paths: ['/own:shop/name=a'],
    xml: '<shop xmlns="urn:shop"><name>a</name></shop>',
  },
  {
    name: 'no prefix at all',
    paths: ['/shop/name=a'],
    xml: '<shop xmlns="urn:shop"><name>a</name></shop>',
  },
  {
    name: 'a node that another module has put there',
    paths: ['/shop/shelf/wood=oak'],
    xml: '<shop xmlns="urn:shop"><shelf xmlns="urn:shop-extra"><wood>oak</wood></shelf></shop>',
  },
  {
    name: 'keys in the order of the schema',
    paths: ["/shop/item[kind='green'][name=tea]/price=2"],
    xml: '<shop xmlns="urn:shop"><item><name>tea</name><kind>green</kind><price>2.0</price></item></shop>',
  },
  {
    name: 'several paths as one tree',
    paths: [
      '/shop/item[name=a][kind=b]/price=1.5',
      '/shop/item[kind="b"][name="a"]/weight=3',
      '/shop/open=true',
    ],
    xml:
      '<shop xmlns="urn:shop"><item><name>a</name><kind>b</kind><price>1.5</price>' +
      '<weight xmlns="urn:shop-extra">3</weight></item><open>true</open></shop>',
  },
  {
    name: 'two entries of a list',
    paths: ['/shop/item[name=a][kind=b]/price=1', '/shop/item[name=a][kind=c]/price=1'],
    xml:
      '<shop xmlns="urn:shop"><item><name>a</name><kind>b</kind><price>1.0</price></item>' +
      '<item><name>a</name><kind>c</kind><price>1.0</price></item></shop>',
  },
  {
    name: 'entries of a leaf-list, either way',
    paths: ['/shop/tag=x', "/shop/tag[.='y z']"],
    xml: '<shop xmlns="urn:shop"><tag>x</tag><tag>y z</tag></shop>',
  },
  {
    name: 'a value with "=" and "/"',
    paths: ['/shop/name=a=b/c[1]'],
    xml: '<shop xmlns="urn:shop"><name>a=b/c[1]</name></shop>',
  },
  { name: 'an empty value', paths: ['/shop/name='], xml: '<shop xmlns="urn:shop"><name/></shop>' },
  {
    name: 'an identity of the module of the leaf',
    paths: ['/shop/item[name=a][kind=b]/color=red'],
    xml:
      '<shop xmlns="urn:shop"><item><name>a</name><kind>b</kind>' +
      '<color xmlns:sh="urn:shop">sh:red</color></item></shop>',
  },
  {
    name: 'an identity that one other module has',
    paths: ['/shop/item[name=a][kind=b]/color=green'],
    xml:
      '<shop xmlns="urn:shop"><item><name>a</name><kind>b</kind>' +
      '<color xmlns:sx="urn:shop-extra">sx:green</color></item></shop>',
  },
  {
    name: 'an identity with the name of its module',
    paths: ['/shop/item[name=a][kind=b]/color=shop-extra:green'],
    xml:
      '<shop xmlns="urn:shop"><item><name>a</name><kind>b</kind>' +
      '<color xmlns:sx="urn:shop-extra">sx:green</color></item></shop>',
  },
  {
    name: 'a list entry to create',
    operation: 'create',
    paths: ['/shop/item[name=a][kind=b]'],
    xml:
      '<shop xmlns="urn:shop"><item xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" ' +
      'nc:operation="create"><name>a</name><kind>b</kind></item></shop>',
  },
  {
    name: 'a leaf of type empty to create',
    operation: 'create',
    paths: ['/shop/fixed'],
    xml:
      '<shop xmlns="urn:shop"><fixed xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" ' +
      'nc:operation="create"/></shop>',
  },
  {
    name: 'a leaf to delete',
    operation: 'delete',
    paths: ['/shop/name'],
    xml:
      '<shop xmlns="urn:shop"><name xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" ' +
      'nc:operation="delete"/></shop>',
  },
  {
    name: 'an entry of a leaf-list to remove',
    operation: 'remove',
    paths: ['/shop/tag[.=x]'],
    xml:
      '<shop xmlns="urn:shop"><tag xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" ' +
      'nc:operation="remove">x</tag></shop>',
  },
  {
    name: 'without the schema: what is typed, in that order',
    names: unknown,
    paths: ['/shop:shop/item[kind=b][name=a]/shop-extra:weight=3'],
    xml:
      '<shop xmlns="urn:shop"><item><kind>b</kind><name>a</name>' +
      '<weight xmlns="urn:shop-extra">3</weight></item></shop>',
  },
  { name: 'no path', paths: ['shop/name=a'], refused: /is not a path: expected "\/" at offset 0/ },
  {
    name: 'half a predicate',
    paths: ['/shop/item[name=a'],
    refused: /expected \[name='value'\].* at offset 10/,
  },
  {
    name: 'an unknown name',
    paths: ['/shop/nam=a'],
    refused: /no "nam" in \/shop; did you mean "name"\?/,
  },
  {
    name: 'an unknown name at the top',
    paths: ['/shoop/name=a'],
    refused: /no "shoop" in the schema; did you mean "shop"/,
  },
  {
    name: 'an unknown prefix',
    paths: ['/shap:shop/name=a'],
    refused: /"shap" is no prefix or module.*did you mean/,
  },
  {
    name: 'an ambiguous prefix',
    paths: ['/shop/sx:note=a'],
    refused: /prefix "sx" is ambiguous.*shop-extra, shop-other/,
  },
  {
    name: 'an ambiguous name',
    paths: ['/shop/note=a'],
    refused: /"note" in \/shop is ambiguous.*shop-extra, shop-other; write MODULE:note/,
  },
  {
    name: 'a list without keys',
    paths: ['/shop/item/price=1'],
    refused: /is a list: say which entry.*\[name='…'\]\[kind='…'\]/,
  },
  {
    name: 'a list without one key',
    paths: ['/shop/item[name=a]/price=1'],
    refused: /is a list: say which entry/,
  },
  {
    name: 'a predicate that is no key',
    paths: ['/shop/item[price=1]/weight=1'],
    refused: /"price" is no key of .*keys are name, kind/,
  },
  { name: 'a predicate of a container', paths: ['/shop[name=a]/open=true'], refused: /is no list/ },
  { name: 'a wrong value', paths: ['/shop/open=maybe'], refused: /"maybe" is no value of open/ },
  {
    name: 'a wrong enumeration',
    paths: ['/shop/size=huge'],
    refused: /"huge" is no value of size: .*small/,
  },
  {
    name: 'an unknown identity',
    paths: ['/shop/item[name=a][kind=b]/color=pink'],
    refused: /"pink" is no value of color/,
  },
  { name: 'a value of a container', paths: ['/shop/shelf=a'], refused: /a container has no value/ },
  {
    name: 'a value of anydata',
    paths: ['/shop/blob=a'],
    refused: /anydata is XML; use --edit-config/,
  },
  { name: 'state', paths: ['/shop/visitors=1'], refused: /is state data, which cannot be edited/ },
  {
    name: 'what is in a leaf',
    paths: ['/shop/name/x=1'],
    refused: /nothing can be in .*name, which is a leaf/,
  },
  {
    name: 'the same leaf twice',
    paths: ['/shop/item[name=a][kind=b]', '/shop/item[name=a][kind=b]'],
    operation: 'create',
    refused: /is there twice/,
  },
  {
    name: 'a leaf to create without a value',
    operation: 'create',
    paths: ['/shop/name'],
    refused: /needs a value: \/shop\/name=VALUE/,
  },
  {
    name: 'a leaf to delete with a value',
    operation: 'delete',
    paths: ['/shop/name=a'],
    refused: /deleted whatever its value is/,
  },
  {
    name: 'a whole leaf-list to delete',
    operation: 'delete',
    paths: ['/shop/tag'],
    refused: /needs a value: \/shop\/tag\[\.='VALUE'\]/,
  },
  {
    name: 'no prefix without the schema',
    names: unknown,
    paths: ['/shop/name=a'],
    refused: /"shop" needs a prefix: the device does not give its modules/,
  },
];

interface XPathRow {
  readonly from: string;
  readonly to?: string;
  readonly names?: Names;
  readonly bound?: Readonly<Record<string, string>>;
  readonly refused?: RegExp;
}

const S = { shop: 'urn:shop' };
const SH = { sh: 'urn:shop' };
const XPATHS: readonly XPathRow[] = [
  { from: '/shop:shop/shop:name', to: '/shop:shop/shop:name', bound: S },
  { from: '/shop/name', to: '/sh:shop/sh:name', bound: SH },
  { from: '/sh:shop/name', to: '/sh:shop/sh:name', bound: { sh: 'urn:shop' } },
  {
    from: "/shop/item[name='tea' and kind!='green']/weight",
    to: "/sh:shop/sh:item[sh:name='tea' and sh:kind!='green']/shop-extra:weight",
    bound: { ...SH, 'shop-extra': 'urn:shop-extra' },
  },
  {
    from: '/shop/shelf',
    to: '/sh:shop/shop-extra:shelf',
    bound: { ...SH, 'shop-extra': 'urn:shop-extra' },
  },
  {
    from: '/shop/item[price > ../open]',
    to: '/sh:shop/sh:item[sh:price > ../sh:open]',
    bound: SH,
  },
  { from: '/shop/name | /shop/open', to: '/sh:shop/sh:name | /sh:shop/sh:open', bound: SH },
  { from: '//weight', to: '//shop-extra:weight', bound: { 'shop-extra': 'urn:shop-extra' } },
  { from: '/shop/*', to: '/sh:shop/*', bound: SH },
  { from: '/shop/*/price', to: '/sh:shop/*/sh:price', bound: SH },
  { from: 'shop/item[position() = 1]', to: 'sh:shop/sh:item[position() = 1]', bound: SH },
  {
    from: 'count(/shop/item[name]) > 2',
    to: 'count(/sh:shop/sh:item[sh:name]) > 2',
    bound: SH,
  },
  {
    from: "/shop/item[derived-from-or-self(color, 'sh:red')]",
    to: "/sh:shop/sh:item[derived-from-or-self(sh:color, 'sh:red')]",
    bound: { ...SH },
  },
  {
    from: '/shop/item[starts-with(name, "a/b[c]")]',
    to: '/sh:shop/sh:item[starts-with(sh:name, "a/b[c]")]',
    bound: SH,
  },
  {
    from: '/shop:shop/item[name=1]/x',
    to: '/shop:shop/shop:item[shop:name=1]/shop:x',
    bound: S,
    names: unknown,
  },
  { from: '/interfaces', to: '/interfaces', bound: {}, names: unknown },
  {
    from: '/shop/note',
    refused: /"note" in .* is ambiguous: these modules have it: shop-extra, shop-other/,
  },
  { from: '/shop/nothing', refused: /"nothing" in .* is no node there/ },
  { from: '/none:shop', refused: /"none" is no prefix or module/ },
  { from: '/shop/[', refused: /no XPath expression|is no node/ },
  { from: "/shop/name['", refused: /is no XPath expression/ },
];

describe('paths of sami netconf', () => {
  it('has modules that compile', () => {
    assert.ok(context);
  });

  describe('edits', () => {
    for (const { name, paths, operation = 'merge', names = known, xml, refused } of EDITS) {
      it(`${refused ? 'refuses' : 'takes'} ${name}`, () => {
        const edit = { paths, operation, isDefault: operation === 'merge' };
        if (!refused) assert.equal(encodePathEdit(names, edit), xml);
        else assert.throws(() => encodePathEdit(names, edit), usage(refused));
      });
    }
  });

  describe('XPath', () => {
    for (const { from, to, bound, names = known, refused } of XPATHS) {
      it(`${refused ? 'refuses' : 'qualifies'} ${from}`, () => {
        if (refused) {
          assert.throws(() => qualifyXPath(from, names), usage(refused));
          return;
        }
        const { select, prefixes } = qualifyXPath(from, names);
        assert.equal(select, to);
        assert.deepEqual(Object.fromEntries(prefixes), bound);
      });
    }

    it('needs the schema only for names without a known prefix', () => {
      assert.equal(needsSchema('/shop:shop/shop:name', unknown), false);
      assert.equal(needsSchema("/shop:shop[@x='1']/*", unknown), false);
      assert.equal(needsSchema('/sh:shop', unknown), true);
      assert.equal(needsSchema('/shop:shop/name', unknown), true);
    });
  });

  describe('filters', () => {
    const rows: readonly (readonly [path: string, xml: string])[] = [
      ['/shop', '<shop xmlns="urn:shop"/>'],
      ['/shop/item[name=tea]', '<shop xmlns="urn:shop"><item><name>tea</name></item></shop>'],
      [
        '/shop/item[name=tea][price]',
        '<shop xmlns="urn:shop"><item><name>tea</name><price/></item></shop>',
      ],
      ['/shop/item/price', '<shop xmlns="urn:shop"><item><price/></item></shop>'],
    ];
    for (const [path, xml] of rows) {
      it(`makes one of ${path}`, () => {
        assert.equal(pathFilter(known, path), xml);
      });
    }

    it('refuses a selection that something else follows', () => {
      assert.throws(
        () => pathFilter(known, '/shop/item[price]/weight'),
        usage(/has to be at the end/),
      );
    });
  });

  it('reads quotes, bare values and space', () => {
    const { parts, value } = parsePath(`/a:b[ c = 'd"e' ][f="g'h"][.=i]/j=k`);
    assert.deepEqual(
      parts.flatMap(({ predicates }) => predicates.map((it) => [it.name, it.value])),
      [
        ['c', 'd"e'],
        ['f', "g'h"],
        ['.', 'i'],
      ],
    );
    assert.equal(value, 'k');
  });
});

function usage(pattern: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof UsageError, String(error));
    assert.match(error.message, pattern);
    return true;
  };
}
