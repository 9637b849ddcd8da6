/** XML to JSON and back gives the same data, whatever it is. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { emptyRoot, parseDocument, printDocument } from '../../../../src/data/index.ts';
import type { DataDocument, DocumentFormat } from '../../../../src/data/index.ts';
import { compileBody, errorText } from '../../../support/data-text.ts';
import { EVERY_KIND, randomData } from '../../../support/random-data.ts';

const context = compileBody(EVERY_KIND);

function read(text: string, format: DocumentFormat): DataDocument {
  const { document, errors } = parseDocument(context, text, { format });
  assert.equal(errorText(errors), '', text);
  assert.ok(document);
  return document;
}

function print(document: DataDocument, format: DocumentFormat, pretty: boolean): string {
  const { text, errors } = printDocument(document, { format, pretty });
  assert.equal(errorText(errors), '');
  return text;
}

const WITHOUT_SCHEMA = '<any><z xmlns="urn:z" at="1">t<y/></z></any>';
const KNOWN = '<any><c><a>3</a></c><top>t</top></any>';

/** Both nodes at the top declare their namespace. */
function withNamespace(xml: string): string {
  return xml.replace(/^<c>|^<top>|(?<=<\/c>)<top>/g, (tag) => tag.replace('>', ' xmlns="urn:m">'));
}

describe('round trips between XML and JSON', () => {
  for (const pretty of [false, true]) {
    it(`give the same data ${pretty ? 'with line breaks' : 'without line breaks'}`, () => {
      fc.assert(
        fc.property(randomData, (xml) => {
          const content = xml.replace(WITHOUT_SCHEMA, KNOWN);
          const first = read(
            `<data xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">${withNamespace(content)}</data>`,
            'xml',
          );
          const json = print(first, 'json', pretty);
          const second = read(json, 'json');
          const again = print(second, 'xml', pretty);
          const third = read(again, 'xml');
          assert.equal(print(third, 'xml', false), print(first, 'xml', false));
          assert.equal(print(third, 'json', pretty), json);
        }),
        { numRuns: 300 },
      );
    });
  }

  it('are those of an empty tree too', () => {
    assert.deepEqual(read('{}', 'json').root.slots, emptyRoot(context).slots);
  });
});
