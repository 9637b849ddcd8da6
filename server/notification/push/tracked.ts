/**
 * Which nodes tell of their changes (RFC 8641, section 3.10): configuration, and the tables of VMs, which are
 * configuration in the schema. Other state does not.
 */
import { Branch, DataList, emptyBranch, keyProbe } from '../../../src/data/index.ts';
import type { ListSelection, Selection, Slot } from '../../../src/data/index.ts';
import type { BranchSchemaNode, ListNode } from '../../../src/yang/index.ts';
import type { VmTree } from '../../datastore/vm-tree.ts';
import { holdsState } from '../../read/schema-inside.ts';

/** Whether something that tells of its changes is selected in the root, a container or a list. */
export function selectsTracked(
  schema: BranchSchemaNode,
  selection: Selection | undefined,
): boolean {
  if (!selection || selection.all || selection.whole === true) return true;
  return schema.dataChildren.some((child) => {
    if (!child.config || !selection.selects(child)) return false;
    if (child.kind === 'container') {
      const inside = selection.container(child);
      return inside !== undefined && selectsTracked(child, inside);
    }
    if (child.kind !== 'list') return schema.kind !== 'list' || !isKeyOf(schema, child.slot);
    const rows = selection.list(child);
    return rows !== undefined && rowsTracked(rows);
  });
}

function rowsTracked(rows: ListSelection): boolean {
  if (rows.all) return true;
  const [keys] = rows.keys ?? [];
  const probe = keys ? keyProbe(rows.schema, keys) : emptyBranch(rows.schema);
  const entry = rows.entry(probe);
  // With conditions on other leaves nobody knows before there are entries.
  return entry === undefined || selectsTracked(rows.schema, entry);
}

/** Keys are selected with whatever else of an entry is, and never change. */
function isKeyOf(schema: BranchSchemaNode, slot: number): boolean {
  return schema.kind === 'list' && schema.keys.some((key) => key.slot === slot);
}

/** Whether something of the schema is selected at all: if not, nothing will ever change. */
export function selectsAnything(root: BranchSchemaNode, selection: Selection | undefined): boolean {
  return !selection || root.dataChildren.some((child) => selection.selects(child));
}

/** Whether tables of VMs may be selected: what happens to their entries is not told apart. */
export function selectsTables(vmTree: VmTree | undefined, view: Selection | undefined): boolean {
  if (!vmTree) return false;
  if (!view || view.all || view.whole === true) return true;
  const rows = view.container(vmTree.top)?.list(vmTree.list);
  if (!rows || rows.all) return rows !== undefined;
  const [keys] = rows.keys ?? [];
  const entry = rows.entry(keys ? keyProbe(rows.schema, keys) : emptyBranch(rows.schema));
  if (!entry) return true;
  return vmTree.kinds.some(({ container, ephemeral }) => ephemeral && entry.selects(container));
}

/** A selection of the nodes that tell of their changes, and of no others. */
export const TRACKED: Selection = {
  all: false,
  selects: (child) => child.config,
  container: (child) => (child.kind === 'container' && child.config ? TRACKED : undefined),
  list: (child) => (child.config ? trackedRows(child) : undefined),
  prune: withoutState,
};

function trackedRows(schema: ListNode): ListSelection {
  return {
    schema,
    all: !holdsState(schema),
    keys: undefined,
    prune: withoutState,
    entry: () => TRACKED,
  };
}

function withoutState(branch: Branch): Branch {
  const { schema } = branch;
  if ((schema.kind === 'container' || schema.kind === 'list') && !holdsState(schema)) return branch;
  const slots = branch.slots.map((value, slot): Slot => {
    if (schema.dataChildren[slot]?.config !== true) return undefined;
    if (value instanceof Branch) return withoutState(value);
    if (!(value instanceof DataList) || !holdsState(value.schema)) return value;
    return DataList.from(value.schema, Array.from(value, withoutState));
  });
  return new Branch(schema, slots);
}
