/** Looks for everything that speaks against a change, before anything is changed. */
import type { Branch } from '../../../../src/data/index.ts';
import { inUse, operationNotSupported, RpcErrorException } from '../../../../src/error/index.ts';
import type { RpcError } from '../../../../src/error/index.ts';
import { modeOf, vmId } from '../../../../src/sami/index.ts';
import { concerns, isTranslated, keyText } from '../conntrack/entry.ts';
import type { Entry } from '../conntrack/entry.ts';
import type { ConntrackTable } from '../conntrack/table.ts';
import type { FreezeTable } from '../freeze-table.ts';
import { mappingsOf, MappingUse } from '../model/nat-rows.ts';
import type { TableModel } from '../model/table-model.ts';
import { AddressSet } from '../../kit/netlink/address.ts';
import { nextHopOf } from '../vm-record.ts';
import { ownersOf } from '../vm-records.ts';
import { isExplicit } from '../nat/mapping.ts';
import { checkOutsides } from '../nat/clash.ts';
import type { NatMaps } from '../nat/nat-maps.ts';
import { checkCapacity, checkMappingCapacity, limited } from './capacity.ts';
import type { TableLimits } from './capacity.ts';
import { checkMapping, checkSession } from './check-rows.ts';
import { HelperProbe } from './helper-probe.ts';
import { replyKey } from './load.ts';
import { inFlightPath, rowPath } from '../../kit/paths.ts';
import type { VmPlan } from './vm-plan.ts';

/** More would not help anybody. */
const MOST_ERRORS = 100;

export interface Surroundings {
  readonly model: TableModel;
  readonly table: ConntrackTable;
  readonly freeze: FreezeTable;
  readonly maps: NatMaps;
  readonly limits: TableLimits;
  /** VMs that the change leaves as they are. */
  readonly others: readonly Branch[];
}

/** Throws RpcErrorException with all that was found. */
export async function checkPlans(
  plans: readonly VmPlan[],
  surroundings: Surroundings,
): Promise<void> {
  const errors: RpcError[] = [];
  const { model, table, others } = surroundings;
  for (const plan of plans) {
    const beside = [...others, ...otherVms(plan, plans)];
    errors.push(...checkRows(plan, model, ownersOf(beside)));
    if (errors.length > 0) continue;
    errors.push(...(await checkHelpers(plan, surroundings)));
    errors.push(...(await checkClashes(plan, surroundings)));
    errors.push(...(await checkMappings(plan, surroundings)));
    if (plan.added.some(isTranslated) || changesMappings(plan)) {
      const present = await surroundings.maps.read();
      errors.push(...(await checkOutsides(plan, { model, table, present, others: beside })));
    }
    errors.push(...(await checkForwarding(plan, surroundings)));
  }
  if (plans.some(needsRoom)) errors.push(...(await checkRoom(plans, surroundings)));
  if (errors.length > 0) throw new RpcErrorException(errors.slice(0, MOST_ERRORS));
}

function otherVms(plan: VmPlan, plans: readonly VmPlan[]): readonly Branch[] {
  return plans.flatMap((other) => (other !== plan && other.change.after) || []);
}

function changesMappings({ mappings }: VmPlan): boolean {
  return mappings.added.length + mappings.changed.length > 0;
}

/** What a plan does to the table besides taking away from it. */
function needsRoom({ change, sessions, mappings }: VmPlan): boolean {
  return (
    sessions.added.length + mappings.added.length > 0 ||
    (change.after !== undefined && modeOf(change.after) === 'standby')
  );
}

function checkRows(
  plan: VmPlan,
  model: TableModel,
  ownerOf: (address: string) => string | undefined,
): readonly RpcError[] {
  const vm = plan.change.after;
  if (!vm) return [];
  const own = new Set(plan.addresses);
  const errors: RpcError[] = [];
  const report = (error: RpcError | undefined): void => {
    if (error && errors.length < MOST_ERRORS) errors.push(error);
  };
  const owns = (address: string): boolean => own.has(address);
  const check = (row: Branch, entry: Entry | undefined): void => {
    if (entry) report(checkSession(vm, owns, ownerOf, model.session, row, entry));
  };
  plan.sessions.added.forEach((row, index) => {
    check(row, plan.added[index]);
  });
  plan.sessions.changed.forEach(([, row], index) => {
    check(row, plan.changed[index]);
  });
  const { nat } = model;
  const mappingRows = [...plan.mappings.added, ...plan.mappings.changed.map(([, row]) => row)];
  if (nat) for (const row of mappingRows) report(checkMapping(vm, owns, ownerOf, nat, row));
  return errors;
}

async function checkRoom(
  plans: readonly VmPlan[],
  { model, table, maps, limits, others }: Surroundings,
): Promise<readonly RpcError[]> {
  const size = limited(await table.size(), limits);
  const sessions = checkCapacity(model, size, plans, others);
  if (limits.nat === undefined) return sessions ? [sessions] : [];
  const { length } = await maps.read();
  const mappings = checkMappingCapacity(model, length, limits.nat, plans, others);
  return [sessions, mappings].filter((error) => error !== undefined);
}

async function checkHelpers(plan: VmPlan, { table }: Surroundings): Promise<readonly RpcError[]> {
  const vm = plan.change.after;
  if (!vm) return [];
  const probe = new HelperProbe(table);
  const errors: RpcError[] = [];
  for (const [index, entry] of plan.added.entries()) {
    const row = plan.sessions.added[index];
    if (entry.helper === undefined || !row || (await probe.has(entry))) continue;
    const message = `this device has no application-layer helper "${entry.helper}" for the protocol`;
    errors.push(operationNotSupported(message, { path: rowPath(vm, row, 'helper') }));
  }
  return errors;
}

/** A translated session must not have addresses and ports that a session of another VM uses. */
async function checkClashes(plan: VmPlan, { table }: Surroundings): Promise<readonly RpcError[]> {
  const vm = plan.change.after;
  if (!vm) return [];
  const own = new Set(plan.addresses);
  const rows = new Map<Entry, Branch>();
  for (const [index, row] of plan.sessions.added.entries()) {
    const entry = plan.added[index];
    if (entry && isTranslated(entry)) rows.set(entry, row);
  }
  if (rows.size === 0) return [];
  const entries = [...rows.keys()];
  const holders = [await table.holders(entries), await lookUpReplies(table, entries)];
  return entries.flatMap((entry) => {
    const holder = holders
      .map((found) => found.get(entry))
      .find((found) => {
        return found && !concerns(found, (address) => own.has(address));
      });
    const row = rows.get(entry);
    if (!holder || !row) return [];
    const message = `its translated addresses and ports are in use by session ${keyText(holder)}`;
    return [inUse(message, { path: rowPath(vm, row), appTag: 'translation-in-use' })];
  });
}

async function lookUpReplies(
  table: ConntrackTable,
  entries: readonly Entry[],
): Promise<ReadonlyMap<unknown, Entry>> {
  const keys = entries.map(replyKey);
  const found = await table.holders(keys);
  return new Map(
    entries.flatMap((entry, index) => {
      const holder = found.get(keys[index] as (typeof keys)[number]);
      return holder ? [[entry, holder] as const] : [];
    }),
  );
}

/**
 * An implicit mapping exists here only in the sessions that use it. While a VM is in standby its sessions may
 * still be to come; when it leaves standby they must be there.
 */
async function checkMappings(
  plan: VmPlan,
  { model, table }: Surroundings,
): Promise<readonly RpcError[]> {
  const { nat } = model;
  const vm = plan.change.after;
  if (!nat || !vm || plan.after === 'standby') return [];
  const mappingRows = model.natRowsOf(vm).filter((row) => !isExplicit(nat.toMapping(row)));
  if (mappingRows.length === 0) return [];
  const own = new Set(plan.addresses);
  const owns = (address: string): boolean => own.has(address);
  const uses = new MappingUse();
  for (const row of model.sessionRowsOf(vm)) {
    mappingsOf(model.session.toEntry(row), owns).forEach((mapping) => uses.add(mapping));
  }
  let missing = mappingRows.filter((row) => !uses.has(nat.toMapping(row)));
  if (missing.length === 0) return [];
  for await (const entries of table.dumpTranslated(new AddressSet(plan.addresses))) {
    entries.forEach((entry) => {
      mappingsOf(entry, owns).forEach((mapping) => uses.add(mapping));
    });
  }
  missing = missing.filter((row) => !uses.has(nat.toMapping(row)));
  return missing.slice(0, MOST_ERRORS).map((row) =>
    operationNotSupported('no session of the VM uses this mapping; alone it cannot exist here', {
      path: rowPath(vm, row),
    }),
  );
}

async function checkForwarding(
  plan: VmPlan,
  { freeze }: Surroundings,
): Promise<readonly RpcError[]> {
  const vm = plan.change.after;
  if (!vm || plan.after !== 'frozen' || nextHopOf(vm) === undefined) return [];
  if (await freeze.canForward()) return [];
  const message = `the kernel cannot forward packets in flight of VM ${vmId(vm)}: nftables lacks "dup"`;
  return [operationNotSupported(message, { path: inFlightPath(vm) })];
}
