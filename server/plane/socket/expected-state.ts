/**
 * What a plane in another process has to have, so that it can be given back after the plane has restarted or
 * the connection has been cut: the VMs as they are configured, and what an apply may or may not have done.
 */
import type { Branch } from '../../../src/data/index.ts';
import { modeOf, vmId, withoutEphemeral } from '../../../src/sami/index.ts';
import type { Catalog } from '../kit/catalog.ts';
import type { VmEdit } from '../kit/driver.ts';
import { inverseOf } from '../kit/set-up.ts';
import { editLines, restoreLines, vmLine } from './prepare-lines.ts';

export class ExpectedState {
  readonly #catalog: Catalog;
  readonly #vms = new Map<string, Branch>();
  /** Edits of an apply that was not answered. */
  #doubtful: readonly VmEdit[] = [];

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  vm(id: string): Branch | undefined {
    return this.#vms.get(id);
  }

  applied(edits: readonly VmEdit[]): void {
    for (const { id, after } of edits) {
      if (after) this.#keep(id, after);
      else this.#vms.delete(id);
    }
  }

  /** The connection was lost in an apply: nobody knows whether it was made. */
  doubt(edits: readonly VmEdit[]): void {
    this.#doubtful = [...this.#doubtful, ...edits];
  }

  settled(vms: readonly Branch[]): void {
    for (const vm of vms) this.#keep(vmId(vm), vm);
  }

  /** Lines of a prepare that gives the plane what it has to have. `kept`: it has what it had. */
  *lines(kept: boolean, maxLine: number): Iterable<string> {
    if (kept) yield* editLines(this.#doubtful.toReversed().map(inverseOf), maxLine);
    for (const [id, vm] of this.#vms) {
      yield vmLine(id, vm);
      const anew = !kept || this.#doubtful.some((edit) => edit.id === id);
      const standby = modeOf(vm) === 'standby';
      const tables = this.#catalog.tables.filter(
        ({ kind }) => !kind.ephemeral || (standby && anew),
      );
      yield* restoreLines(vm, tables, maxLine);
    }
  }

  restored(): void {
    this.#doubtful = [];
  }

  #keep(id: string, vm: Branch): void {
    // The dynamic tables of other modes are the plane's own: no copy of them is kept alive here.
    const own = modeOf(vm) !== 'standby';
    this.#vms.set(id, own ? withoutEphemeral(vm, this.#catalog.kinds) : vm);
  }
}
