/** Works out what a change of a VM's configuration means for its entries. */
import { DataList } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import { entriesOf, modeOf, vmAddresses } from '../../../../src/sami/index.ts';
import type { Kind, Mode } from '../../../../src/sami/index.ts';
import type { Entry } from '../conntrack/entry.ts';
import type { TableModel } from '../model/table-model.ts';
import type { VmChange } from '../../plane.ts';

export interface RowChanges {
  readonly added: readonly Branch[];
  readonly removed: readonly Branch[];
  readonly changed: readonly (readonly [before: Branch, after: Branch])[];
}

export interface VmPlan {
  readonly change: VmChange;
  readonly before: Mode | undefined;
  readonly after: Mode | undefined;
  /** Every address that the VM has before or after. */
  readonly addresses: readonly string[];
  /** The kernel's entries of the VM go first, whatever they are. */
  readonly clear: boolean;
  readonly sessions: RowChanges;
  /** What the added and the changed sessions say, in the order of the rows. */
  readonly added: readonly Entry[];
  readonly changed: readonly Entry[];
  readonly mappings: RowChanges;
}

/** `settled`: the VM's entries are the kernel's own, so what leaves the configuration stays there. */
export function planVm(model: TableModel, change: VmChange, settled: boolean): VmPlan {
  const { before, after } = change;
  const beforeMode = before && modeOf(before);
  const afterMode = after && modeOf(after);
  const owned = (mode: Mode | undefined): boolean => mode === 'learning' || mode === 'frozen';
  const back = owned(beforeMode) && afterMode === 'standby';
  const clear = back || (after === undefined && beforeMode !== 'standby');
  const rows = (kind: Kind | undefined): RowChanges =>
    kind ? diffRows(back ? undefined : before, after, kind, settled && owned(afterMode)) : NONE;
  const sessions = rows(model.sessionKind);
  return {
    change,
    before: beforeMode,
    after: afterMode,
    addresses: [
      ...new Set([...(before ? vmAddresses(before) : []), ...(after ? vmAddresses(after) : [])]),
    ],
    clear,
    sessions,
    added: sessions.added.map((row) => model.session.toEntry(row)),
    changed: sessions.changed.map(([, row]) => model.session.toEntry(row)),
    mappings: rows(model.natKind),
  };
}

/** True when the VM takes packets of its own: entries must not age before and after that. */
export function isAway(plan: VmPlan): boolean {
  return plan.after === 'standby' || plan.before === 'standby';
}

const NONE: RowChanges = { added: [], removed: [], changed: [] };

function diffRows(
  before: Branch | undefined,
  after: Branch | undefined,
  kind: Kind,
  keepRemoved: boolean,
): RowChanges {
  const added: Branch[] = [];
  const removed: Branch[] = [];
  const changed: (readonly [Branch, Branch])[] = [];
  for (const list of kind.lists) {
    const from = before && entriesOf(before, kind, list);
    const to = after && entriesOf(after, kind, list);
    DataList.diff(from, to, {
      added: (row) => added.push(row),
      removed: (row) => {
        if (!keepRemoved) removed.push(row);
      },
      changed: (old, row) => {
        if (!sameRow(old, row)) changed.push([old, row]);
      },
    });
  }
  return { added, removed, changed };
}

/** True for a row that was sent again as it is. */
function sameRow(a: Branch, b: Branch): boolean {
  if (a.slots.length !== b.slots.length) return false;
  return a.slots.every((value, slot) => value === b.slots[slot]);
}
