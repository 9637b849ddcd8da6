/**
 * The list `/sami:sami/vm` seen from the datastores: what a change does to each VM, and which tables
 * leave the configuration when a VM settles. All costs follow the number of VMs that changed.
 */
import { Branch, DataList, childNode, keyProbe, pathStep } from '../../src/data/index.ts';
import type { PathStep } from '../../src/error/index.ts';
import {
  SAMI_NAMESPACE,
  kindsOf,
  modeOf,
  vmId,
  vmListNode,
  withoutEphemeral,
} from '../../src/sami/index.ts';
import type { Kind } from '../../src/sami/index.ts';
import type { ContainerNode, ListNode, SchemaContext } from '../../src/yang/index.ts';
import type { VmChange } from '../plane/plane.ts';

export class VmTree {
  readonly list: ListNode;
  readonly kinds: readonly Kind[];
  readonly #top: ContainerNode;

  private constructor(top: ContainerNode, list: ListNode) {
    this.#top = top;
    this.list = list;
    this.kinds = kindsOf(list);
  }

  /** Undefined when the schema has no module `sami`: the server is a plain datastore then. */
  static of(context: SchemaContext): VmTree | undefined {
    const top = context.root.dataChild(SAMI_NAMESPACE, 'sami');
    const list = vmListNode(context);
    return top?.kind === 'container' && list ? new VmTree(top, list) : undefined;
  }

  /** The container `/sami:sami`. */
  get top(): ContainerNode {
    return this.#top;
  }

  vms(root: Branch): DataList | undefined {
    const top = root.get(this.#top);
    const vms = top instanceof Branch ? top.get(this.list) : undefined;
    return vms instanceof DataList ? vms : undefined;
  }

  find(root: Branch, id: string): Branch | undefined {
    return this.vms(root)?.find([id]);
  }

  /** `root` with another list of VMs; the container goes when nothing is left in it. */
  withVms(root: Branch, vms: DataList | undefined): Branch {
    const top = root.get(this.#top);
    const before = top instanceof Branch ? top : new Branch(this.#top, []);
    const after = before.with(this.list, vms && vms.size > 0 ? vms : undefined);
    return root.with(this.#top, after.slots.some((slot) => slot !== undefined) ? after : undefined);
  }

  /** An entry with its key alone. */
  bareVm(id: string): Branch {
    return keyProbe(this.list, [id]);
  }

  /** `root` without one VM. */
  withoutVm(root: Branch, id: string): Branch {
    const vms = this.vms(root);
    const vm = vms?.find([id]);
    return vms && vm ? this.withVms(root, vms.without(vm)) : root;
  }

  /** `root` in which VMs in standby reserve no room; `root` itself when none does. */
  withoutStandbyReservations(root: Branch): Branch {
    const node = childNode(this.list, 'reservation', SAMI_NAMESPACE);
    const vms = this.vms(root);
    const edited = vms?.edit();
    for (const vm of vms ?? []) {
      if (vm.get(node) !== undefined && modeOf(vm) === 'standby') {
        edited?.set(vm.with(node, undefined));
      }
    }
    const all = edited?.done();
    return all === vms ? root : this.withVms(root, all);
  }

  /** Path of the container of a kind of a VM. */
  kindPath(id: string, kind: Kind): readonly PathStep[] {
    return [...this.#vmPath(id), pathStep(kind.container)];
  }

  addressPath(id: string, address: string): readonly PathStep[] {
    const node = childNode(this.list, 'address', SAMI_NAMESPACE);
    return [...this.#vmPath(id), { ...pathStep(node), value: address }];
  }

  /** Path of an entry of the list of reservations. */
  reservationPath(id: string, kind: string): readonly PathStep[] {
    const node = childNode(this.list, 'reservation', SAMI_NAMESPACE);
    return [...this.#vmPath(id), { ...pathStep(node), keys: [['kind', kind]] }];
  }

  #vmPath(id: string): readonly PathStep[] {
    return [pathStep(this.#top), { ...pathStep(this.list), keys: [['id', id]] }];
  }

  /** What changed, per VM. */
  changes(before: Branch, after: Branch): readonly VmChange[] {
    const changes: VmChange[] = [];
    DataList.diff(this.vms(before), this.vms(after), {
      added: (vm) => changes.push({ id: vmId(vm), before: undefined, after: vm }),
      removed: (vm) => changes.push({ id: vmId(vm), before: vm, after: undefined }),
      changed: (old, vm) => changes.push({ id: vmId(vm), before: old, after: vm }),
    });
    return changes;
  }

  /**
   * What goes to permanent storage when the configuration becomes `after`: without the tables of
   * ephemeral kinds. `stored` is what was stored for `before`.
   */
  storable(stored: Branch, before: Branch, after: Branch): Branch {
    const kept = (this.vms(stored) ?? DataList.empty(this.list)).edit();
    for (const change of this.changes(before, after)) {
      if (change.after) kept.set(withoutEphemeral(change.after, this.kinds));
      else if (change.before) kept.delete(change.before);
    }
    return this.withVms(after, kept.done());
  }

  /** The VMs among the changed ones that own their tables now. */
  settling(changes: readonly VmChange[]): readonly Branch[] {
    return changes.flatMap(({ after }) => (after && modeOf(after) !== 'standby' ? [after] : []));
  }

  /** `root` in which the tables of the VMs have left the configuration (ARCHITECTURE.md, settling). */
  settle(root: Branch, settling: readonly Branch[]): Branch {
    const vms = this.vms(root);
    if (!vms) return root;
    const edited = vms.edit();
    let changed = false;
    for (const vm of settling) {
      const present = vms.get(vm);
      if (!present || modeOf(present) === 'standby') continue;
      const settled = withoutEphemeral(present, this.kinds);
      if (settled === present) continue;
      edited.set(settled);
      changed = true;
    }
    return changed ? this.withVms(root, edited.done()) : root;
  }
}
