/**
 * Which VM has which address. A packet finds the rules and counters of its VM by the address alone, so two VMs
 * with the same one cannot be told apart, and what goes with the one would be missing to the other.
 */
import { childNode, pathStep } from '../../../src/data/index.ts';
import { inUse } from '../../../src/error/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import { vmAddresses } from '../../../src/sami/index.ts';
import type { VmEdit } from '../kit/driver.ts';
import { vmPath } from '../kit/paths.ts';

export class AddressHolders {
  #idByAddress: ReadonlyMap<string, string> = new Map();

  /** Addresses that a VM would share with another one. */
  check(edits: readonly VmEdit[]): readonly RpcError[] {
    const errors: RpcError[] = [];
    this.#after(edits, ({ id, after }, address, holder) => {
      if (!after) return;
      const message = `VM "${holder}" has the address ${address}, and VM "${id}" cannot have it too`;
      const path = [...vmPath(after), pathStep(childNode(after.schema, 'address'))];
      errors.push(inUse(message, { path, appTag: 'address-in-use' }));
    });
    return errors;
  }

  /** The edits have been made. */
  take(edits: readonly VmEdit[]): void {
    this.#idByAddress = this.#after(edits, () => undefined);
  }

  /** VMs that lose an address come first: another one may take it in the same change. */
  #after(
    edits: readonly VmEdit[],
    clash: (edit: VmEdit, address: string, holder: string) => void,
  ): ReadonlyMap<string, string> {
    const holders = new Map(this.#idByAddress);
    for (const { id, before } of edits) {
      for (const address of before ? vmAddresses(before) : []) {
        if (holders.get(address) === id) holders.delete(address);
      }
    }
    for (const edit of edits) {
      for (const address of edit.after ? vmAddresses(edit.after) : []) {
        const holder = holders.get(address);
        if (holder === undefined || holder === edit.id) holders.set(address, edit.id);
        else clash(edit, address, holder);
      }
    }
    return holders;
  }
}
