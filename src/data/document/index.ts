/** Instance data in files and messages: read, validate, print. */
export type {
  DataDocument,
  DocumentError,
  DocumentFormat,
  DocumentOperation,
  DocumentPosition,
  DocumentSource,
  DocumentType,
  Envelope,
  ParseDocumentOptions,
  ParsedDocument,
} from './document.ts';
export { createDocument } from './create-document.ts';
export { parseDocument } from './parse-document.ts';
export { printDocument, writeDocument } from './print-document.ts';
export type { PrintDocumentOptions, PrintedDocument } from './print-document.ts';
export { validateDocument } from './validate-document.ts';
export type { ValidateDocumentOptions } from './validate-document.ts';
