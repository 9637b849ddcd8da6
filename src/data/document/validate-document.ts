/** Constraints of a document that look at more than one value (RFC 7950, section 8). */
import type { RpcError } from '../../error/index.ts';
import type { Branch } from '../node.ts';
import { validateFull } from '../validate/validate.ts';
import type { DataDocument, DocumentError } from './document.ts';
import { createLocator } from './locate.ts';
import { Source } from '../../yang/index.ts';

export interface ValidateDocumentOptions {
  /** Data that an operation or notification may refer to: the tree of a `data` document. */
  readonly operational?: Branch;
  /** Violations after which no more are looked for. Default 20. */
  readonly maxErrors?: number;
}

/**
 * Checks what has been read: a datastore as a whole, an operation or notification against the data given.
 * What `get`, `get-config` and `edit` carry is part of something else and has no such constraints.
 */
export function validateDocument(
  document: DataDocument,
  options: ValidateDocumentOptions = {},
): readonly DocumentError[] {
  const errors = violations(document, options);
  if (errors.length === 0) return [];
  const locator = createLocator(document);
  const source = new Source('', document.source.text);
  return errors.map((error) => {
    const offset = locator.offsetOf(error.path);
    return offset === undefined ? error : { ...error, position: source.locate(offset) };
  });
}

function violations(
  { type, root, context }: DataDocument,
  { maxErrors = 20 }: ValidateDocumentOptions,
): readonly RpcError[] {
  switch (type) {
    case 'data':
    case 'config':
    case 'structure':
      return validateFull(root, context, { maxErrors });
    default:
      return [];
  }
}
