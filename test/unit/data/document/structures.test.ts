/** Documents that hold structures (RFC 8791; RFC 8040, section 8). */
import assert from 'node:assert/strict';
import { parseDocument, printDocument, validateDocument } from '../../../../src/data/index.ts';
import type { DocumentError, DocumentFormat } from '../../../../src/data/index.ts';
import { compileTexts, errorLine } from '../../../support/data-text.ts';

const context = compileTexts(
  new Map([
    [
      'ietf-yang-structure-ext.yang',
      `module ietf-yang-structure-ext { yang-version 1.1; prefix sx;
        namespace "urn:ietf:params:xml:ns:yang:ietf-yang-structure-ext";
        extension structure { argument name { yin-element true; } }
        extension augment-structure { argument path { yin-element true; } } }`,
    ],
    [
      'ietf-restconf.yang',
      `module ietf-restconf { yang-version 1.1; prefix rc;
        namespace "urn:ietf:params:xml:ns:yang:ietf-restconf";
        extension yang-data { argument name { yin-element true; } } }`,
    ],
    [
      's.yang',
      `module s { yang-version 1.1; namespace "urn:s"; prefix s;
        import ietf-yang-structure-ext { prefix sx; } import ietf-restconf { prefix rc; }
        sx:structure book { must "count(s:page) > 0"; leaf title { type string; mandatory true; }
          list page { key n; leaf n { type uint8; } } }
        rc:yang-data letter { container letter { leaf to { type string; mandatory true; } } } }`,
    ],
  ]),
);

function line(error: DocumentError): string {
  const { position } = error;
  const place = position ? `${String(position.line)}:${String(position.column)}` : '-';
  return `${place} ${errorLine(error)}`;
}

function faults(text: string, format: DocumentFormat): readonly string[] {
  const { document, errors } = parseDocument(context, text, { format, type: 'structure' });
  const found = document && errors.length === 0 ? validateDocument(document) : errors;
  return found.map(line);
}

const GOOD: readonly (readonly [xml: string, json: string])[] = [
  [
    '<book xmlns="urn:s"><title>t</title><page><n>1</n></page></book>',
    '{"s:book":{"title":"t","page":[{"n":1}]}}',
  ],
  ['<letter xmlns="urn:s"><to>x</to></letter>', '{"s:letter":{"to":"x"}}'],
];

const BAD: readonly (readonly [text: string, format: DocumentFormat, fault: string])[] = [
  ['<book xmlns="urn:s"><page><n>1</n></page></book>', 'xml', '1:1 data-missing /s:book/title'],
  ['{"s:book":{"title":"t"}}', 'json', '1:2 operation-failed must-violation /s:book'],
  ['{"s:letter":{"to":1}}', 'json', '1:14 invalid-value /s:letter/to'],
];

describe('documents with structures', () => {
  for (const [xml, json] of GOOD) {
    it(`are read and written: ${json}`, () => {
      for (const [text, format] of [
        [xml, 'xml'],
        [json, 'json'],
      ] as const) {
        assert.deepEqual(faults(text, format), []);
        const { document } = parseDocument(context, text, { format, type: 'structure' });
        assert.ok(document?.structure);
        assert.equal(printDocument(document, { format: 'xml' }).text, xml);
        assert.equal(printDocument(document, { format: 'json' }).text, json);
      }
    });
  }

  for (const [text, format, fault] of BAD) {
    it(`are checked: ${fault}`, () => {
      assert.ok(faults(text, format).includes(fault), faults(text, format).join());
    });
  }

  it('say which structures there are none of', () => {
    assert.deepEqual(faults('{"s:none":{}}', 'json'), [
      '1:1 unknown-element / (s:none)',
      '1:1 missing-element / (structure)',
    ]);
    assert.deepEqual(faults('{}', 'json'), ['1:1 missing-element / (structure)']);
    const book = context.structures.get('{urn:s}book');
    const { errors } = parseDocument(context, '{"s:letter":{"to":"x"}}', {
      format: 'json',
      type: 'structure',
      structure: book,
    });
    assert.equal(errors.length, 2);
  });
});
