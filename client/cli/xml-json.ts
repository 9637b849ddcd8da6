/** XML as plain objects, for users without a schema: what fast-xml-parser makes of it. */
import { XMLParser } from 'fast-xml-parser';
import { XmlWriter } from '../../src/xml/index.ts';
import type { XmlElement } from '../../src/xml/index.ts';

export function jsonOf(elements: readonly XmlElement[]): unknown {
  let text = '';
  const writer = new XmlWriter((part) => (text += part));
  for (const element of elements) writer.element(element);
  writer.end();
  // Without a schema nobody knows what is a number.
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    parseAttributeValue: false,
  });
  return parser.parse(text) as unknown;
}
