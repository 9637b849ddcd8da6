/** Each kind of state on a device has one owner. */
import { PlaneUsageError } from './plane-argument.ts';
import type { DataPlane } from './plane.ts';

/** Throws {@link PlaneUsageError} when two planes serve the same kind. */
export function checkKindOwners(planes: readonly DataPlane[]): void {
  const owners = new Map<string, string>();
  for (const { name, kinds } of planes) {
    for (const kind of kinds) {
      const owner = owners.get(kind);
      if (owner !== undefined) {
        throw new PlaneUsageError(
          `kind "${kind}" is served by data plane "${owner}" and by data plane "${name}": ` +
            'the option kind=… says which kinds a plane is to serve',
        );
      }
      owners.set(kind, name);
    }
  }
}
