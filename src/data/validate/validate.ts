/** Validation of a datastore (RFC 7950, section 8): what has changed, and what depends on that. */
import type { RpcError } from '../../error/index.ts';
import type { SchemaContext } from '../../yang/schema.ts';
import type { Branch } from '../node.ts';

export interface ValidateOptions {
  /** Errors after which no more are looked for. Default 20. */
  readonly maxErrors?: number;
}

/**
 * Checks `after`, given that `before` is valid; undefined checks everything. Both are roots.
 * An empty result means valid.
 */
export function validate(
  before: Branch | undefined,
  after: Branch,
  context: SchemaContext,
  options: ValidateOptions = {},
): readonly RpcError[] {
  void [before, after, context, options];
  throw new Error('not written yet');
}

/** Checks the whole tree. */
export function validateFull(
  tree: Branch,
  context: SchemaContext,
  options: ValidateOptions = {},
): readonly RpcError[] {
  return validate(undefined, tree, context, options);
}
