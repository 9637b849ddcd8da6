/** The rules of ownership that modules state, as functions and by XPath; and modules that state none. */
import assert from 'node:assert/strict';
import { createServer, loadSchema } from '../../../../server/index.ts';
import { compileOwnership } from '../../../../server/plane/kit/ownership-rule.ts';
import { checkKindModules } from '../../../../server/plane/kit/kind-modules.ts';
import { ownerOf } from '../../../../server/plane/kit/ownership.ts';
import { TablePlane } from '../../../../server/plane/kit/table-plane.ts';
import { fieldsOf } from '../../../../server/plane/kit/fields.ts';
import { printPath } from '../../../../src/error/index.ts';
import type { Slot } from '../../../../src/data/index.ts';
import { kindsOf, vmListNode } from '../../../../src/sami/index.ts';
import type { ListNode, SchemaContext } from '../../../../src/yang/index.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { compileInline } from '../../../support/inline-modules.ts';
import { fromPlain } from '../../../support/plain-data.ts';
import type { Plain } from '../../../support/plain-data.ts';
import { FakeDriver } from './fake-driver.ts';
import { allKinds, vmList } from './table-device.ts';

const VM = { id: 'v', address: ['10.0.0.5'], 'mac-address': '02:00:00:00:00:05', 'vlan-id': [7] };

/** A vendor's module with one kind; `guards` are statements of its list. */
const vendor = (guards: string): string => `module vendor {
  yang-version 1.1; namespace "urn:vendor"; prefix v;
  import sami { prefix sami; }
  augment "/sami:sami/sami:vm" { container things { sami:kind "thing"; sami:ephemeral;
    list thing {
      key "name";
      ${guards}
      leaf name { type string; }
      leaf address { type string; }
      leaf mac { type string; }
      leaf vlan { type uint16; }
      leaf shared { type boolean; default "true"; }
      container deep { leaf address { type string; } leaf-list address-list { type string; } }
      list part { key "address"; leaf address { type string; } }
    }
    leaf note { type string; }
  } }
}`;

const guarded = (...expressions: readonly string[]): SchemaContext =>
  compileInline({
    vendor: vendor(
      expressions
        .map(
          (each) =>
            `must "${each}" { error-message "not ours"; error-app-tag "address-not-owned"; }`,
        )
        .join('\n'),
    ),
  });

function listOf(context: SchemaContext): ListNode {
  const list = kindsOf(vmListNode(context) as ListNode)[0]?.lists[0];
  assert.ok(list);
  return list;
}

interface Row {
  readonly expression: string;
  /** Whether it is turned into a function, rather than left to XPath. */
  readonly fast: boolean;
  readonly own: readonly Plain[];
  readonly foreign: readonly Plain[];
}

const ROWS: readonly Row[] = [
  {
    expression: '../../sami:address = address',
    fast: true,
    own: [{ address: '10.0.0.5' }],
    foreign: [{ address: '10.0.0.6' }, { address: '10.0.0' }, {}],
  },
  {
    expression: 'address = ../../sami:address',
    fast: true,
    own: [{ address: '10.0.0.5' }],
    foreign: [{ address: '10.0.0.6' }],
  },
  {
    expression: 'not(vlan) or ../../sami:vlan-id = vlan or vlan = 0',
    fast: true,
    own: [{}, { vlan: 7 }, { vlan: 0 }],
    foreign: [{ vlan: 8 }],
  },
  {
    expression: '(boolean(address) or mac) and not(../../sami:mac-address = mac)',
    fast: true,
    own: [{ address: 'x' }, { mac: 'x' }],
    foreign: [{}, { mac: '02:00:00:00:00:05' }],
  },
  {
    expression: '../../sami:address = deep/address or ../../sami:address = part/address',
    fast: true,
    own: [{ deep: { address: '10.0.0.5' } }, { part: [{ address: 'x' }, { address: '10.0.0.5' }] }],
    foreign: [{}, { deep: {} }, { part: [{ address: 'x' }] }],
  },
  {
    expression: '../../sami:address = deep/address-list',
    fast: true,
    own: [{ deep: { 'address-list': ['x', '10.0.0.5'] } }],
    foreign: [{ deep: { 'address-list': ['x'] } }],
  },
  {
    expression:
      "../../sami:address[concat('ip ', .) = current()/address or . = current()/part/address]",
    fast: true,
    own: [{ address: 'ip 10.0.0.5' }, { part: [{ address: '10.0.0.5' }] }],
    foreign: [{ address: '10.0.0.5' }, { part: [{ address: 'x' }] }],
  },
  {
    expression: '../../sami:address[starts-with(current()/address, .)]',
    fast: false,
    own: [{ address: '10.0.0.5/32' }],
    foreign: [{ address: '10.0.0.6/32' }],
  },
  {
    expression: "shared = 'true'",
    fast: false,
    own: [{}, { shared: true }],
    foreign: [{ shared: false }],
  },
  {
    expression: '/sami:sami/sami:vm[sami:id = current()/../../sami:id]/sami:address = address',
    fast: false,
    own: [{ address: '10.0.0.5' }],
    foreign: [{ address: '10.0.0.6' }],
  },
  {
    expression: "../note = 'anything' or ../../sami:address = address",
    fast: false,
    own: [{ address: '10.0.0.5' }],
    foreign: [{ address: 'x' }],
  },
];

describe('a rule of ownership', () => {
  for (const { expression, fast, own, foreign } of ROWS) {
    it(`holds for the VM's own and not for others: ${expression}`, () => {
      const context = guarded(expression);
      const list = listOf(context);
      const ast = list.must[0]?.expression.ast;
      assert.equal(ast && compileOwnership(ast, list) !== undefined, fast);
      const owner = ownerOf(fromPlain(vmListNode(context) as ListNode, VM));
      for (const row of own) {
        const entry = fromPlain(list, { name: 'n', ...row });
        assert.equal(owner.violation(entry), undefined, JSON.stringify(row));
      }
      for (const row of foreign) {
        const entry = fromPlain(list, { name: 'n', ...row });
        assert.ok(owner.violation(entry), JSON.stringify(row));
      }
    });
  }

  it('is refused with what the module says of it, where the entry is', () => {
    const context = guarded('../../sami:address = address', '../../sami:vlan-id = vlan');
    const owner = ownerOf(fromPlain(vmListNode(context) as ListNode, VM));
    const error = owner.error(fromPlain(listOf(context), { name: 'n', address: '10.0.0.5' }));
    assert.equal(error?.message, 'not ours');
    assert.equal(
      printPath(Array.isArray(error.path) ? error.path : []),
      "/sami:sami/vm[id='v']/vendor:things/thing[name='n']",
    );
  });

  it('is found in lists inside entries, which the path leads to', () => {
    const acl = kindsOf(vmList()).find(({ name }) => name === 'acl-static')?.lists[0];
    assert.ok(acl);
    const aces = {
      ace: [{ name: 'r', matches: { ipv4: { 'source-ipv4-network': '0.0.0.0/0' } } }],
    };
    const error = ownerOf(fromPlain(vmList(), VM)).error(fromPlain(acl, { name: 'a', aces }));
    assert.equal(
      printPath(Array.isArray(error?.path) ? error.path : []),
      "/sami:sami/vm[id='v']/sami-acl:acl-static/acl[name='a']/aces/ace[name='r']",
    );
  });

  it('needs no XPath for nearly all lists of our modules', () => {
    let functions = 0;
    for (const list of kindsOf(vmList()).flatMap(({ lists }) => lists)) {
      for (const must of list.must) {
        if (!must.errorAppTag?.endsWith('-not-owned')) continue;
        if (compileOwnership(must.expression.ast, list)) functions += 1;
      }
    }
    assert.ok(functions >= 16, `${String(functions)} rules`);
  });
});

describe("a kind that does not say what is the VM's own", () => {
  it('is not served: the error says which, and what to write', async () => {
    const context = compileInline({ vendor: vendor('') });
    const expected =
      /module "vendor": list "thing" of kind "thing" has no "must" with an error-app-tag that ends in "-not-owned"/;
    assert.throws(() => {
      checkKindModules(context);
    }, expected);
    await assert.rejects(createServer({ context }), expected);
  });

  it('is served once it says so (control), and so are all our own', async () => {
    checkKindModules(guarded('../../sami:address = address'));
    checkKindModules(allKinds());
    const server = await createServer({ context: loadSchema() });
    await server.close();
  });

  it('is nothing to a server without our modules', () => {
    checkKindModules(
      compileInline({ other: 'module other { yang-version 1.1; namespace "urn:o"; prefix o; }' }),
    );
  });
});

describe('a kind that is none', () => {
  const MUST = 'must "../../sami:address = address" { error-app-tag "address-not-owned"; }';
  const module = (name: string, augments: string, kind: string): string => `module ${name} {
    yang-version 1.1; namespace "urn:${name}"; prefix m;
    import sami { prefix sami; }
    augment "${augments}" { container ${name} { sami:kind "${kind}"; sami:ephemeral;
      list entry { key "address"; leaf address { type string; } ${augments.endsWith('vm') ? MUST : ''} } } }
  }`;

  const rows: readonly (readonly [string, Readonly<Record<string, string>>, RegExp | undefined])[] =
    [
      [
        'is refused because another module has its name',
        {
          one: module('one', '/sami:sami/sami:vm', 'thing'),
          two: module('two', '/sami:sami/sami:vm', 'thing'),
        },
        /^Error: module "two": kind "thing" is one of module "one" already; it needs another name$/,
      ],
      [
        'is refused because no VM has it',
        { one: module('one', '/sami:sami', 'thing') },
        /^Error: module "one": container "one" has sami:kind "thing", which belongs on a container that augments/,
      ],
      [
        'is served when it has a name of its own (control)',
        {
          one: module('one', '/sami:sami/sami:vm', 'thing'),
          two: module('two', '/sami:sami/sami:vm', 'other'),
        },
        undefined,
      ],
    ];
  for (const [why, modules, error] of rows) {
    it(why, async () => {
      const context = compileInline(modules);
      if (error) await assert.rejects(createServer({ context }), error);
      else await (await createServer({ context })).close();
    });
  }
});

describe('rows that are made of bigints', () => {
  it('are equal to those of numbers, as long as both are exact', () => {
    const list = vmList().dataChildren.flatMap((node) =>
      node.kind === 'container' ? node.dataChildren : [],
    );
    const table = list.find(({ name }) => name === 'session');
    assert.ok(table?.kind === 'list');
    const fields = fieldsOf(table);
    const made = (count: number | bigint): Slot => fields.get(fields.make({ zone: count }), 'zone');
    assert.equal(made(7n), made(7));
    assert.equal(made(2n ** 53n), 2n ** 53n);
  });
});

describe('a driver of kinds', () => {
  const plane = (...kinds: readonly string[]): TablePlane =>
    new TablePlane(new FakeDriver(kinds), { context: allKinds(), clock: new FakeClock() });

  it('that the schema does not have makes no plane', () => {
    assert.throws(
      () => plane('sesion'),
      /^Error: data plane ".*": no module of the schema has a kind that it serves \("sesion"\)$/,
    );
  });

  it('of which the schema has one makes a plane of that one (control)', () => {
    assert.deepEqual(plane('sesion', 'session').kinds, ['session']);
  });
});
