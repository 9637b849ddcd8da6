/** Everything that HAProxy has against what happens to a VM. */
import type { Branch } from '../../../src/data/index.ts';
import { invalidValue } from '../../../src/error/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import { vmAddresses } from '../../../src/sami/index.ts';
import type { RowEdit, TableEdit, VmEdit } from '../kit/driver.ts';
import { rowPath } from '../kit/paths.ts';
import type { AwaitedEntries } from './awaited-entries.ts';
import { checkGroup } from './check-group.ts';
import { checkPresent, checkRoom, checkRow } from './check-rows.ts';
import type { RowsToCheck } from './check-rows.ts';
import type { HaproxyDevice } from './device.ts';
import { groupName, groupOf, groupsOf, wantedShape } from './groups.ts';
import type { NameMapping, StickyGroup } from './groups.ts';
import { contentOf } from './rows.ts';
import type { Servers } from './servers.ts';

export class VmChecker {
  readonly #device: HaproxyDevice;
  readonly #mapping: NameMapping;
  readonly #awaited: AwaitedEntries;

  constructor(device: HaproxyDevice, mapping: NameMapping, awaited: AwaitedEntries) {
    this.#device = device;
    this.#mapping = mapping;
    this.#awaited = awaited;
  }

  /** Throws {@link HaproxyError} when HAProxy cannot be asked. */
  async check(edit: VmEdit, servers: Servers): Promise<readonly RpcError[]> {
    const { after, tables } = edit;
    if (!after) return [];
    const errors: RpcError[] = [];
    for (const table of tables) {
      const isStatic = table.table.kind.name === 'sticky-group';
      errors.push(
        ...(isStatic
          ? await this.#checkGroups(after, table, servers)
          : await this.#checkEntries(edit, after, table, servers)),
      );
    }
    return errors;
  }

  async #checkGroups(
    vm: Branch,
    { set }: TableEdit,
    servers: Servers,
  ): Promise<readonly RpcError[]> {
    const errors: RpcError[] = [];
    for (const { after } of set) {
      const group = groupOf(after, this.#mapping);
      const shape = await this.#device.shape(group.table, wantedShape(group).keyLength);
      errors.push(...checkGroup(vm, group, shape, servers));
    }
    return errors;
  }

  async #checkEntries(
    edit: VmEdit,
    vm: Branch,
    { table: { list }, set }: TableEdit,
    servers: Servers,
  ): Promise<readonly RpcError[]> {
    const { id, modeBefore, mode } = edit;
    // A VM that returns to standby brings nothing: what it has goes out of HAProxy.
    if (mode === 'standby' && modeBefore !== undefined && modeBefore !== 'standby') return [];
    const { byGroup, lost } = this.#byGroup(vm, set);
    const errors = lost.map(({ after }) => noGroup(vm, after));
    for (const [group, edits] of byGroup) {
      const shape = await this.#device.shape(group.table, wantedShape(group).keyLength);
      // That there is no such table has been said of the group.
      if (!shape) continue;
      const isPeer = (await this.#device.peerAddress(group.table)) !== undefined;
      const rows: RowsToCheck = {
        vm,
        addresses: new Set(vmAddresses(vm)),
        group,
        shape,
        servers,
        isPeer,
      };
      const wrong = edits.flatMap(({ after }) => checkRow(rows, after));
      errors.push(...wrong);
      if (wrong.length > 0) continue;
      const arrives = modeBefore === 'standby' || mode === 'standby';
      const clients = edits.map(({ after }) => contentOf(after).client);
      const present = await this.#device.present(shape, clients);
      for (const [index, { before, after }] of edits.entries()) {
        const row = { before: arrives ? undefined : before, after };
        errors.push(...checkPresent(rows, row, present.get(clients[index] ?? '')));
      }
      const used = (await this.#device.head(group.table))?.used ?? 0;
      const taken = used + this.#awaited.ofOthers(id, group.table);
      errors.push(...checkRoom(rows, list, clients.length - present.size, taken));
    }
    return errors;
  }

  #byGroup(
    vm: Branch,
    set: readonly RowEdit[],
  ): { byGroup: ReadonlyMap<StickyGroup, readonly RowEdit[]>; lost: readonly RowEdit[] } {
    const groups = new Map(groupsOf(vm, this.#mapping).map((group) => [group.name, group]));
    const byGroup = new Map<StickyGroup, RowEdit[]>();
    const lost: RowEdit[] = [];
    for (const edit of set) {
      const group = groups.get(groupName(edit.after));
      const edits = group && byGroup.get(group);
      if (!group) lost.push(edit);
      else if (edits) edits.push(edit);
      else byGroup.set(group, [edit]);
    }
    return { byGroup, lost };
  }
}

function noGroup(vm: Branch, row: Branch): RpcError {
  const message = `the VM has no sticky group "${groupName(row)}"`;
  const path = rowPath(vm, row);
  return invalidValue(message, { type: 'application', path, appTag: 'no-such-group' });
}
