/** The VMs of the device as the plane remembers them, and what concerns several of them. */
import type { Branch } from '../../../src/data/index.ts';
import { vmAddresses, vmId } from '../../../src/sami/index.ts';
import type { VmChange } from '../plane.ts';
import { concerns } from './conntrack/entry.ts';
import type { Entry } from './conntrack/entry.ts';
import type { FrozenAddress } from './freeze-table.ts';
import { frozenAddresses, VmRecord } from './vm-record.ts';

export class VmRecords implements Iterable<VmRecord> {
  readonly #records = new Map<string, VmRecord>();

  [Symbol.iterator](): Iterator<VmRecord> {
    return this.#records.values();
  }

  get(id: string): VmRecord | undefined {
    return this.#records.get(id);
  }

  /** The record of a VM, made when there is none. */
  of(vm: Branch): VmRecord {
    const id = vmId(vm);
    const record = this.#records.get(id) ?? new VmRecord(vm);
    this.#records.set(id, record);
    return record;
  }

  delete(id: string): void {
    this.#records.delete(id);
  }

  get addresses(): readonly string[] {
    return [...this].flatMap(({ addresses }) => addresses);
  }

  /** Whether another VM than `id` has part in an entry. */
  sharedWithOthers(id: string): (entry: Entry) => boolean {
    const others = [...this].filter((record) => record.id !== id);
    const addresses = new Set(others.flatMap((record) => record.addresses));
    return (entry) => addresses.size > 0 && concerns(entry, (address) => addresses.has(address));
  }

  /** The configurations of all VMs when the changes have been made. */
  after(changes: readonly VmChange[]): readonly Branch[] {
    const vms = new Map([...this].map(({ id, vm }) => [id, vm]));
    for (const { id, after } of changes) {
      if (after) vms.set(id, after);
      else vms.delete(id);
    }
    return [...vms.values()];
  }

  /** What is frozen now, or will be when the changes have been made. */
  frozen(changes: readonly VmChange[] = []): readonly FrozenAddress[] {
    return this.after(changes).flatMap(frozenAddresses);
  }
}

/** Names the VM that has an address, of those whose configurations are given. */
export function ownersOf(vms: readonly Branch[]): (address: string) => string | undefined {
  const owners = new Map(
    vms.flatMap((vm) => vmAddresses(vm).map((address) => [address, vmId(vm)] as const)),
  );
  return (address) => owners.get(address);
}
