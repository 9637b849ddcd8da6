/**
 * Updates when something changes (RFC 8641, sections 3.3 and 4.2, `on-change`): configuration by comparing what is
 * selected of it before and after, tables of VMs as the data planes tell of them.
 *
 * What may be read, and what is selected, is asked anew with every change, so that losing a right looks like a
 * deletion. Tables are not compared; when the right to one changes, the subscriber has to subscribe again.
 */
import { emptyBranch, within } from '../../../src/data/index.ts';
import type { Branch, Selection } from '../../../src/data/index.ts';
import type { OutgoingMessage } from '../../../src/netconf/index.ts';
import { modeOf, withoutEphemeral } from '../../../src/sami/index.ts';
import type { Timer } from '../../../src/util/index.ts';
import type { DatastoreChange } from '../../datastore/events.ts';
import type { VmTree } from '../../datastore/vm-tree.ts';
import type { ChangeType } from '../../generated/ietf-subscribed-notifications.ts';
import type { DataPlane, VmChange } from '../../plane/plane.ts';
import type { SubscriptionOptions } from '../subscription.ts';
import { changeUpdate } from './change-update.ts';
import type { Change } from './edit.ts';
import { PendingEdits } from './pending-edits.ts';
import { PushSubscription } from './push-subscription.ts';
import type { PushTerms } from './push-subscription.ts';
import { TableWatch } from './table-watch.ts';
import type { TableListener, WatchedTable } from './table-watch.ts';
import { ROOT_TARGET, childTarget, rowTarget } from './target.ts';
import { TRACKED } from './tracked.ts';
import { treeEdits } from './tree-edits.ts';

/** The largest `patch-id` (RFC 8641, section 3.7). */
const PATCH_NUMBERS = 2 ** 32;

export interface OnChangeTerms {
  /** Hundredths of a second; 0 for none. */
  readonly dampeningPeriod: number;
  readonly syncOnStart: boolean;
  readonly excluded: ReadonlySet<ChangeType>;
}

export interface OnChangeSources {
  readonly vmTree: VmTree | undefined;
  readonly planes: readonly DataPlane[];
  /** Nodes whose changes may wait; with more the subscription is suspended. */
  readonly maxPendingChanges: number;
}

export class OnChangeSubscription extends PushSubscription implements TableListener {
  readonly #sources: OnChangeSources;
  readonly #tables: TableWatch | undefined;
  readonly #edits = new PendingEdits();
  #onChange: OnChangeTerms;
  /** What is selected of the configuration as it is, and as the last update has it. */
  #base: Branch;
  #told: Branch;
  #view: Selection | undefined;
  /** Everything is to be sent. */
  #isSyncDue: boolean;
  /** Changes are missing. */
  #isLost = false;
  #dampening: Timer | undefined;
  #patchNumber = 0;
  /** Entries of tables with a condition that the subscriber knows of. */
  readonly #shown = new Set<string>();

  constructor(
    options: SubscriptionOptions,
    terms: PushTerms,
    onChange: OnChangeTerms,
    sources: OnChangeSources,
  ) {
    super(options, terms);
    this.#onChange = onChange;
    this.#sources = sources;
    this.#isSyncDue = onChange.syncOnStart;
    this.#view = this.content.view;
    this.#base = this.#selectedNow();
    this.#told = this.#base;
    const { vmTree, planes } = sources;
    if (vmTree && this.content.datastore === 'operational') {
      this.#tables = new TableWatch({ vmTree, planes, listener: this });
    }
  }

  get onChange(): OnChangeTerms {
    return this.#onChange;
  }

  /** Changes are collected once this has resolved. Throws what a data plane throws; then it is over. */
  async start(): Promise<void> {
    try {
      await this.#tables?.start(this.content.configuration, this.#view);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  setDampening(dampeningPeriod: number): void {
    this.#onChange = { ...this.#onChange, dampeningPeriod };
  }

  /** Everything that is selected is sent once more. */
  resync(): void {
    this.#isSyncDue = true;
    this.wake();
  }

  onDatastoreChange(change: DatastoreChange): void {
    if (this.isOver || this.isEnding) return;
    const isRunning = change.datastore === 'running';
    if (!isRunning && change.datastore !== this.content.source) return;
    // Rights are part of running: they may be what has changed.
    this.#checkView();
    if (isRunning && this.#tables) this.#followVms(change.vms, this.#tables);
    this.#compare();
  }

  onRow(
    { list, selection, target: table, ancestors }: WatchedTable,
    row: Branch,
    isSet: boolean,
  ): void {
    if (!this.isActive || !this.#checkView()) return;
    const target = rowTarget(table, list, row);
    const edit = { target, ancestors, node: list };
    if (!isSet) {
      if (selection?.keys && !selection.entry(row)) return;
      this.#shown.delete(target);
      this.#add({ ...edit, operation: 'delete', value: () => undefined });
      return;
    }
    const value = selection ? selection.prune(row) : row;
    if (value) {
      if (selection && this.#shown.size < this.#sources.maxPendingChanges) this.#shown.add(target);
      this.#add({ ...edit, operation: 'replace', value: () => value });
    } else if (this.#shown.delete(target)) {
      this.#add({ ...edit, operation: 'delete', value: () => undefined });
    }
  }

  onLost(): void {
    this.#isLost = true;
    this.#edits.clear();
    this.wake();
  }

  /** False when it has ended because the rights to tables have changed. */
  #checkView(): boolean {
    const { view } = this.content;
    if (view === this.#view) return true;
    this.#view = view;
    if (this.#tables && this.#tables.size > 0) {
      this.terminate('ietf-yang-push:unchanging-selection');
      return false;
    }
    this.#reselect();
    return true;
  }

  #reselect(): void {
    this.#tables?.reselect(this.content.configuration, this.#view).catch(() => {
      this.onLost();
    });
  }

  #followVms(changes: readonly VmChange[], tables: TableWatch): void {
    const { vmTree } = this.#sources;
    if (!vmTree) return;
    for (const { before, after } of changes) {
      if (!before) continue;
      if (!after) this.#vmGone(before, vmTree);
      else if ((modeOf(before) === 'standby') !== (modeOf(after) === 'standby')) {
        // The tables have changed hands.
        if (tables.selects(before)) this.onLost();
        const vms = vmTree.vms(this.#base);
        const known = vms?.get(before);
        if (vms && known) {
          const bare = withoutEphemeral(known, vmTree.kinds);
          this.#base = vmTree.withVms(this.#base, vms.with(bare));
        }
      }
    }
    tables.update(changes, this.#view);
  }

  /** Its tables go with it, which the selected configuration may not show. */
  #vmGone(vm: Branch, vmTree: VmTree): void {
    const rows = this.#view?.container(vmTree.top)?.list(vmTree.list);
    if (!this.isActive || (this.#view && !rows?.entry(vm))) return;
    const top = childTarget(ROOT_TARGET, vmTree.top);
    const { text, ancestors } = childTarget(top, vmTree.list, vm);
    const edit = { target: text, ancestors, node: vmTree.list, value: () => undefined };
    this.#add({ ...edit, operation: 'delete' });
  }

  /** What is selected of the configuration; of operational without what belongs to the data planes. */
  #selectedNow(): Branch {
    const { vmTree } = this.#sources;
    const { configuration, datastore } = this.content;
    const vms = datastore === 'operational' ? vmTree?.vms(configuration) : undefined;
    const tree = (vms && vmTree?.settle(configuration, [...vms])) ?? configuration;
    return (this.#view ? this.#view.prune(tree) : tree) ?? emptyBranch(tree.schema);
  }

  #compare(): void {
    const before = this.#base;
    this.#base = this.#selectedNow();
    if (!this.isActive) return;
    this.#compareWith(before);
  }

  #compareWith(before: Branch): void {
    treeEdits(before, this.#base, (change) => {
      this.#add(change);
    });
  }

  #add(edit: Change): void {
    if (!this.isActive) return;
    if (this.#onChange.excluded.has(edit.operation)) {
      this.countExcluded();
      return;
    }
    this.#edits.add(edit);
    if (this.#edits.size > this.#sources.maxPendingChanges) {
      this.suspend('ietf-subscribed-notifications:unsupportable-volume');
    } else this.wake();
  }

  protected override nextMessage(): OutgoingMessage | undefined {
    if (!this.isEnding && !this.#checkView()) return undefined;
    if (this.#isSyncDue) return this.#sync();
    if (this.#dampening && !this.isEnding) return undefined;
    const isIncomplete = this.#isLost;
    if (this.#edits.size === 0 && !isIncomplete) return undefined;
    const patchNumber = this.#patchNumber;
    this.#patchNumber = (patchNumber + 1) % PATCH_NUMBERS;
    this.#isLost = false;
    const edits = this.#edits.take(this.#base);
    this.#assembled();
    return changeUpdate({ id: this.id, patchNumber, time: this.clock.now(), edits, isIncomplete });
  }

  #sync(): OutgoingMessage {
    this.#isSyncDue = false;
    this.#isLost = false;
    this.#patchNumber = 0;
    this.#edits.clear();
    this.#assembled();
    const isMixed = this.content.datastore === 'operational';
    return this.fullUpdate(isMixed ? within(this.#view, TRACKED) : this.#view);
  }

  /** The dampening period begins with every update (RFC 8641, section 3.1). */
  #assembled(): void {
    this.#told = this.#base;
    this.countSent();
    const { dampeningPeriod } = this.#onChange;
    this.#dampening?.cancel();
    this.#dampening =
      dampeningPeriod === 0
        ? undefined
        : this.clock.setTimer(dampeningPeriod * 10, () => {
            this.#dampening = undefined;
            this.wake();
          });
  }

  /** RFC 8641, section 3.11.1: all that is missing; or everything; or that something is missing. */
  protected override resumed(): void {
    if (!this.#tables) this.#makeUp();
    else if (this.#onChange.syncOnStart) this.#isSyncDue = true;
    else this.#isLost = true;
  }

  #makeUp(): void {
    const pending: Change[] = [];
    treeEdits(this.#told, this.#base, (change) => pending.push(change));
    const wanted = pending.filter(({ operation }) => !this.#onChange.excluded.has(operation));
    if (wanted.length <= this.#sources.maxPendingChanges) {
      for (const edit of wanted) this.#edits.add(edit);
    } else if (this.#onChange.syncOnStart) this.#isSyncDue = true;
    else this.#isLost = true;
  }

  /** Another selection: it counts from now on, and with sync-on-start everything is sent first. */
  protected override selected(): void {
    this.#view = this.content.view;
    this.#base = this.#selectedNow();
    this.#told = this.#base;
    this.#edits.clear();
    this.#isSyncDue = this.#onChange.syncOnStart;
    this.#reselect();
  }

  protected override discard(): void {
    this.#edits.clear();
    this.#isLost = false;
  }

  protected override async release(): Promise<void> {
    this.#dampening?.cancel();
    await this.#tables?.close();
  }
}
