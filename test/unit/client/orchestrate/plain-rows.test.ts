import assert from 'node:assert/strict';
import { PlainRowReader } from '../../../../client/orchestrate/plain-rows.ts';
import type { PlainRow } from '../../../../client/orchestrate/plain-rows.ts';
import { kindsOf, vmListNode } from '../../../../src/sami/index.ts';
import { ElementBuilder, XmlTokenizer, ContentSink } from '../../../../src/xml/index.ts';
import type { ListNode, SchemaContext } from '../../../../src/yang/index.ts';
import { compile, createMapRepository } from '../../../../src/yang/index.ts';
import { plain, samiSchema } from '../../../support/server-fixture.ts';
import { sami, vm } from '../../../support/sami-xml.ts';

function listsOf(schema: SchemaContext): readonly ListNode[] {
  const node = vmListNode(schema);
  assert.ok(node);
  return kindsOf(node).flatMap(({ lists }) => lists);
}

/** Entries that went the short way, and the elements that went the long one. */
function read(
  content: string,
  schema = samiSchema(),
): { readonly rows: readonly string[]; readonly rest: string } {
  const rows: string[] = [];
  const rest = new ElementBuilder();
  const reader = new PlainRowReader(rest, listsOf(schema), ({ schema: list, text }: PlainRow) => {
    rows.push(`${list.name}: ${text}`);
  });
  const tokenizer = new XmlTokenizer(new ContentSink(reader));
  tokenizer.write(`<data>${sami(vm({ more: content }))}</data>`);
  tokenizer.end();
  return { rows, rest: plain(rest.result) };
}

const SESSIONS = 'xmlns="urn:sami:yang:sami-session"';
const BARE_VM = '<sami><vm><id>vm1</id><address>10.0.0.1</address>';

describe('entries of plain leaves', () => {
  it('are put together again, without what means nothing elsewhere', () => {
    const { rows, rest } = read(
      `<sessions ${SESSIONS}>\n<session> <protocol>6</protocol><interface>eth0</interface>` +
        '<status>seen-reply assured</status><helper>a&lt;b&amp;</helper></session>\n<session><protocol>17</protocol></session></sessions>',
    );
    assert.deepEqual(rows, [
      'session: <session><protocol>6</protocol><status>seen-reply assured</status><helper>a&lt;b&amp;</helper></session>',
      'session: <session><protocol>17</protocol></session>',
    ]);
    assert.equal(rest.replaceAll('\n', ''), `${BARE_VM}<sessions></sessions></vm></sami>`);
  });

  it('are known by their namespace, not by a prefix', () => {
    const { rows } = read(
      '<s:sessions xmlns:s="urn:sami:yang:sami-session"><s:session><s:protocol>6</s:protocol></s:session></s:sessions>',
    );
    assert.deepEqual(rows, ['session: <session><protocol>6</protocol></session>']);
  });

  it('of another namespace go the long way', () => {
    const other =
      '<sessions xmlns="urn:other"><session><protocol>6</protocol></session></sessions>';
    const { rows, rest } = read(other);
    assert.deepEqual(rows, []);
    assert.ok(rest.includes('<session><protocol>6</protocol></session>'));
  });

  it('must have no elements that their module does not have', () => {
    for (const bad of [
      '<wat/>',
      '<protocol xmlns="urn:other">6</protocol>',
      '<protocol><x/></protocol>',
    ]) {
      assert.throws(
        () => read(`<sessions ${SESSIONS}><session>${bad}</session></sessions>`),
        /does not have/,
      );
    }
  });

  const bodies = [
    {
      name: 'plain leaves',
      body: 'leaf b { type union { type int8; type string; } } leaf-list c { type string; }',
      short: true,
    },
    { name: 'a list inside', body: 'list b { key x; leaf x { type string; } }', short: false },
    { name: 'a container inside', body: 'container b { leaf x { type string; } }', short: false },
    { name: 'an identityref', body: 'leaf b { type identityref { base i; } }', short: false },
    {
      name: 'a union with one',
      body: 'leaf b { type union { type int8; type identityref { base i; } } }',
      short: false,
    },
    { name: 'a leafref', body: 'leaf b { type leafref { path "../a"; } }', short: false },
    { name: 'an instance-identifier', body: 'leaf b { type instance-identifier; }', short: false },
  ];
  for (const { name, body, short } of bodies) {
    it(`with ${name} go the ${short ? 'short' : 'long'} way`, () => {
      const text =
        'module k { yang-version 1.1; namespace "urn:k"; prefix k; import sami { prefix sami; } identity i; ' +
        `augment "/sami:sami/sami:vm" { container c { sami:kind "k"; list l { key a; leaf a { type string; } ${body} } } } }`;
      const source = samiSchema();
      const texts = new Map([['k.yang', text]]);
      for (const module of ['sami', 'ietf-inet-types', 'ietf-yang-types']) {
        texts.set(
          `${module}.yang`,
          source.sourceOf(module, source.modules.get(module)?.revision) ?? '',
        );
      }
      const { context, diagnostics } = compile(createMapRepository(texts), {
        modules: [{ name: 'sami' }, { name: 'k' }],
      });
      assert.ok(context, JSON.stringify(diagnostics));
      const { rows } = read('<c xmlns="urn:k"><l><a>1</a></l></c>', context);
      assert.deepEqual(rows, short ? ['l: <l><a>1</a></l>'] : []);
    });
  }
});
