import assert from 'node:assert/strict';
import { XmlPrinter } from '../../../../client/cli/xml-printer.ts';
import { XmlTokenizer, parseXml } from '../../../../src/xml/index.ts';

function print(xml: string): string {
  let text = '';
  const tokenizer = new XmlTokenizer(new XmlPrinter((part) => (text += part)));
  tokenizer.write(xml);
  tokenizer.end();
  return text;
}

describe('XML for people', () => {
  const cases = [
    {
      name: 'one element per line, text beside its element',
      xml: '<a xmlns="urn:a"><b>1 &lt; 2</b><c/><d>\n <e/> </d></a>',
      expected: '<a xmlns="urn:a">\n  <b>1 &lt; 2</b>\n  <c/>\n  <d>\n    <e/>\n  </d>\n</a>\n',
    },
    {
      name: 'namespaces where they change',
      xml: '<x:a xmlns:x="urn:x"><x:b/><c xmlns="urn:c"/></x:a>',
      expected: '<a xmlns="urn:x">\n  <b/>\n  <c xmlns="urn:c"/>\n</a>\n',
    },
    {
      name: 'prefixes that values need',
      xml: '<a xmlns="urn:a" xmlns:ds="urn:ds"><b>ds:running</b><c>10:20</c></a>',
      expected: '<a xmlns="urn:a">\n  <b xmlns:ds="urn:ds">ds:running</b>\n  <c>10:20</c>\n</a>\n',
    },
    {
      name: 'attributes',
      xml: '<a xmlns="urn:a" xmlns:n="urn:n" n:op="x" y="&quot;"/>',
      expected: '<a xmlns="urn:a" xmlns:n="urn:n" n:op="x" y="&quot;"/>\n',
    },
  ];
  for (const { name, xml, expected } of cases) {
    it(`is printed with ${name}`, () => {
      assert.equal(print(xml), expected);
      assert.equal(print(expected), expected, 'and means the same');
      assert.equal(parseXml(expected).local, 'a');
    });
  }
});
