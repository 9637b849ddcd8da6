/** What a document repeats of the data nodes that an operation is in. */
import { DataList } from '../list.ts';
import { Branch } from '../node.ts';

/** Of a list entry the keys: the branches in it lead to the operation. */
export function leavesOf(branch: Branch): Branch {
  const slots = branch.slots.map((slot) =>
    slot instanceof Branch || slot instanceof DataList ? undefined : slot,
  );
  return new Branch(branch.schema, slots);
}
