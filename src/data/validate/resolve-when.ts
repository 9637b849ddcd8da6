/** Being written. */
import type { RpcError } from '../../error/index.ts';
import type { SchemaContext } from '../../yang/schema.ts';
import type { Branch } from '../node.ts';

export function removeUnconditioned(
  _before: Branch,
  after: Branch,
  _context: SchemaContext,
): { readonly tree: Branch; readonly errors: readonly RpcError[] } {
  return { tree: after, errors: [] };
}
