/** What bridges of all sorts have against the port of a VM, which `vm/port` names or the plane finds. */
import { childNode, childValue, pathStep } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import { inUse, invalidValue } from '../../../src/error/index.ts';
import type { PathStep, RpcError } from '../../../src/error/index.ts';
import { vmId } from '../../../src/sami/index.ts';
import type { VmEdit } from './driver.ts';
import { vmPath } from './paths.ts';

/** Name of the port that the configuration says; undefined where the plane has to find it. */
export function namedPort(vm: Branch): string | undefined {
  return childValue(vm, 'port') as string | undefined;
}

/** Who has a port once the edits are made: whoever stays there, or comes there first in the same commit. */
export function holdersAfter(
  edits: readonly VmEdit[],
  portAfter: (edit: VmEdit) => string | undefined,
  holderNow: (port: string) => string | undefined,
): (port: string) => string | undefined {
  const changed = new Set(edits.map(({ id }) => id));
  const wanted = edits.map((edit) => ({ id: edit.id, port: portAfter(edit) }));
  return (port) => {
    const holder = holderNow(port);
    if (holder !== undefined && !changed.has(holder)) return holder;
    return wanted.find((it) => it.port === port)?.id;
  };
}

export function portInUse(vm: Branch, bridge: string, port: string, holder: string): RpcError {
  const message = `port ${port} of bridge ${bridge} is that of VM "${holder}"`;
  return inUse(message, { path: portPath(vm), appTag: 'port-in-use' });
}

/** `advice`: how the plane can come to know the port. */
export function portUnknown(vm: Branch, bridge: string, advice: string): RpcError {
  const named = namedPort(vm);
  const message =
    named === undefined
      ? `no port of bridge ${bridge} is known as that of VM "${vmId(vm)}": ${advice}`
      : `bridge ${bridge} has no port "${named}"`;
  return invalidValue(message, { path: portPath(vm), appTag: 'port-unknown' });
}

function portPath(vm: Branch): readonly PathStep[] {
  return [...vmPath(vm), pathStep(childNode(vm.schema, 'port'))];
}
