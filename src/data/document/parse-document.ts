/** Text to a document with all its faults (RFC 7950, section 7; RFC 7951). */
import {
  badElement,
  malformedMessage,
  missingElement,
  operationFailed,
} from '../../error/index.ts';
import type { RpcError } from '../../error/index.ts';
import type { SchemaContext } from '../../yang/index.ts';
import { Annotations } from '../codec/annotations.ts';
import { emptyBranch } from '../tree/defaults.ts';
import { Branch } from '../node.ts';
import type { DecodedDocument } from './decode-target.ts';
import { OPERATION_PARTS, directOutput, requestedOperation } from './decode-target.ts';
import { DECODERS } from './decoders.ts';
import { DocumentErrors } from './document-errors.ts';
import type {
  DataDocument,
  DocumentOperation,
  ParseDocumentOptions,
  ParsedDocument,
} from './document.ts';
import { createLocator } from './locate.ts';

/**
 * Reads instance data in XML or JSON. Whatever is wrong with the text is among the errors, with path and place;
 * nothing is thrown. Constraints that look at the whole (mandatory nodes, `must`, references) are for
 * {@link validateDocument}.
 */
export function parseDocument(
  context: SchemaContext,
  text: string | Uint8Array,
  options: ParseDocumentOptions,
): ParsedDocument {
  const decodedText = typeof text === 'string' ? text : decodeUtf8(text);
  if (decodedText === undefined) {
    return { document: undefined, errors: [malformedMessage('the text is not UTF-8')] };
  }
  const errors = new DocumentErrors(decodedText, options.maxErrors ?? 20);
  const beside = { annotations: new Annotations(context), emptyContainers: [] };
  const decoded = DECODERS[options.format](context, decodedText, options, {
    ...beside,
    onError: (error, offset) => {
      errors.add(error, offset);
    },
  });
  const document =
    decoded &&
    makeDocument(context, decodedText, options, decoded, beside, (error) => {
      errors.add(error, 0);
    });
  const locator = document && createLocator(document);
  return { document, errors: errors.located((error) => locator?.offsetOf(error.path)) };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function makeDocument(
  context: SchemaContext,
  text: string,
  options: ParseDocumentOptions,
  decoded: DecodedDocument,
  beside: Pick<DataDocument, 'annotations' | 'emptyContainers'>,
  report: (error: RpcError) => void,
): DataDocument | undefined {
  const { type = 'data', format } = options;
  const { tree, structure, envelope } = decoded;
  if (!tree) {
    report(missingElement('structure', { message: 'the document holds no structure' }));
    return undefined;
  }
  const operation = operationOf(options, decoded, report);
  const isPlain = tree.content instanceof Branch && tree.schema.kind === 'root' && type !== 'edit';
  return {
    type,
    context,
    root: isPlain ? tree.content : emptyBranch(context.root),
    edit: type === 'edit' ? tree : undefined,
    operation,
    structure,
    envelope,
    ...beside,
    source: { text, format, options },
  };
}

/** The operation that the document is about; for types that have one, its absence is reported. */
function operationOf(
  options: ParseDocumentOptions,
  decoded: DecodedDocument,
  report: (error: RpcError) => void,
): DocumentOperation | undefined {
  const { type = 'data' } = options;
  const { operation, ancestors, tree, envelope } = decoded;
  const node = requestedOperation(options);
  if (node && tree && directOutput(options)) {
    const { request } = options;
    const above = request && 'operation' in request ? request.operation?.ancestors : undefined;
    return { node, content: tree.content as Branch, ancestors: above ?? [] };
  }
  if (type === 'nc-reply') {
    const isAnswered = envelope !== undefined && (envelope.ok || envelope.errors.length > 0);
    if (!isAnswered && !node) {
      report(operationFailed('the reply has output, and its request has not been given'));
    }
    return undefined;
  }
  if (operation) {
    if (type === 'nc-rpc') checkAction(decoded, operation.node.kind === 'action', report);
    return { node: operation.node, content: operation.tree.content as Branch, ancestors };
  }
  const part = OPERATION_PARTS[type];
  if (part) {
    const what = part === 'notification' ? 'notification' : 'rpc or action';
    report(missingElement(what, { message: `the document holds no ${what}` }));
  }
  return undefined;
}

/** RFC 7950, section 7.15.2: actions, and only they, stand within `<action>`. */
function checkAction(
  { around }: DecodedDocument,
  isAction: boolean,
  report: (error: RpcError) => void,
): void {
  if (around.includes('action') === isAction) return;
  report(
    isAction
      ? missingElement('action', { message: 'an action stands within <action>' })
      : badElement('action', { message: '<action> is for actions, not for an rpc' }),
  );
}
