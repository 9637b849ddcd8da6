/** Documents to JSON (RFC 7951). */
import { operationNotSupported } from '../../error/index.ts';
import type { RpcError } from '../../error/index.ts';
import type { DataDocument } from './document.ts';
import type { PrintDocumentOptions } from './print-document.ts';

export function printJsonDocument(
  _document: DataDocument,
  _options: PrintDocumentOptions,
  _write: (text: string) => void,
): readonly RpcError[] {
  return [operationNotSupported('JSON is not written yet')];
}
