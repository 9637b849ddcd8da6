/**
 * With data planes at work, state of a kind that none of them serves would do nothing, and neither would
 * room that is reserved for it: both are refused.
 */
import { RpcErrorException, operationNotSupported } from '../../src/error/index.ts';
import type { PathStep, RpcError } from '../../src/error/index.ts';
import type { Branch } from '../../src/data/index.ts';
import { SamiVm } from '../generated/sami.ts';
import type { DataPlane, VmChange } from '../plane/plane.ts';
import type { VmTree } from './vm-tree.ts';

/** Throws when a changed VM has state of such a kind or reserves room for it. Without any plane everything is configuration. */
export function checkKinds(
  changes: readonly VmChange[],
  planes: readonly DataPlane[],
  vmTree: VmTree | undefined,
): void {
  if (planes.length === 0 || !vmTree) return;
  const served = new Set(planes.flatMap((plane) => plane.kinds));
  const unserved = vmTree.kinds.filter((kind) => !served.has(kind.name));
  const refusal = (kind: string, path: readonly PathStep[]): RpcError =>
    operationNotSupported(`this device does not support state of kind "${kind}"`, {
      type: 'application',
      path,
    });
  const errors = changes.flatMap(({ id, after }) => [
    ...unserved
      .filter((kind) => after?.get(kind.container) !== undefined)
      .map((kind) => refusal(kind.name, vmTree.kindPath(id, kind))),
    ...reservedKinds(after)
      .filter((kind) => !served.has(kind))
      .map((kind) => refusal(kind, vmTree.reservationPath(id, kind))),
  ]);
  if (errors.length > 0) throw new RpcErrorException(errors);
}

function reservedKinds(vm: Branch | undefined): readonly string[] {
  const reservations = vm && SamiVm.get(vm, 'reservation');
  return reservations?.map(({ kind }) => kind) ?? [];
}
