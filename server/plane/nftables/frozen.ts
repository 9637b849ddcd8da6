/** Which addresses are those of VMs, and of which VMs packets are kept out. */
import { childValue } from '../../../src/data/index.ts';
import { operationNotSupported } from '../../../src/error/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import { Branch } from '../../../src/data/index.ts';
import type { VmEdit } from '../kit/driver.ts';
import { fieldsOf } from '../kit/fields.ts';
import { inFlightPath } from '../kit/paths.ts';
import { version } from './names.ts';
import type { NftablesOptions } from './options.ts';
import { addressChanges } from './part.ts';
import type { Part } from './part.ts';
import type { Script } from './script.ts';

/**
 * Packets of a frozen VM are dropped before our other chains see them, so that its tables stand still. Who
 * sends them on elsewhere has to do that before the hook 'forward', as the linux plane does.
 */
export class FrozenAddresses implements Part {
  readonly lists: readonly string[] = [];

  follow(script: Script, edit: VmEdit): void {
    const { all, added, lost } = addressChanges(edit);
    for (const address of lost) {
      script.deleteElements(`vm${version(address)}`, [address]);
      script.remove('element', `frozen${version(address)}`, `{ ${address} }`);
    }
    for (const address of added) script.addElements(`vm${version(address)}`, [address]);
    for (const address of all) {
      const frozen = `frozen${version(address)}`;
      if (edit.mode === 'frozen') script.addElements(frozen, [address]);
      else if (edit.modeBefore !== edit.mode) script.remove('element', frozen, `{ ${address} }`);
    }
  }
}

/** Sending packets on is refused where nobody would do it. */
export function checkInFlight(
  { after, mode }: VmEdit,
  { inFlight }: NftablesOptions,
): readonly RpcError[] {
  if (!after || mode !== 'frozen' || inFlight === 'elsewhere') return [];
  const container = childValue(after, 'in-flight');
  if (!(container instanceof Branch)) return [];
  if (fieldsOf(container.schema).leaf(container, 'action') !== 'forward') return [];
  const message =
    'this data plane drops packets of a frozen VM; with another plane that forwards them, such as linux, give the option "in-flight=elsewhere"';
  return [operationNotSupported(message, { path: inFlightPath(after) })];
}
