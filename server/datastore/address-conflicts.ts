/**
 * An address belongs to one VM of a device: with two owners nobody could say whose entry a session is,
 * and a VM in standby could lay claim to the state of one that runs. YANG could say so only by comparing
 * all VMs with each other at every change.
 */
import { invalidValue } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import type { Branch } from '../../src/data/index.ts';
import { vmAddresses, vmId } from '../../src/sami/index.ts';
import type { VmChange } from '../plane/plane.ts';
import type { VmTree } from './vm-tree.ts';

/** An error for each address that a changed VM of `next` shares with another. Costs nothing while none changes. */
export function addressConflicts(
  changes: readonly VmChange[],
  next: Branch,
  vmTree: VmTree,
): readonly RpcError[] {
  const claims = changes.flatMap(({ before, after }) => {
    const known = new Set(before && vmAddresses(before));
    const added = after ? vmAddresses(after).filter((address) => !known.has(address)) : [];
    return added.map((address) => ({ id: after ? vmId(after) : '', address }));
  });
  if (claims.length === 0) return [];
  const owners = new Map<string, string[]>();
  for (const vm of vmTree.vms(next) ?? []) {
    for (const address of vmAddresses(vm)) {
      owners.set(address, [...(owners.get(address) ?? []), vmId(vm)]);
    }
  }
  return claims.flatMap(({ id, address }) => {
    const other = owners.get(address)?.find((owner) => owner !== id);
    if (other === undefined) return [];
    const path = vmTree.addressPath(id, address);
    // Whoever may not see the other VM is not told its name (server/access/conceal.ts).
    const info = { nonUnique: [path, vmTree.addressPath(other, address)] };
    const details = { path, appTag: 'address-in-use' };
    return [{ ...invalidValue(`VM "${other}" has this address already`, details), info }];
  });
}
