/** Writing XML, and reading back what was written. */
import assert from 'node:assert/strict';
import { XmlWriter, attributeValue, parseXml, textContent } from '../../../src/xml/index.ts';
import type { XmlWriterOptions } from '../../../src/xml/index.ts';

function write(make: (writer: XmlWriter) => void, options?: XmlWriterOptions): string {
  let xml = '';
  const writer = new XmlWriter((text) => {
    xml += text;
  }, options);
  make(writer);
  writer.end();
  return xml;
}

describe('XML writer', () => {
  const cases: { name: string; make: (writer: XmlWriter) => void; xml: string }[] = [
    {
      name: 'declares a default namespace only where it changes',
      make: (w) => {
        w.open('urn:a', 'a');
        w.leaf('urn:a', 'b', '1');
        w.open('urn:b', 'c');
        w.leaf('urn:b', 'd', '');
        w.leaf('urn:a', 'e', '2');
        w.close();
        w.close();
      },
      xml: '<a xmlns="urn:a"><b>1</b><c xmlns="urn:b"><d/><e xmlns="urn:a">2</e></c></a>',
    },
    {
      name: 'closes an element without content at once',
      make: (w) => {
        w.open('', 'a');
        w.text('');
        w.close();
      },
      xml: '<a/>',
    },
    {
      name: 'takes a default namespace back',
      make: (w) => {
        w.open('urn:a', 'a');
        w.leaf('', 'b', 'x');
        w.close();
      },
      xml: '<a xmlns="urn:a"><b xmlns="">x</b></a>',
    },
    {
      name: 'declares prefixes for attributes once',
      make: (w) => {
        const create = [{ namespace: 'urn:n', local: 'operation', value: 'create', prefix: 'nc' }];
        w.open('urn:a', 'a', create);
        w.open('urn:a', 'b', create);
        w.close();
        w.close();
      },
      xml: '<a xmlns="urn:a" xmlns:nc="urn:n" nc:operation="create"><b nc:operation="create"/></a>',
    },
    {
      name: 'never gives a prefix in use a second meaning',
      make: (w) => {
        w.open('urn:a', 'a');
        w.text(
          `${w.prefixFor('urn:1', 'p')} ${w.prefixFor('urn:2', 'p')} ${w.prefixFor('urn:1', 'q')}`,
        );
        w.close();
      },
      xml: '<a xmlns="urn:a" xmlns:p="urn:1" xmlns:p1="urn:2">p p1 p</a>',
    },
    {
      name: 'forgets prefixes with their element',
      make: (w) => {
        w.open('', 'a');
        w.open('', 'b');
        w.prefixFor('urn:1', 'p');
        w.close();
        w.open('', 'b', undefined, new Map([['p', 'urn:2']]));
        w.close();
        w.close();
      },
      xml: '<a><b xmlns:p="urn:1"/><b xmlns:p="urn:2"/></a>',
    },
    {
      name: 'escapes text and attributes',
      make: (w) => {
        w.open('', 'a', [{ namespace: '', local: 'b', value: '<"&\n\t>\u0000' }]);
        w.text('<"&\n\r]]>\u0001');
        w.close();
      },
      xml: '<a b="&lt;&quot;&amp;&#xA;&#x9;&gt;\ufffd">&lt;"&amp;\n&#xD;]]&gt;\ufffd</a>',
    },
    {
      name: 'passes raw XML on',
      make: (w) => {
        w.open('urn:a', 'a');
        w.raw('<b/>');
        w.close();
      },
      xml: '<a xmlns="urn:a"><b/></a>',
    },
  ];
  for (const { name, make, xml } of cases) {
    it(name, () => {
      assert.equal(write(make), xml);
      assert.equal(write(make, { flushAt: 1 }), xml);
      parseXml(xml);
    });
  }

  it('hands text on in pieces of the size asked for', () => {
    const pieces: string[] = [];
    const writer = new XmlWriter((text) => pieces.push(text), { flushAt: 1000 });
    writer.open('', 'a');
    for (let index = 0; index < 1000; index++) writer.leaf('', 'b', 'some text');
    writer.close();
    writer.end();
    assert.ok(pieces.length > 10);
    assert.ok(pieces.slice(0, -1).every((piece) => piece.length >= 1000 && piece.length < 1100));
  });

  const faults: { name: string; make: (writer: XmlWriter) => void }[] = [
    {
      name: 'a prefix after the content has begun',
      make: (w) => {
        w.open('', 'a');
        w.text('x');
        w.prefixFor('urn:1', 'p');
      },
    },
    {
      name: 'an element left open',
      make: (w) => {
        w.open('', 'a');
      },
    },
    {
      name: 'a close without open',
      make: (w) => {
        w.close();
      },
    },
  ];
  for (const { name, make } of faults) {
    it(`takes ${name} for a bug`, () => {
      assert.throws(() => write(make), /invariant/);
    });
  }
});

describe('XML element tree', () => {
  const documents: { name: string; xml: string; within?: string }[] = [
    { name: 'text and attributes', xml: '<a xmlns="urn:a" b="1 &amp; &quot;">x &lt; <c/> y</a>' },
    {
      name: 'an XPath expression with prefixes from outside',
      xml: '<f xmlns="urn:f" xmlns:s="urn:s" select="/s:sami[s:id=\'x\']"><s:g>s:h</s:g></f>',
    },
    {
      name: 'names without prefix in a prefixed element',
      xml: '<p:a xmlns:p="urn:p" xmlns="urn:default">value <b>unprefixed</b></p:a>',
    },
    { name: 'no namespace within one', xml: '<a xmlns="urn:a"><b xmlns=""><c/></b></a>' },
    { name: 'a prefix redefined', xml: '<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"/></p:a>' },
  ];
  for (const { name, xml } of documents) {
    it(`keeps ${name} when written within another document and read again`, () => {
      const element = parseXml(xml);
      const text = write((w) => {
        w.open('urn:outer', 'outer');
        w.element(element);
        w.close();
      });
      const again = parseXml(text).children[0];
      assert.ok(again !== undefined && typeof again !== 'string');
      // A document without a default namespace gets that of what surrounds it: the control is `own`.
      const own = parseXml(
        write((w) => {
          w.element(element);
        }),
      );
      assert.deepEqual(strip(own), strip(element));
      assert.deepEqual(strip(again), strip(element));
    });
  }

  function strip(element: ReturnType<typeof parseXml>): unknown {
    const { namespace, local, attributes, children, bindings } = element;
    return {
      namespace,
      local,
      attributes,
      prefixes: [...bindings].filter(([prefix]) => prefix !== '').sort(),
      children: children.map((child) => (typeof child === 'string' ? child : strip(child))),
    };
  }

  it('finds attributes by expanded name and text of its own', () => {
    const element = parseXml('<a xmlns:p="u" b="1" p:b="2">x<c>y</c>z</a>');
    assert.equal(attributeValue(element, 'b'), '1');
    assert.equal(attributeValue(element, 'b', 'u'), '2');
    assert.equal(attributeValue(element, 'c'), undefined);
    assert.equal(textContent(element), 'xz');
  });
});
