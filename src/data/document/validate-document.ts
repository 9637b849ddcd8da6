/** Constraints of a document that look at more than one value (RFC 7950, section 8). */
import { missingElement } from '../../error/index.ts';
import type { RpcError } from '../../error/index.ts';
import { Source } from '../../yang/index.ts';
import type { Branch } from '../node.ts';
import { validateFull, validateMessage } from '../validate/validate.ts';
import type { DataDocument, DocumentError } from './document.ts';
import { checkEmptyContainers } from './empty-containers.ts';
import { createLocator } from './locate.ts';
import { parentOfMessage } from './message-parent.ts';

export interface ValidateDocumentOptions {
  /**
   * Data that an operation or notification may refer to: the root of a `data` document. An action, or a notification
   * within data nodes, must have these in it.
   */
  readonly operational?: Branch | undefined;
  /** Violations after which no more are looked for. Default 20. */
  readonly maxErrors?: number;
}

/**
 * Checks what has been read: a datastore or structure as a whole, an operation or notification against the data
 * given. What `get`, `get-config` and `edit` carry is part of something else and has no such constraints.
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
  document: DataDocument,
  { operational, maxErrors = 20 }: ValidateDocumentOptions,
): readonly RpcError[] {
  const { type, root, context, emptyContainers } = document;
  switch (type) {
    case 'get':
    case 'get-config':
    case 'edit':
      return [];
    case 'data':
    case 'config':
    case 'structure':
      return [
        ...validateFull(root, context, { state: type !== 'config', maxErrors }),
        ...checkEmptyContainers(root, emptyContainers, maxErrors),
      ];
    default:
      return messageViolations(document, operational, maxErrors);
  }
}

function messageViolations(
  { type, root, operation, envelope }: DataDocument,
  operational: Branch | undefined,
  maxErrors: number,
): readonly RpcError[] {
  // An operation that failed has no output.
  if (!operation || (envelope && envelope.errors.length > 0)) return [];
  const { parent, missing } = parentOfMessage(operation, root, operational);
  const errors = [...validateMessage(operation.content, parent, { maxErrors })];
  if (missing) errors.unshift(missing);
  const isSilent = type === 'nc-reply' && envelope?.ok === false;
  if (isSilent && operation.content.slots.length === 0 && errors.length === 0) {
    // RFC 7950, section 7.14.4.
    const message = 'a reply without output says <ok/>';
    errors.push(missingElement('ok', { type: 'protocol', message }));
  }
  return errors;
}
