/** What edits of VMs mean for the bridge: changes of its multicast database and a ruleset for nft. */
import type { Branch } from '../../../src/data/index.ts';
import type { TableEdit, VmEdit } from '../kit/driver.ts';
import { bindingOf } from './bindings.ts';
import type { Binding } from './bindings.ts';
import type { BridgePort, BridgeView } from './bridge-view.ts';
import type { GuardTable, Station } from './guard-table.ts';
import type { MdbEntry } from './mdb-message.ts';
import type { MdbChange } from './membership-table.ts';
import { mdbEntry } from './memberships.ts';
import type { Membership } from './memberships.ts';
import type { VmPlaces } from './vm-places.ts';
import { portAfter, stationAfter } from './vm-places.ts';

/** What the bridge has before the edits. */
export interface PlanInput {
  readonly view: BridgeView;
  readonly places: VmPlaces;
  readonly guard: GuardTable;
  readonly memberships: readonly Membership[];
  readonly bindings: readonly Binding[];
}

export interface PlannedMembership {
  readonly port: string;
  readonly change: MdbChange;
  /** Port that the membership comes from, when its VM gets another one. */
  readonly movedFrom?: string;
  /** The row that is installed; undefined when the membership is only taken away or moved. */
  readonly row: { readonly row: Branch; readonly lifetime: number | undefined } | undefined;
}

export interface EditPlan {
  readonly memberships: readonly PlannedMembership[];
  readonly ruleset: string;
  readonly places: readonly {
    readonly id: string;
    readonly station: Station | undefined;
  }[];
}

export function planEdits(edits: readonly VmEdit[], input: PlanInput): EditPlan {
  const plans = edits.map((edit) => planVm(edit, input));
  const memberships = plans.flatMap((plan) => plan.memberships);
  const leaves = ({ change }: PlannedMembership): boolean => change.after === undefined;
  return {
    memberships: [...memberships.filter(leaves), ...memberships.filter((it) => !leaves(it))],
    // What leaves goes first: one VM may get the port of another.
    ruleset: [...plans.map(({ leave }) => leave), ...plans.map(({ arrive }) => arrive)].join(''),
    places: plans.map(({ place }) => place),
  };
}

interface VmPlan {
  readonly memberships: readonly PlannedMembership[];
  readonly leave: string;
  readonly arrive: string;
  readonly place: EditPlan['places'][number];
}

function planVm(edit: VmEdit, input: PlanInput): VmPlan {
  const { view, places, guard } = input;
  const found = portAfter(view, edit);
  // A port that is not found any more, say of a VM that was stopped, is still the VM's.
  const port = found ?? (edit.after && view.port(places.port(edit.id) ?? ''));
  const station = stationAfter(edit, port);
  const stationBefore = places.station(edit.id);
  const context: VmContext = { ...input, edit, port };
  const arrive = [
    ...edit.tables.map((table) => bindingRuleset(table, context)),
    movedBindings(context),
    station ? guard.addStation(station) : '',
  ];
  return {
    memberships: [
      ...movedMemberships(context),
      ...edit.tables.flatMap((table) => membershipChanges(table, context)),
    ],
    leave: stationBefore ? guard.removeStation(stationBefore) : '',
    arrive: arrive.join(''),
    place: { id: edit.id, station },
  };
}

interface VmContext extends PlanInput {
  readonly edit: VmEdit;
  readonly port: BridgePort | undefined;
}

function bindingRuleset({ table, set, remove }: TableEdit, context: VmContext): string {
  if (table.kind.name !== 'dhcp-binding') return '';
  const { guard, bindings, port, edit } = context;
  const { fields } = table;
  const present = (row: Branch): readonly Binding[] => {
    const mac = (fields.text(row, 'mac-address') ?? '').toLowerCase();
    const address = fields.text(row, 'address');
    return bindings.filter((binding) => binding.mac === mac && binding.address === address);
  };
  const gone = [...remove, ...set.map(({ after }) => after)].flatMap(present);
  const standby = edit.mode === 'standby';
  const put = port ? set.map(({ after }) => bindingOf(fields, after, port.name, { standby })) : [];
  return [
    ...gone.map((binding) => guard.remove(binding)),
    ...put.map((binding) => guard.put(binding)),
  ].join('');
}

/** The VM is at another port: what the tables had at the old one goes along. */
function movedBindings({ guard, bindings, port, places, edit }: VmContext): string {
  const before = places.port(edit.id);
  const mac = places.station(edit.id)?.mac;
  if (!port || before === undefined || before === port.name) return '';
  const edited = new Set(edit.tables.flatMap(addressesOf));
  return bindings
    .filter((it) => it.port === before && it.mac === mac && !edited.has(it.address))
    .map((binding) => guard.remove(binding) + guard.put({ ...binding, port: port.name }))
    .join('');
}

function addressesOf({ table, set, remove }: TableEdit): readonly string[] {
  if (table.kind.name !== 'dhcp-binding') return [];
  const rows = [...remove, ...set.map(({ after }) => after)];
  return rows.map((row) => table.fields.text(row, 'address') ?? '');
}

function membershipChanges(
  { table, set, remove }: TableEdit,
  { edit, port, places, memberships, view }: VmContext,
): readonly PlannedMembership[] {
  if (table.kind.name !== 'multicast-membership') return [];
  const { fields } = table;
  const standby = edit.mode === 'standby';
  const groupOf = (row: Branch): string => fields.text(row, 'group') ?? '';
  const at = port ?? view.port(places.port(edit.id) ?? '');
  if (!at) return [];
  const before = (row: Branch): MdbEntry | undefined => entryAt(at, groupOf(row), memberships);
  const removed = remove.flatMap((row) => {
    const entry = before(row);
    return entry
      ? [{ port: at.name, change: { before: entry, after: undefined }, row: undefined }]
      : [];
  });
  const put = set.map(({ after: row }) => ({
    port: at.name,
    change: { before: before(row), after: mdbEntry(fields, row, at.index, standby) },
    row: { row, lifetime: fields.number(row, 'lifetime') },
  }));
  return [...removed, ...put];
}

function entryAt(
  port: BridgePort,
  group: string,
  memberships: readonly Membership[],
): MdbEntry | undefined {
  const found = memberships.find((it) => it.port === port.name && it.group === group);
  if (!found) return undefined;
  const { permanent, filterMode, sources } = found;
  return { port: port.index, group, permanent, filterMode, sources };
}

function movedMemberships(context: VmContext): readonly PlannedMembership[] {
  const { places, edit, port, memberships, view } = context;
  const before = view.port(places.port(edit.id) ?? '');
  if (!port || !before || before.name === port.name) return [];
  return memberships
    .filter((it) => it.port === before.name)
    .flatMap(({ group }) => {
      const entry = entryAt(before, group, memberships);
      if (!entry) return [];
      const there = { ...entry, port: port.index };
      return [
        { port: before.name, change: { before: entry, after: undefined }, row: undefined },
        {
          port: port.name,
          change: { before: entryAt(port, group, memberships), after: there },
          movedFrom: before.name,
          row: undefined,
        },
      ];
    });
}
