/**
 * VMs whose standby lease has run out are deleted (`sami:sami/vm/standby-lease`). While somebody holds a lock
 * nothing may change (RFC 6241, section 7.5), and while a confirmed commit is pending a rollback could bring the
 * VM back; so it is made up for afterwards.
 */
import type { Branch } from '../../src/data/index.ts';
import { modeOf, vmId } from '../../src/sami/index.ts';
import type { Clock } from '../../src/util/index.ts';
import type { Logger } from '../logger.ts';
import type { VmChange } from '../plane/plane.ts';
import type { Candidates } from './candidate-datastore.ts';
import type { RunningDatastore } from './running-datastore.ts';
import { StandbyLeases } from './standby-leases.ts';
import type { VmTree } from './vm-tree.ts';

export interface LeaseExpiryOptions {
  readonly vmTree: VmTree;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A lease has run out: {@link LeaseExpiry.expire} is to be called in its turn. */
  readonly onExpiry: (id: string) => void;
}

export class LeaseExpiry {
  readonly #options: LeaseExpiryOptions;
  readonly #leases: StandbyLeases;
  /** VMs whose lease ran out while it was not possible to delete them. */
  readonly #overdue = new Set<string>();

  constructor(options: LeaseExpiryOptions) {
    this.#options = options;
    this.#leases = new StandbyLeases(options.clock, options.onExpiry);
  }

  /** The VMs of the configuration that a start has loaded. */
  start(running: Branch): void {
    const vms = [...(this.#options.vmTree.vms(running) ?? [])];
    this.#leases.update(vms.map((vm) => ({ id: vmId(vm), before: undefined, after: vm })));
  }

  update(changes: readonly VmChange[]): void {
    this.#leases.update(changes);
  }

  close(): void {
    this.#leases.close();
  }

  /** Deletes what is overdue, `id` included, unless `isHeldUp`. */
  async expire(
    id: string | undefined,
    isHeldUp: boolean,
    running: RunningDatastore,
    candidates: Candidates,
  ): Promise<void> {
    if (id !== undefined) this.#overdue.add(id);
    if (isHeldUp || this.#overdue.size === 0) return;
    const expired = [...this.#overdue].filter((it) => {
      const vm = this.#options.vmTree.find(running.tree, it);
      // A commit that came in between has started the lease anew.
      return vm !== undefined && modeOf(vm) === 'standby' && !this.#leases.isRunning(it);
    });
    this.#overdue.clear();
    for (const it of expired) await this.#remove(it, running, candidates);
  }

  async #remove(id: string, running: RunningDatastore, candidates: Candidates): Promise<void> {
    const { vmTree, logger } = this.#options;
    const vm = vmTree.find(running.tree, id);
    await running.replaceRegardless(vmTree.withoutVm(running.tree, id));
    logger.log('warning', 'standby-lease-expired', { vm: id });
    // A candidate with changes loses the VM too, unless it is about this very VM.
    candidates.rewrite((candidate) =>
      vmTree.find(candidate, id) === vm ? vmTree.withoutVm(candidate, id) : candidate,
    );
  }
}
