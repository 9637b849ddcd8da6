/** A JSON document, whatever its type, to trees (RFC 7951). */
import { operationNotSupported } from '../../error/index.ts';
import type { SchemaContext } from '../../yang/index.ts';
import type { DecodedDocument, DecodeTarget } from './decode-target.ts';
import type { ParseDocumentOptions } from './document.ts';

/** Undefined when the text is not well-formed. */
export function decodeJsonDocument(
  _context: SchemaContext,
  _text: string,
  _options: ParseDocumentOptions,
  target: DecodeTarget,
): DecodedDocument | undefined {
  target.onError(operationNotSupported('JSON is not read yet'), 0);
  return undefined;
}
