/** Documents to text (RFC 7950, section 7; RFC 7951), with defaults as RFC 6243 says. */
import type { RpcError } from '../../error/index.ts';
import type { WithDefaults } from '../codec/with-defaults.ts';
import type { DataDocument, DocumentFormat } from './document.ts';
import { printJsonDocument } from './print-json.ts';
import { printXmlDocument } from './print-xml.ts';

export interface PrintDocumentOptions {
  readonly format: DocumentFormat;
  /** Default `explicit`. */
  readonly withDefaults?: WithDefaults;
  /** With line breaks and indentation. Default false. */
  readonly pretty?: boolean;
}

export interface PrintedDocument {
  readonly text: string;
  /** What has no form in the format and was left out: content without a schema, in JSON. */
  readonly errors: readonly RpcError[];
}

/** The document as text. For large ones see {@link writeDocument}. */
export function printDocument(
  document: DataDocument,
  options: PrintDocumentOptions,
): PrintedDocument {
  let text = '';
  const errors = writeDocument(document, options, (part) => {
    text += part;
  });
  return { text, errors };
}

/** Hands the text to `write` in pieces; see {@link PrintedDocument.errors} for what it returns. */
export function writeDocument(
  document: DataDocument,
  options: PrintDocumentOptions,
  write: (text: string) => void,
): readonly RpcError[] {
  return options.format === 'xml'
    ? printXmlDocument(document, options, write)
    : printJsonDocument(document, options, write);
}
