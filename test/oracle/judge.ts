/** Our verdict on a document. */
import {
  parseDocument,
  validateDocument,
  type Branch,
  type DataDocument,
  type DocumentFormat,
  type DocumentType,
} from '../../src/data/index.ts';
import { describeRpcError, type RpcError } from '../../src/error/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';

export interface Verdict {
  /** Empty when the document is valid. */
  readonly errors: readonly RpcError[];
  readonly document: DataDocument | undefined;
}

export interface JudgeOptions {
  readonly format: DocumentFormat;
  readonly type: DocumentType;
  /** The datastore that operations and notifications may refer to. */
  readonly operational?: Branch | undefined;
}

/** Parses and validates. */
export function judge(
  context: SchemaContext,
  text: string,
  { format, type, operational }: JudgeOptions,
): Verdict {
  const { document, errors } = parseDocument(context, text, { format, type });
  if (!document || errors.length > 0) return { errors, document };
  return { errors: validateDocument(document, operational ? { operational } : {}), document };
}

/** One line. */
export function printErrors(errors: readonly RpcError[]): string {
  return errors.map(describeRpcError).join(' | ');
}
