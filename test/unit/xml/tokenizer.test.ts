/** Reading XML: events, namespaces, and every way in which a document can be bad. */
import assert from 'node:assert/strict';
import { XmlError, XmlTokenizer } from '../../../src/xml/index.ts';
import type { NamespaceScope, XmlErrorCode, XmlLimits, XmlSink } from '../../../src/xml/index.ts';
import { xmlEvents } from '../../support/xml-events.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('XML tokenizer', () => {
  const good: { name: string; xml: string; events: string[] }[] = [
    { name: 'an empty element', xml: '<a/>', events: ['<{}a>', '</>'] },
    {
      name: 'default namespaces, taken back too',
      xml: '<a xmlns="urn:a"><b xmlns="urn:b"><c xmlns=""/></b><d/></a>',
      events: ['<{urn:a}a>', '<{urn:b}b>', '<{}c>', '</>', '</>', '<{urn:a}d>', '</>', '</>'],
    },
    {
      name: 'prefixes on elements and attributes, declarations not being attributes',
      xml: '<p:a xmlns:p="urn:p" p:x="1" y="2"/>',
      events: ['<{urn:p}a {urn:p}x=1 {}y=2>', '</>'],
    },
    {
      name: 'a prefix that an inner element gives another meaning',
      xml: '<p:a xmlns:p="urn:1"><p:a xmlns:p="urn:2"/><p:b/></p:a>',
      events: ['<{urn:1}a>', '<{urn:2}a>', '</>', '<{urn:1}b>', '</>', '</>'],
    },
    {
      name: 'text, references, CDATA, comments and instructions as one text',
      xml: '<a>1&lt;&amp;&gt;&quot;&apos;&#65;&#x1F600;<![CDATA[<&]]><!-- no -->2<?pi no?>3</a>',
      events: ['<{}a>', JSON.stringify('1<&>"\'A\u{1F600}<&23'), '</>'],
    },
    {
      name: 'CRLF as LF, and a referenced CR as itself',
      xml: '<a>1\r\n2\r3&#xD;</a>',
      events: ['<{}a>', JSON.stringify('1\n2\n3\r'), '</>'],
    },
    {
      name: 'characters of two, three and four bytes',
      xml: '<é a="ß">€ 漢 😀</é>',
      events: ['<{}é {}a=ß>', '"€ 漢 😀"', '</>'],
    },
    {
      name: 'an XML declaration and space around the root',
      xml: '\ufeff<?xml version="1.0" encoding="utf-8"?>\n<a/>\n',
      events: ['<{}a>', '</>'],
    },
    {
      name: 'the prefix xml without a declaration',
      xml: '<a xml:lang="de"/>',
      events: ['<{}a {http://www.w3.org/XML/1998/namespace}lang=de>', '</>'],
    },
  ];

  for (const { name, xml, events } of good) {
    it(`reads ${name}, however the bytes are cut`, () => {
      const all = bytes(xml);
      assert.deepEqual(xmlEvents([xml]), events);
      for (let cut = 0; cut <= all.length; cut++) {
        assert.deepEqual(xmlEvents([all.subarray(0, cut), all.subarray(cut)]), events);
      }
      assert.deepEqual(xmlEvents(Array.from(all, (byte) => Uint8Array.of(byte))), events);
    });
  }

  const deep = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);
  const bad: { name: string; xml: string; code: XmlErrorCode; limits?: Partial<XmlLimits> }[] = [
    { name: 'nothing', xml: '', code: 'malformed' },
    { name: 'an element that is not closed', xml: '<a><b></b>', code: 'malformed' },
    { name: 'a cut start tag', xml: '<a', code: 'malformed' },
    { name: 'crossed end tags', xml: '<a><b></a></b>', code: 'malformed' },
    { name: 'an end tag too many', xml: '<a/></a>', code: 'malformed' },
    { name: 'a second root', xml: '<a/><b/>', code: 'malformed' },
    { name: 'text before the root', xml: 'x<a/>', code: 'malformed' },
    { name: 'text after the root', xml: '<a/>x', code: 'malformed' },
    { name: 'an attribute twice', xml: '<a b="1" b="2"/>', code: 'malformed' },
    { name: 'an attribute without quotes', xml: '<a b=1/>', code: 'malformed' },
    { name: '< in an attribute', xml: '<a b="<"/>', code: 'malformed' },
    { name: ']]> in text', xml: '<a>]]></a>', code: 'malformed' },
    { name: 'a control character', xml: '<a>\u0001</a>', code: 'malformed' },
    { name: 'a reference to a control character', xml: '<a>&#1;</a>', code: 'malformed' },
    { name: 'an entity that is not one of the five', xml: '<a>&nbsp;</a>', code: 'malformed' },
    { name: 'a bare ampersand', xml: '<a>a & b</a>', code: 'malformed' },
    { name: 'a late XML declaration', xml: '<a/><?xml version="1.0"?>', code: 'malformed' },
    {
      name: 'an expanded attribute name twice',
      xml: '<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>',
      code: 'malformed',
    },
    { name: 'an undeclared element prefix', xml: '<p:a/>', code: 'namespace' },
    { name: 'an undeclared attribute prefix', xml: '<a p:b="1"/>', code: 'namespace' },
    { name: 'a prefix out of scope', xml: '<a><p:b xmlns:p="u"/><p:c/></a>', code: 'namespace' },
    { name: 'a prefix taken back', xml: '<a xmlns:p=""/>', code: 'namespace' },
    { name: 'a DOCTYPE', xml: '<!DOCTYPE a><a/>', code: 'doctype' },
    {
      name: 'a DOCTYPE with entities',
      xml: '<!DOCTYPE a [<!ENTITY e "x"><!ENTITY f "&e;&e;">]><a>&f;</a>',
      code: 'doctype',
    },
    {
      name: 'another encoding',
      xml: '<?xml version="1.0" encoding="latin1"?><a/>',
      code: 'encoding',
    },
    { name: 'depth over the limit', xml: deep(5), code: 'limit', limits: { maxDepth: 4 } },
    { name: 'size over the limit', xml: '<a>12345</a>', code: 'limit', limits: { maxBytes: 11 } },
    {
      name: 'attributes over the limit',
      xml: '<a b="" c="" d=""/>',
      code: 'limit',
      limits: { maxAttributes: 2 },
    },
    {
      name: 'a text over the limit',
      xml: '<a>1234</a>',
      code: 'limit',
      limits: { maxTextLength: 3 },
    },
  ];

  it('refuses many declarations in effect at many elements', () => {
    const declare = (from: number): string =>
      Array.from({ length: 60 }, (_, at) => `xmlns:p${String(from + at)}="urn:p"`).join(' ');
    const around = Array.from({ length: 100 }, (_, depth) => `<a ${declare(depth * 60)}>`).join('');
    const within = '<b xmlns="urn:b"/>'.repeat(1000);
    assert.throws(
      () => xmlEvents([bytes(around + within)]),
      (error) => error instanceof XmlError && error.code === 'limit',
    );
    const usual = `<a ${declare(0)}>${'<b xmlns="urn:b"/>'.repeat(30_000)}</a>`;
    assert.ok(xmlEvents([bytes(usual)]).length > 30_000);
  });

  for (const { name, xml, code, limits } of bad) {
    it(`refuses ${name}`, () => {
      for (const pieces of [[bytes(xml)], Array.from(bytes(xml), (byte) => Uint8Array.of(byte))]) {
        assert.throws(
          () => xmlEvents(pieces, limits),
          (error) => error instanceof XmlError && error.code === code,
        );
      }
    });
  }

  for (const [name, start] of [
    ['a text', '<a>'],
    ['an attribute', '<a b="'],
    ['a name', '<a'],
    ['a comment', '<a><!--'],
    ['a processing instruction', '<a><?x '],
  ] as const) {
    it(`refuses ${name} over the limit before it has ended`, () => {
      const tokenizer = new XmlTokenizer(
        { open() {}, text() {}, close() {} },
        { maxRunLength: 99 },
      );
      tokenizer.write(start);
      tokenizer.write('x'.repeat(99 - start.length));
      assert.throws(
        () => {
          tokenizer.write('xxxxxxxx');
        },
        (error) => error instanceof XmlError && error.code === 'limit',
      );
    });
  }

  it('accepts what is exactly at its limits', () => {
    xmlEvents([deep(4)], { maxDepth: 4 });
    xmlEvents(['<a>12345</a>'], { maxBytes: 12, maxTextLength: 5 });
    xmlEvents(['<a b="" c=""/>'], { maxAttributes: 2 });
  });

  const notUtf8: { name: string; bytes: number[] }[] = [
    { name: 'a lone continuation byte', bytes: [0x80] },
    { name: 'an overlong form', bytes: [0xc0, 0xaf] },
    { name: 'a surrogate', bytes: [0xed, 0xa0, 0x80] },
    { name: 'a lead byte without its rest', bytes: [0xe2, 0x82] },
    { name: 'more than U+10FFFF', bytes: [0xf4, 0x90, 0x80, 0x80] },
    { name: 'a byte that never occurs', bytes: [0xff] },
  ];
  for (const { name, bytes: wrong } of notUtf8) {
    it(`refuses ${name} as UTF-8`, () => {
      const all = [...bytes('<a>'), ...wrong, ...bytes('</a>')];
      for (const pieces of [[Uint8Array.from(all)], all.map((byte) => Uint8Array.of(byte))]) {
        assert.throws(
          () => xmlEvents(pieces),
          (error) => error instanceof XmlError && error.code === 'encoding',
        );
      }
    });
  }

  it('refuses an end within a UTF-8 character', () => {
    const pieces = [bytes('<a/>'), Uint8Array.of(0xe2, 0x82)];
    assert.throws(
      () => xmlEvents(pieces),
      (error) => error instanceof XmlError && error.code === 'encoding',
    );
  });

  it('says where an error is', () => {
    assert.throws(
      () => xmlEvents(['<a>\n  <p:b/></a>']),
      (error) => error instanceof XmlError && error.line === 2 && error.message.includes('"p"'),
    );
  });

  it('lets an error of the sink pass as it is', () => {
    const own = new Error('prefix of my own');
    const sink: XmlSink = {
      open() {
        throw own;
      },
      text: () => undefined,
      close: () => undefined,
    };
    assert.throws(
      () => {
        new XmlTokenizer(sink).write('<a/>');
      },
      (error) => error === own,
    );
  });

  it('resolves prefixes in the scope of open and close, and shares snapshots', () => {
    const seen: (string | undefined)[] = [];
    const snapshots: ReadonlyMap<string, string>[] = [];
    const look = (scope: NamespaceScope): void => {
      seen.push(scope.resolve('p'), scope.resolve(''));
      snapshots.push(scope.all());
    };
    const sink: XmlSink = {
      open: (_namespace, _local, _attributes, scope) => {
        look(scope);
      },
      text: () => undefined,
      close: look,
    };
    const tokenizer = new XmlTokenizer(sink);
    tokenizer.write('<a xmlns="u"><b xmlns:p="v" xmlns=""/><c/></a>');
    tokenizer.end();
    assert.deepEqual(seen, [
      ...[undefined, 'u'],
      ...['v', undefined, 'v', undefined],
      ...[undefined, 'u', undefined, 'u'],
      ...[undefined, 'u'],
    ]);
    assert.equal(snapshots[0], snapshots[3]);
    assert.deepEqual([...(snapshots[1] ?? [])], [['p', 'v']]);
  });
});
