/** State that is added to configuration (RFC 6241, section 7.7; RFC 8342, section 5.3). */
import { Branch, DataList } from '../../src/data/index.ts';
import type { Slot } from '../../src/data/index.ts';
import type { DataSchemaNode } from '../../src/yang/index.ts';

/** Both together. Leaves of configuration keep the value that they are configured with. */
export function mergeState(configured: Slot, state: Slot, node: DataSchemaNode): Slot {
  if (configured === undefined || state === undefined) return configured ?? state;
  if (configured instanceof Branch && state instanceof Branch)
    return mergeBranch(configured, state);
  if (configured instanceof DataList && state instanceof DataList)
    return mergeList(configured, state);
  return node.config ? configured : state;
}

function mergeBranch(configured: Branch, state: Branch): Branch {
  let merged = configured;
  for (const child of configured.schema.dataChildren) {
    const added = state.slots[child.slot];
    if (added === undefined) continue;
    merged = merged.with(child, mergeState(merged.get(child), added, child));
  }
  return merged;
}

function mergeList(configured: DataList, state: DataList): DataList {
  const editor = configured.edit();
  for (const row of state) {
    const present = editor.get(row);
    editor.set(present ? mergeBranch(present, row) : row);
  }
  return editor.done();
}
