/**
 * Documents of test/cases/documents: sections `json NAME [type=…]` and `xml NAME [type=…]`, and what becomes of each in
 * `result FORMAT NAME`: its faults with their places, and the data in both encodings.
 */
import { parseDocument, printDocument, validateDocument } from '../../../../src/data/index.ts';
import type {
  DataDocument,
  DocumentError,
  DocumentFormat,
  DocumentType,
  WithDefaults,
} from '../../../../src/data/index.ts';
import type { SchemaContext } from '../../../../src/yang/index.ts';
import { checkSection, readCases } from '../../../support/case-file.ts';
import { schemaOf, sectionsOf } from '../../../support/data-cases.ts';
import type { NamedSection } from '../../../support/data-cases.ts';
import { errorLine } from '../../../support/data-text.ts';

function faultLine(error: DocumentError): string {
  const { position, message = '' } = error;
  const place = position ? `${String(position.line)}:${String(position.column)}` : '-';
  return `${place} ${errorLine(error)}: ${message}\n`;
}

function printed(document: DataDocument, format: DocumentFormat, mode: WithDefaults): string {
  const { text, errors } = printDocument(document, { format, withDefaults: mode });
  return `${format}: ${text}\n${errors.map(faultLine).join('')}`;
}

function resultOf(context: SchemaContext, format: DocumentFormat, section: NamedSection): string {
  const { options, text } = section;
  const { document, errors } = parseDocument(context, text, {
    format,
    type: (options['type'] ?? 'get') as DocumentType,
    allowUnknown: options['unknown'] === 'allowed',
  });
  const found = errors.length > 0 || !document ? errors : validateDocument(document);
  const faults = found.map(faultLine).join('');
  if (!document || errors.length > 0) return faults;
  const mode = (options['defaults'] ?? 'explicit') as WithDefaults;
  return faults + printed(document, 'json', mode) + printed(document, 'xml', mode);
}

describe('documents', () => {
  for (const file of readCases('documents')) {
    describe(file.prose.split('\n')[0] ?? '', () => {
      const context = schemaOf(file);
      for (const format of ['json', 'xml'] as const) {
        for (const section of sectionsOf(file, format)) {
          it(`${format}: ${section.name}`, () => {
            const result = resultOf(context, format, section);
            checkSection(file, `result ${format} ${section.name}`, result, section.title);
          });
        }
      }
    });
  }
});
