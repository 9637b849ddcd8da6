/**
 * The watch on one VM, shared by all who watch it: events go through the mirror and out as changes of
 * rows. While the VM is frozen they are held back; should it thaw, they follow.
 */
import type { TableChange, TableState } from '../../plane.ts';
import { keyText } from '../conntrack/entry.ts';
import type { Entry } from '../conntrack/entry.ts';
import type { ConntrackTable } from '../conntrack/table.ts';
import type { TableModel } from '../model/table-model.ts';
import { AddressSet } from '../../kit/netlink/address.ts';
import type { EventListener, EventStream } from './event-stream.ts';
import type { NatMaps } from '../nat/nat-maps.ts';
import type { Mapping } from '../nat/mapping.ts';
import { Mirror } from './mirror.ts';

/** Events held back while the mirror is filled or the VM is frozen; with more, watchers start again. */
const HELD_EVENTS = 1 << 20;

interface HeldEvent {
  readonly kind: 'set' | 'removed';
  readonly entry: Entry;
}

export interface VmWatchOptions {
  readonly model: TableModel;
  readonly table: ConntrackTable;
  readonly stream: EventStream;
  readonly addresses: readonly string[];
  /** Absent when mappings are not served. */
  readonly maps: NatMaps | undefined;
  /** There may be entries of which the kernel reports no change. */
  readonly silent: boolean;
  /** Up to so many sessions are reported once more with their last counters when the VM is frozen. */
  readonly finalCounters: number;
}

type OnChange = (change: TableChange) => void;

export class VmWatch implements EventListener {
  readonly addresses: readonly string[];
  readonly #model: TableModel;
  readonly #table: ConntrackTable;
  readonly #stream: EventStream;
  readonly #silent: boolean;
  readonly #maps: NatMaps | undefined;
  readonly #finalCounters: number;
  readonly #watchers = new Set<OnChange>();
  #mirror: Mirror;
  #started: Promise<void> | undefined;
  #filled: Promise<void> = Promise.resolve();
  #held: HeldEvent[] = [];
  #holding = true;
  #frozen = false;
  #stale = false;

  constructor(options: VmWatchOptions) {
    this.#model = options.model;
    this.#table = options.table;
    this.#stream = options.stream;
    this.#silent = options.silent;
    this.#maps = options.maps;
    this.#finalCounters = options.finalCounters;
    this.addresses = options.addresses;
    this.#mirror = new Mirror(options.model, options.addresses);
  }

  /** Resolves when the mirror shows the table and events keep it up to date. */
  start(frozen: boolean): Promise<void> {
    this.#started ??= this.#start(frozen);
    return this.#started;
  }

  async stop(): Promise<void> {
    this.#maps?.unsubscribe(this.#onMappings);
    await this.#stream.remove(this);
  }

  get watched(): boolean {
    return this.#watchers.size > 0;
  }

  add(onChange: OnChange): void {
    this.#watchers.add(onChange);
  }

  remove(onChange: OnChange): void {
    this.#watchers.delete(onChange);
  }

  /** Resolves when every change so far has been given to the watchers; none follows. */
  async freeze(): Promise<void> {
    if (this.#frozen) return;
    await this.#filled;
    const complete = await this.#stream.barrier();
    if (!complete) await this.#filled;
    if (this.#silent) await this.#compare();
    else await this.#reportCounters();
    await this.#lookAtMappings();
    this.#frozen = true;
    this.#holding = true;
  }

  thaw(): void {
    if (!this.#frozen) return;
    this.#frozen = false;
    if (this.#stale) this.lost();
    else this.#release();
  }

  /** Counts and digests of what the kernel has by now, or of what it had when the VM was frozen. */
  async states(): Promise<readonly TableState[]> {
    if (!this.#frozen) await this.#stream.barrier();
    await this.#filled;
    if (!this.#frozen) await this.#lookAtMappings();
    return this.#mirror.states();
  }

  set(entry: Entry): void {
    this.#take({ kind: 'set', entry });
  }

  removed(entry: Entry): void {
    this.#take({ kind: 'removed', entry });
  }

  /** Fills the mirror anew and tells the watchers to read again. A frozen VM's is complete already. */
  lost(): void {
    if (this.#frozen) {
      this.#stale = true;
      return;
    }
    this.#stale = false;
    this.#holding = true;
    this.#held = [];
    this.#mirror = new Mirror(this.#model, this.addresses);
    this.#filled = this.#fill();
    this.#filled.catch(() => undefined);
    this.#report({ kind: 'lost' });
  }

  async #start(frozen: boolean): Promise<void> {
    this.#frozen = frozen;
    await this.#stream.add(this);
    this.#filled = this.#fill();
    await this.#filled;
    this.#maps?.subscribe(this.#onMappings);
  }

  readonly #onMappings = (mappings: readonly Mapping[]): void => {
    if (this.#holding) return;
    for (const change of this.#mirror.setExplicit(mappings)) this.#report(change);
  };

  async #lookAtMappings(): Promise<void> {
    if (this.#maps) this.#onMappings(await this.#maps.read());
  }

  /**
   * Counters are not reported as they change. What the sessions have counted in the end follows now, when
   * there are not so many of them that the VM would have to wait for it.
   */
  async #reportCounters(): Promise<void> {
    if (this.#mirror.size > this.#finalCounters) return;
    for (const entry of await this.#table.getMany(this.#mirror.keys())) {
      for (const change of this.#mirror.count(entry)) this.#report(change);
    }
  }

  /**
   * Finds what changed without the kernel saying so. Packets are kept out by now, so the table stands
   * still but for what expires.
   */
  async #compare(): Promise<void> {
    const present = new Set<string>();
    const counting = this.#mirror.size <= this.#finalCounters;
    for await (const entries of this.#table.dump(new AddressSet(this.addresses))) {
      for (const entry of entries) {
        present.add(keyText(entry));
        const changes = counting ? this.#mirror.count(entry) : this.#mirror.set(entry);
        for (const change of changes) this.#report(change);
      }
    }
    for (const key of this.#mirror.beyond(present)) {
      for (const change of this.#mirror.removed(key)) this.#report(change);
    }
  }

  async #fill(): Promise<void> {
    const mirror = this.#mirror;
    for await (const entries of this.#table.dump(new AddressSet(this.addresses))) {
      // What the dump shows is known to whoever reads after the watch began: nothing to report.
      for (const entry of entries) mirror.set(entry);
    }
    if (this.#maps) mirror.setExplicit(await this.#maps.read());
    if (mirror === this.#mirror && !this.#frozen) this.#release();
  }

  #take(event: HeldEvent): void {
    if (!this.#holding) {
      this.#deliver(event);
      return;
    }
    if (this.#held.length < HELD_EVENTS) {
      this.#held.push(event);
      return;
    }
    this.#held = [];
    this.lost();
  }

  #release(): void {
    this.#holding = false;
    const held = this.#held;
    this.#held = [];
    for (const event of held) this.#deliver(event);
  }

  #deliver({ kind, entry }: HeldEvent): void {
    const changes = kind === 'set' ? this.#mirror.set(entry) : this.#mirror.removed(entry);
    for (const change of changes) this.#report(change);
  }

  #report(change: TableChange): void {
    for (const onChange of this.#watchers) onChange(change);
  }
}
