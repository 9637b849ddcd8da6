/**
 * A start reverts a confirmed commit that was pending, and the tables of its planes may have outlived the
 * process: what the commit had merged into them goes, what traffic has added since stays.
 */
import { sameTree } from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import { combineEntries, modeOf, separateEntries, vmId } from '../../src/sami/index.ts';
import type { Logger } from '../logger.ts';
import { lookUp, ownedTables, rowsOf, withRows } from './arrivals.ts';
import type { Arrivals, ArrivalSurroundings } from './arrivals.ts';
import { PlaneTransaction } from './plane-transaction.ts';

/**
 * `root` is the configuration that the planes have been started with. A plane that cannot do it is reported
 * in the log: the start goes on.
 */
export async function takeBack(
  arrivals: Arrivals,
  root: Branch,
  surroundings: ArrivalSurroundings & { readonly logger: Logger },
): Promise<void> {
  const { vmTree, planes, logger } = surroundings;
  for (const vm of vmTree.vms(arrivals.arrived) ?? []) {
    const id = vmId(vm);
    const current = vmTree.find(root, id);
    if (!current || modeOf(current) === 'standby') continue;
    try {
      const met = vmTree.find(arrivals.met, id);
      const { there, rest } = await separate(current, { arrived: vm, met }, surroundings);
      if (there === current) continue;
      // First they go as they are, then what was there before comes as if it were new.
      for (const [before, after] of [
        [there, current],
        [current, rest],
      ] as const) {
        const changes = before === after ? [] : [{ id, before, after }];
        const transaction = await PlaneTransaction.prepareWilling(planes, changes, logger);
        await transaction.applyRegardless();
      }
      for (const plane of planes) await plane.settle([current]);
      logger.log('warning', 'merged-entries-taken-back', { vm: id });
    } catch (error) {
      logger.log('error', 'merged-entries-not-taken-back', { vm: id, error });
    }
  }
}

/** The VM with the entries that the planes have under the keys of `arrived`, and with what is to be there. */
async function separate(
  current: Branch,
  { arrived, met }: { readonly arrived: Branch; readonly met: Branch | undefined },
  surroundings: ArrivalSurroundings,
): Promise<{ readonly there: Branch; readonly rest: Branch }> {
  let there = current;
  let rest = current;
  for (const table of ownedTables(surroundings)) {
    const rows = rowsOf(arrived, table);
    if (!rows) continue;
    const present: Branch[] = [];
    const remaining: Branch[] = [];
    for (const now of await lookUp(current, table, [...rows])) {
      const was = rowsOf(met, table)?.get(now);
      const came = rows.get(now);
      // When nothing has changed, the commit was stored and never made.
      if (!came || (was && sameTree(was, now))) continue;
      present.push(now);
      if (was) remaining.push(separateEntries(now, was, combineEntries(was, came)));
    }
    there = withRows(there, table, present);
    rest = withRows(rest, table, remaining);
  }
  return { there, rest };
}
