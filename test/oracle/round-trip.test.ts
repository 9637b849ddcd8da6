/**
 * XML to data to JSON to data to XML: every generated document that is valid comes back as it was
 * (RFC 7951). No yanglint is needed.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { printDocument, type DocumentFormat } from '../../src/data/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import { SampleMaker, type Sample } from './samples.ts';
import { judge } from './judge.ts';
import { SUBJECTS, compileSubject } from './subjects.ts';

const DOCUMENTS = 120;
const SEED = 7951;

/** Reads `text` and prints it in the other format. */
function convert(
  context: SchemaContext,
  text: string,
  { kind }: Sample,
  [from, to]: readonly [DocumentFormat, DocumentFormat],
): string {
  const { document, errors } = judge(context, text, { format: from, type: kind });
  assert.deepEqual(errors, [], text);
  assert.ok(document);
  const printed = printDocument(document, { format: to });
  assert.deepEqual(printed.errors, [], text);
  return printed.text;
}

describe('XML to JSON and back', function () {
  this.timeout(60_000);
  let checked = 0;

  const installed = SUBJECTS.filter(({ directories }) => directories.every(existsSync));
  for (const [index, subject] of installed.entries()) {
    it(subject.requests.map(({ name }) => name).join(', '), () => {
      const context = compileSubject(subject);
      const samples = new SampleMaker(context, SEED + index, ['xml']).make(DOCUMENTS);
      for (const sample of samples) {
        const { kind: type, text, mutation = '' } = sample;
        // Attributes in anyxml have no form in JSON.
        if (mutation.startsWith('attribute')) continue;
        const { errors } = judge(context, text, { format: 'xml', type });
        if (errors.length > 0) continue;
        const xml = convert(context, text, sample, ['xml', 'xml']);
        const json = convert(context, xml, sample, ['xml', 'json']);
        assert.equal(convert(context, json, sample, ['json', 'json']), json, 'JSON');
        assert.equal(convert(context, json, sample, ['json', 'xml']), xml, 'XML');
        checked += 1;
      }
    });
  }

  it('is tried with many documents', () => {
    assert.ok(checked >= installed.length * 20, String(checked));
  });
});
