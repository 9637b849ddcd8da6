/**
 * What a client says that the configuration is which it changes: transaction ids on nodes of an edit
 * (draft-ietf-netconf-transaction-id, section 3.6), as a tree of the nodes that have one and of those on the way.
 *
 * Children inherit an id, and none of them can have a later version than the node that has it: so a node with an id
 * stands for all that is in it.
 */
import { Branch, DataList, keyProbe, pathStep } from '../../src/data/index.ts';
import type { PathStep } from '../../src/error/index.ts';
import type { DataSchemaNode, LeafValue } from '../../src/yang/index.ts';
import { isVersioned } from './datastore-versions.ts';
import type { VersionOf } from './datastore-versions.ts';
import type { ClientTxid } from './txid.ts';
import type { TxidHistory, Version } from './txid-history.ts';

export interface Condition {
  /** Undefined for the datastore. */
  readonly node: DataSchemaNode | undefined;
  /** Of an entry of a list, in the order of the `key` statement. */
  readonly keys: readonly LeafValue[];
  readonly txids: readonly ClientTxid[];
  readonly children: readonly Condition[];
}

/** A node that is not what the client takes it for. */
export interface Mismatch {
  readonly path: readonly PathStep[];
  readonly txid: ClientTxid;
  readonly version: Version | undefined;
}

/** The conditions that the root of a datastore does not meet. */
export function mismatches(
  condition: Condition,
  root: Branch,
  versionOf: VersionOf,
  history: TxidHistory,
): readonly Mismatch[] {
  const found: Mismatch[] = [];
  const visit = (
    { txids, children }: Condition,
    branch: Branch | undefined,
    version: Version | undefined,
    path: readonly PathStep[],
  ): void => {
    for (const txid of txids) {
      if (!version || !history.covers(txid, version)) found.push({ path, txid, version });
    }
    for (const child of children) {
      const instance = branch && instanceOf(child, branch);
      const own = instance && isVersioned(instance.schema) ? versionOf(instance) : version;
      visit(child, instance, own, [...path, ...stepTo(child)]);
    }
  };
  visit(condition, root, versionOf(root), []);
  return found;
}

/** Both; what the later ones say of a node counts. */
export function combined(earlier: Condition, later: Condition): Condition {
  const children = new Map(earlier.children.map((child) => [keyOf(child), child]));
  for (const child of later.children) {
    const present = children.get(keyOf(child));
    children.set(keyOf(child), present ? combined(present, child) : child);
  }
  const { txids } = later.txids.length > 0 ? later : earlier;
  return { ...later, txids, children: [...children.values()] };
}

function instanceOf({ node, keys }: Condition, parent: Branch): Branch | undefined {
  if (!node) return undefined;
  const value = parent.get(node);
  if (value instanceof DataList) return value.find(keys);
  return value instanceof Branch ? value : undefined;
}

function stepTo({ node, keys }: Condition): readonly PathStep[] {
  if (!node) return [];
  return [node.kind === 'list' ? pathStep(node, keyProbe(node, keys)) : pathStep(node)];
}

function keyOf(condition: Condition): string {
  return JSON.stringify(stepTo(condition));
}
