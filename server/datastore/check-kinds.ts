/** With data planes at work, state of a kind that none of them serves would do nothing: it is refused. */
import { RpcErrorException, operationNotSupported } from '../../src/error/index.ts';
import type { DataPlane, VmChange } from '../plane/plane.ts';
import type { VmTree } from './vm-tree.ts';

/** Throws when a changed VM has state of such a kind. Without any plane everything is configuration. */
export function checkKinds(
  changes: readonly VmChange[],
  planes: readonly DataPlane[],
  vmTree: VmTree | undefined,
): void {
  if (planes.length === 0 || !vmTree) return;
  const served = new Set(planes.flatMap((plane) => plane.kinds));
  const unserved = vmTree.kinds.filter((kind) => !served.has(kind.name));
  const errors = changes.flatMap(({ id, after }) =>
    unserved
      .filter((kind) => after?.get(kind.container) !== undefined)
      .map((kind) =>
        operationNotSupported(`this device does not support state of kind "${kind.name}"`, {
          type: 'application',
          path: vmTree.kindPath(id, kind),
        }),
      ),
  );
  if (errors.length > 0) throw new RpcErrorException(errors);
}
