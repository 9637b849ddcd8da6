/**
 * Whether the outside of a mapping is somebody else's on this device: of a mapping in the maps or of a VM
 * that is still to come, or of a live session that has been translated.
 */
import type { Branch } from '../../../../src/data/index.ts';
import { inUse } from '../../../../src/error/index.ts';
import type { RpcError } from '../../../../src/error/index.ts';
import { vmAddresses, vmId } from '../../../../src/sami/index.ts';
import { rowPath } from '../../kit/paths.ts';
import type { VmPlan } from '../change/vm-plan.ts';
import { keyText } from '../conntrack/entry.ts';
import type { ConntrackTable } from '../conntrack/table.ts';
import { mappingsOf } from '../model/nat-rows.ts';
import type { TableModel } from '../model/table-model.ts';
import { AddressSet } from '../../kit/netlink/address.ts';
import { isExplicit, mappingKey, outsideText, sameOutside, sharesOutside } from './mapping.ts';
import type { Mapping } from './mapping.ts';

export interface NatSurroundings {
  readonly model: TableModel;
  readonly table: ConntrackTable;
  /** What the maps hold. */
  readonly present: readonly Mapping[];
  /** Configurations of all other VMs, as they will be. */
  readonly others: readonly Branch[];
}

/** A mapping that has an outside, and who would be told about it. */
interface Holder {
  readonly mapping: Mapping;
  readonly name: string;
}

export async function checkOutsides(
  plan: VmPlan,
  surroundings: NatSurroundings,
): Promise<readonly RpcError[]> {
  const vm = plan.change.after;
  const { nat } = surroundings.model;
  if (!vm || !nat) return [];
  const own = new Set(plan.addresses);
  const held = byOutside(explicitHolders(surroundings, own));
  const errors: RpcError[] = [];
  const report = (row: Branch, mapping: Mapping, holder: Holder | undefined): void => {
    if (!holder) return;
    const message = `${outsideText(mapping)} is in use here by ${holder.name}`;
    errors.push(inUse(message, { path: rowPath(vm, row), appTag: 'translation-in-use' }));
  };
  const arriving = arrivingRows(plan, surroundings.model);
  const translated = await translatedSessions(arriving, surroundings, own);
  const earlier = new Map<string, Holder[]>();
  for (const [row, mapping] of arriving) {
    const others = [held, translated].flatMap((index) => index.get(mapping.external) ?? []);
    const twin = earlier.get(mapping.external)?.find((it) => sameOutside(it.mapping, mapping));
    report(row, mapping, others.find((it) => sharesOutside(it.mapping, mapping)) ?? twin);
    add(earlier, { mapping, name: `the mapping of ${mapping.internal} beside it` });
  }
  for (const [index, entry] of plan.added.entries()) {
    const row = plan.sessions.added[index];
    for (const mapping of mappingsOf(entry, (address) => own.has(address))) {
      const holder = held.get(mapping.external)?.find((it) => sharesOutside(it.mapping, mapping));
      if (row) report(row, mapping, holder);
    }
  }
  return errors;
}

/** The explicit mappings that the plan brings, or changes. */
function arrivingRows(plan: VmPlan, { nat }: TableModel): readonly (readonly [Branch, Mapping])[] {
  if (!nat) return [];
  return [...plan.mappings.added, ...plan.mappings.changed.map(([, row]) => row)]
    .map((row) => [row, nat.toMapping(row)] as const)
    .filter(([, mapping]) => isExplicit(mapping));
}

function explicitHolders(
  { model, present, others }: NatSurroundings,
  own: ReadonlySet<string>,
): readonly Holder[] {
  const holders = new Map<string, Holder>();
  const owners = new Map(
    others.flatMap((vm) => vmAddresses(vm).map((address) => [address, vmId(vm)] as const)),
  );
  const hold = (mapping: Mapping): void => {
    const owner = owners.get(mapping.internal);
    const name =
      owner === undefined
        ? `the mapping of ${mapping.internal}, which is no VM's`
        : `the mapping of ${mapping.internal} of VM ${owner}`;
    if (!own.has(mapping.internal)) holders.set(mappingKey(mapping), { mapping, name });
  };
  present.forEach(hold);
  for (const vm of others) {
    for (const row of model.natRowsOf(vm)) {
      const mapping = model.nat?.toMapping(row);
      if (mapping && isExplicit(mapping)) hold(mapping);
    }
  }
  return [...holders.values()];
}

/** The translations of live sessions of others, as far as they concern the outsides that arrive. */
async function translatedSessions(
  arriving: readonly (readonly [Branch, Mapping])[],
  { table }: NatSurroundings,
  own: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly Holder[]>> {
  const found = new Map<string, Holder[]>();
  if (arriving.length === 0) return found;
  const outsides = new Set(arriving.map(([, { external }]) => external));
  for await (const entries of table.dumpTranslated(new AddressSet(outsides))) {
    for (const entry of entries) {
      for (const mapping of mappingsOf(entry, (address) => !own.has(address))) {
        if (!outsides.has(mapping.external)) continue;
        add(found, { mapping, name: `session ${keyText(entry)}` });
      }
    }
  }
  return found;
}

function byOutside(holders: readonly Holder[]): ReadonlyMap<string, readonly Holder[]> {
  const index = new Map<string, Holder[]>();
  for (const holder of holders) add(index, holder);
  return index;
}

function add(index: Map<string, Holder[]>, holder: Holder): void {
  const list = index.get(holder.mapping.external);
  if (list) list.push(holder);
  else index.set(holder.mapping.external, [holder]);
}
