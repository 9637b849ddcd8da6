/** Refuses entries that do not concern the VM that they are filed under. */
import { DataList } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import { entriesOf } from '../../../src/sami/index.ts';
import type { Catalog } from './catalog.ts';
import type { VmChange } from '../plane.ts';
import { ownerOf, sameIdentity } from './ownership.ts';

/** At most `most` errors, for the entries that the changes bring; for all when the VM's identity changes. */
export function foreignEntries(
  catalog: Catalog,
  changes: readonly VmChange[],
  most: number,
): readonly RpcError[] {
  const errors: RpcError[] = [];
  for (const { before, after } of changes) {
    if (!after) continue;
    const owner = ownerOf(after);
    const checked = before && sameIdentity(before, after) ? before : undefined;
    const look = (row: Branch): void => {
      const error = errors.length < most ? owner.error(row) : undefined;
      if (error) errors.push(error);
    };
    for (const { kind, list } of catalog.tables) {
      DataList.diff(checked && entriesOf(checked, kind, list), entriesOf(after, kind, list), {
        added: look,
        changed: (_, row) => {
          look(row);
        },
        removed: () => undefined,
      });
    }
  }
  return errors;
}
