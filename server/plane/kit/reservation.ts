/** Room that a VM's configuration reserves, and how a change is refused for which a table has no room. */
import { DataList, childNode } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import { resourceDenied } from '../../../src/error/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import type { Kind } from '../../../src/sami/index.ts';
import { kindPath, reservationPath } from './paths.ts';

/** Entries that the configuration of a VM reserves for a kind; 0 when none. */
export function reservationOf(vm: Branch | undefined, kind: string): number {
  const list = vm?.get(childNode(vm.schema, 'reservation'));
  const row = list instanceof DataList ? list.find([kind]) : undefined;
  return row ? Number(row.get(childNode(row.schema, 'entries')) ?? 0) : 0;
}

/** In entries. `free` may be below 0, where packets have taken more than there was. */
export interface LackOfRoom {
  readonly limit: number;
  readonly needs: number;
  readonly free: number;
}

/** Says which table is too small for a VM, at its reservation where that is what asks for the room. */
export function tableTooSmall(
  vm: Branch,
  kind: Kind,
  { limit, needs, free }: LackOfRoom,
  reserves = reservationOf(vm, kind.name) === needs,
): RpcError {
  const message =
    `table "${kind.name}" holds at most ${String(limit)} entries: ` +
    `${String(needs)} are needed, ${String(Math.max(0, free))} are free`;
  const path = reserves ? reservationPath(vm, kind.name) : kindPath(vm, kind.container);
  return resourceDenied(message, { appTag: 'table-too-small', path });
}
