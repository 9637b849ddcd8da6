/** A difference as the content of an edit-config request: what `applyEdit` makes of it is the second tree. */
import type { XmlWriter } from '../../xml/index.ts';
import type { Branch } from '../node.ts';
import type { DecodedTree } from './edit-tree.ts';

/** The edit that turns `before` into `after`; it is meant for the default operation `none`. */
export function diffToEdit(before: Branch, after: Branch): DecodedTree {
  void [before, after];
  throw new Error('not written yet');
}

/** Writes the content of an edit with its attributes. */
export function encodeEdit(writer: XmlWriter, edit: DecodedTree): void {
  void [writer, edit];
  throw new Error('not written yet');
}
