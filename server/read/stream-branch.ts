/**
 * Writes a tree piece by piece: the generator yields wherever what has been written may be sent, so a
 * reply costs no more memory than one piece, however large the tree is.
 */
import { Branch, DataList, encodeBranch, encodeChildren } from '../../src/data/index.ts';
import type { EncodeOptions } from '../../src/data/index.ts';
import type { XmlWriter } from '../../src/xml/index.ts';
import type { ContainerNode, ListNode } from '../../src/yang/index.ts';

/** Entries written between two yields. */
const ROWS_PER_PIECE = 250;

/** Writes the children of `branch`: leaves first, then containers and lists, each in schema order. */
export function* streamChildren(
  writer: XmlWriter,
  branch: Branch,
  options: EncodeOptions = {},
): Generator<void, void> {
  encodeChildren(writer, leavesOf(branch), options);
  for (const child of branch.schema.dataChildren) {
    const value = branch.slots[child.slot];
    if (value === undefined || (options.configOnly === true && !child.config)) continue;
    if (child.kind === 'container') yield* streamContainer(writer, child, value as Branch, options);
    else if (child.kind === 'list') yield* streamList(writer, child, value as DataList, options);
  }
}

function* streamContainer(
  writer: XmlWriter,
  node: ContainerNode,
  branch: Branch,
  options: EncodeOptions,
): Generator<void, void> {
  if (
    branch.schema.dataChildren.every((child) => child.kind !== 'list' && child.kind !== 'container')
  ) {
    encodeBranch(writer, branch, options);
    return;
  }
  writer.open(node.module.namespace, node.name);
  yield* streamChildren(writer, branch, options);
  writer.close();
}

function* streamList(
  writer: XmlWriter,
  node: ListNode,
  list: DataList,
  options: EncodeOptions,
): Generator<void, void> {
  let written = 0;
  for (const row of list) {
    if (node.leafOnly) {
      encodeBranch(writer, row, options);
    } else {
      writer.open(node.module.namespace, node.name);
      yield* streamChildren(writer, row, options);
      writer.close();
    }
    written += 1;
    if (written % ROWS_PER_PIECE === 0) yield;
  }
  yield;
}

/** A copy that has only what is neither container nor list. */
function leavesOf(branch: Branch): Branch {
  const slots = branch.slots.map((value) =>
    value instanceof Branch || value instanceof DataList ? undefined : value,
  );
  return new Branch(branch.schema, slots);
}
