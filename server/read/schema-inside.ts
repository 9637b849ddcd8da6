/** What may stand inside of a schema node. */
import type { DataSchemaNode } from '../../src/yang/index.ts';

const known = new WeakMap<DataSchemaNode, boolean>();

/** Whether a node, or something below it, is state data. */
export function holdsState(node: DataSchemaNode): boolean {
  if (!node.config) return true;
  if (!('dataChildren' in node)) return false;
  let found = known.get(node);
  if (found === undefined) known.set(node, (found = node.dataChildren.some(holdsState)));
  return found;
}
