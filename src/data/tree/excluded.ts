/** Nodes that cannot be in a tree, whoever may have taken them out (RFC 7950, sections 7.9 and 7.21.5). */
import { XPathError } from '../../xpath/index.ts';
import type { DataSchemaNode } from '../../yang/index.ts';
import type { Branch } from '../node.ts';
import { activeCase } from './defaults.ts';
import { layoutOf } from './layout.ts';
import type { NodeRef } from './node-ref.ts';
import { childRef, rootRef } from './tree-model.ts';
import { whenHolds } from './when.ts';

/**
 * Whether `node` has no place in the last of `branches` because another case of its choice has data there, or a
 * `when` does not hold. `branches` leads there from the root.
 */
export function isExcluded(branches: readonly Branch[], node: DataSchemaNode): boolean {
  const parent = branches.at(-1);
  if (!parent) return false;
  for (const { choice, case: own } of layoutOf(parent.schema).cases[node.slot] ?? []) {
    const active = activeCase(parent, choice);
    if (active !== undefined && active !== own) return true;
  }
  const ref = refTo(branches);
  try {
    return ref !== undefined && !whenHolds(ref, node);
  } catch (error) {
    if (error instanceof XPathError) return false;
    throw error;
  }
}

function refTo([root, ...below]: readonly Branch[]): NodeRef | undefined {
  let ref = root && rootRef(root, { configOnly: true });
  for (const branch of below) {
    const { schema } = branch;
    if (ref && (schema.kind === 'container' || schema.kind === 'list')) {
      ref = childRef(ref, schema, branch);
    }
  }
  return ref;
}
