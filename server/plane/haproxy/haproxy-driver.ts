/** Stickiness on HAProxy: groups are its stick tables, entries are theirs. */
import { DataList } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import { invalidValue } from '../../../src/error/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import { vmId } from '../../../src/sami/index.ts';
import type { Clock } from '../../../src/util/index.ts';
import type { Logger } from '../../logger.ts';
import { SerialQueue } from '../../serial-queue.ts';
import type { TableSchema } from '../kit/catalog.ts';
import type { RowEdit, TableDriver, TableEdit, VmEdit } from '../kit/driver.ts';
import { fieldsOf } from '../kit/fields.ts';
import { ownerOf } from '../kit/ownership.ts';
import { rowPath } from '../kit/paths.ts';
import type { KindSupport } from '../plane.ts';
import { addressesOf, checkGroup } from './check-group.ts';
import { checkPresent, checkRoom, checkRow } from './check-rows.ts';
import type { RowsToCheck } from './check-rows.ts';
import { Deadlines } from './deadlines.ts';
import { HaproxyDevice, needed } from './device.ts';
import type { PeersOption } from './device.ts';
import { groupOf, groupsOf, wantedShape } from './groups.ts';
import type { NameMapping, StickyGroup } from './groups.ts';
import { arriving, departing } from './merge.ts';
import type { EntryWrite } from './merge.ts';
import { contentOf, rowOf, serverOf } from './rows.ts';
import type { RowContent } from './rows.ts';
import type { Servers } from './servers.ts';
import type { TableShape } from './table-shape.ts';
import type { Entry } from './table-text.ts';
import { Writer } from './writer.ts';
import type { TableWork } from './writer.ts';

export const HAPROXY_KINDS = ['sticky-group', 'sticky'] as const;

export interface HaproxyDriverOptions {
  /** Path of the UNIX socket of the Runtime API, with level admin. */
  readonly socket: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Kinds to serve; both when absent. */
  readonly kinds?: readonly string[];
  readonly mapping?: NameMapping;
  readonly peers?: PeersOption | undefined;
}

/** An entry that came where there was one already, to be taken apart again if the move is rolled back. */
interface Brought {
  readonly content: RowContent;
  readonly earlier: Entry;
}

export class HaproxyDriver implements TableDriver {
  readonly name = 'haproxy';
  readonly kinds: readonly string[];
  readonly #device: HaproxyDevice;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #mapping: NameMapping;
  readonly #deadlines: Deadlines;
  readonly #writer: Writer;
  /** By VM, and table and client. */
  readonly #brought = new Map<string, Map<string, Brought>>();
  /** Entries of VMs in standby, which HAProxy must have room for, by VM and stick table. */
  readonly #awaited = new Map<string, ReadonlyMap<string, number>>();
  /** Changes of HAProxy's tables, one after the other. */
  readonly #changes = new SerialQueue();
  #process: string | undefined;
  #changed: () => void = () => undefined;

  constructor({ socket, clock, logger, kinds, mapping, peers }: HaproxyDriverOptions) {
    this.kinds = kinds ?? HAPROXY_KINDS;
    this.#device = new HaproxyDevice(socket, peers);
    this.#clock = clock;
    this.#logger = logger;
    this.#mapping = mapping ?? { tables: new Map(), backends: new Map() };
    this.#deadlines = new Deadlines(clock, (table, clients) =>
      this.#changes.run(() => this.#sweep(table, clients)),
    );
    this.#writer = new Writer(this.#device, clock, this.#deadlines);
  }

  /** Nothing is set up: tables are HAProxy's configuration, and entries are its own. */
  async open(edits: readonly VmEdit[]): Promise<void> {
    this.#process = await this.#device.identify();
    for (const { id, after, mode } of edits) {
      if (after && mode === 'standby') this.#awaited.set(id, this.#awaitedBy(after));
    }
  }

  support(): Promise<readonly KindSupport[]> {
    const keys = [
      'ipv4',
      'ipv6',
      'string',
      'integer',
      ...(this.#device.hasPeers ? ['binary'] : []),
    ];
    const data = ['counters', 'rates', 'tags', ...(this.#device.hasPeers ? ['arrays'] : [])];
    const features: Readonly<Record<string, readonly string[]>> = {
      'sticky-group': ['existing-tables'],
      sticky: [...keys, ...data],
    };
    return Promise.resolve(
      this.kinds.map((kind) => ({ kind, limit: undefined, features: features[kind] ?? [] })),
    );
  }

  async *read(vm: Branch, table: TableSchema): AsyncIterable<readonly Branch[]> {
    const groups = groupsOf(vm, this.#mapping);
    if (table.kind.name !== 'sticky' || groups.length === 0) return;
    await this.#noteProcess();
    const servers = await this.#device.servers();
    const owner = ownerOf(vm);
    for (const group of groups) {
      const now = this.#clock.now();
      let unreadable = 0;
      for await (const batch of this.#device.entries(group.table)) {
        const rows: Branch[] = [];
        for (const entry of batch) {
          const left = this.#deadlines.left(group.table, entry, now);
          const row = rowOf(table.list, entry, group, serverOf(entry, group, servers), left);
          if (!row) unreadable += 1;
          else if (!owner.violation(row)) rows.push(row);
        }
        if (rows.length > 0) yield rows;
      }
      if (unreadable > 0) {
        const fields = { plane: this.name, vm: vmId(vm), table: group.table, entries: unreadable };
        this.#logger.log('warning', 'haproxy-keys-not-text', fields);
      }
    }
  }

  async check(edits: readonly VmEdit[]): Promise<readonly RpcError[]> {
    if (!edits.some(({ after, tables }) => after && tables.length > 0)) return [];
    await this.#noteProcess();
    const servers = await this.#device.servers();
    const errors: RpcError[] = [];
    for (const edit of edits) errors.push(...(await this.#checkVm(edit, servers)));
    return errors;
  }

  apply(edits: readonly VmEdit[]): Promise<void> {
    return this.#changes.run(() => this.#apply(edits));
  }

  settle(vms: readonly Branch[]): Promise<void> {
    for (const vm of vms) this.#brought.delete(vmId(vm));
    return Promise.resolve();
  }

  onChange(changed: () => void): void {
    this.#changed = changed;
  }

  close(): Promise<void> {
    this.#deadlines.close();
    return Promise.resolve();
  }

  async #apply(edits: readonly VmEdit[]): Promise<void> {
    const works: TableWork[] = [];
    const notes: (() => void)[] = [];
    let servers: Servers | undefined;
    for (const edit of edits) {
      for (const table of edit.tables.filter(touchesHaproxy(edit))) {
        servers ??= await this.#device.servers();
        works.push(...(await this.#workOf(edit, table, servers, notes)));
      }
    }
    await this.#writer.run(works);
    for (const note of notes) note();
    for (const { id, after, mode } of edits) {
      if (!after) this.#brought.delete(id);
      this.#awaited.delete(id);
      if (after && mode === 'standby') this.#awaited.set(id, this.#awaitedBy(after));
    }
  }

  /** Entries that a VM in standby is going to have, by stick table. */
  #awaitedBy(vm: Branch): ReadonlyMap<string, number> {
    const tables = new Map(groupsOf(vm, this.#mapping).map(({ name, table }) => [name, table]));
    const counts = new Map<string, number>();
    for (const row of stickyRows(vm)) {
      const table = tables.get(groupName(row)) ?? '';
      counts.set(table, (counts.get(table) ?? 0) + 1);
    }
    return counts;
  }

  /** Another process has empty tables, or those that its predecessor has taught it. */
  async #noteProcess(): Promise<void> {
    const process = await this.#device.identify();
    if (process === this.#process) return;
    const fields = { plane: this.name, before: this.#process, after: process };
    this.#logger.log('warning', 'haproxy-restarted', fields);
    this.#process = process;
  }

  async #checkVm(edit: VmEdit, servers: Servers): Promise<readonly RpcError[]> {
    const { after, tables } = edit;
    if (!after) return [];
    const errors: RpcError[] = [];
    for (const { table, set } of tables) {
      if (table.kind.name === 'sticky-group') {
        for (const { after: row } of set) {
          const group = groupOf(row, this.#mapping);
          const shape = await this.#shapeOf(group);
          errors.push(...checkGroup(after, group, shape, servers));
        }
      } else errors.push(...(await this.#checkRows(edit, after, table, set, servers)));
    }
    return errors;
  }

  async #checkRows(
    { id, modeBefore, mode }: VmEdit,
    vm: Branch,
    { list }: TableSchema,
    set: readonly RowEdit[],
    servers: Servers,
  ): Promise<readonly RpcError[]> {
    // A VM that returns to standby brings nothing: what it has goes out of HAProxy.
    if (mode === 'standby' && modeBefore !== undefined && modeBefore !== 'standby') return [];
    const arrives = modeBefore === 'standby' || mode === 'standby';
    const errors: RpcError[] = [];
    const { byGroup, lost } = this.#byGroup(vm, set);
    for (const { after } of lost) errors.push(noGroup(vm, after));
    for (const [group, edits] of byGroup) {
      const shape = await this.#shapeOf(group);
      // Said of the group.
      if (!shape) continue;
      const isPeer = (await this.#device.peerAddress(group.table)) !== undefined;
      const rows: RowsToCheck = { vm, addresses: addressesOf(vm), group, shape, servers, isPeer };
      const wrong = edits.flatMap(({ after }) => checkRow(rows, after));
      errors.push(...wrong);
      if (wrong.length > 0) continue;
      const clients = edits.map(({ after }) => contentOf(after).client);
      const present = await this.#device.present(shape, clients);
      for (const [index, row] of edits.entries()) {
        const before = arrives ? undefined : row.before;
        const entry = present.get(clients[index] ?? '');
        errors.push(...checkPresent(rows, { before, after: row.after }, entry));
      }
      const used = (await this.#device.head(group.table))?.used ?? 0;
      const held = this.#awaitedByOthers(id, group.table);
      errors.push(...checkRoom(rows, list, clients.length - present.size, used + held));
    }
    return errors;
  }

  #awaitedByOthers(id: string, table: string): number {
    let sum = 0;
    for (const [vm, counts] of this.#awaited) if (vm !== id) sum += counts.get(table) ?? 0;
    return sum;
  }

  #shapeOf(group: StickyGroup): Promise<TableShape | undefined> {
    return this.#device.shape(group.table, wantedShape(group).keyLength);
  }

  #byGroup(
    vm: Branch,
    set: readonly RowEdit[],
  ): { byGroup: ReadonlyMap<StickyGroup, readonly RowEdit[]>; lost: readonly RowEdit[] } {
    const groups = new Map(groupsOf(vm, this.#mapping).map((group) => [group.name, group]));
    const byGroup = new Map<StickyGroup, RowEdit[]>();
    const lost: RowEdit[] = [];
    for (const edit of set) {
      const group = groups.get(groupName(edit.after));
      if (!group) lost.push(edit);
      else {
        const edits = byGroup.get(group);
        if (edits) edits.push(edit);
        else byGroup.set(group, [edit]);
      }
    }
    return { byGroup, lost };
  }

  /** What an edit of `sticky` means for each stick table. */
  async #workOf(
    edit: VmEdit,
    { set, remove }: TableEdit,
    servers: Servers,
    notes: (() => void)[],
  ): Promise<readonly TableWork[]> {
    const { id, before, after, modeBefore, mode } = edit;
    const goes = mode === 'standby' || after === undefined;
    const leaving = goes ? [...set.map((row) => row.before ?? row.after), ...remove] : remove;
    const coming = goes ? [] : set;
    const works: TableWork[] = [];
    const vms = [after, before].flatMap((vm) => vm ?? []);
    const groups = new Map(
      vms.flatMap((vm) => groupsOf(vm, this.#mapping)).map((group) => [group.name, group]),
    );
    for (const group of groups.values()) {
      const rows = coming.filter((row) => groupName(row.after) === group.name);
      const gone = leaving.filter((row) => groupName(row) === group.name).map(contentOf);
      if (rows.length === 0 && gone.length === 0) continue;
      const shape = await this.#shapeOf(group);
      if (!shape && rows.length === 0) continue;
      const known = needed(shape, `stick table "${group.table}"`);
      const clients = [
        ...rows.map(({ after: row }) => contentOf(row).client),
        ...gone.map(({ client }) => client),
      ];
      const present = await this.#device.present(known, clients);
      const context = { id, group, shape: known, servers, present, notes };
      const taken = gone.map((content) => this.#take(context, content));
      works.push({
        shape: known,
        writes: [
          ...rows.map((row) => this.#bring(context, row, modeBefore === 'standby')),
          ...taken.flatMap(({ write }) => write ?? []),
        ],
        clears: taken.flatMap(({ clear }) => clear ?? []),
      });
    }
    return works;
  }

  #bring(
    { id, group, shape, servers, present: entries, notes }: WorkContext,
    { before, after }: RowEdit,
    arrives: boolean,
  ): EntryWrite {
    const content = contentOf(after);
    const present = entries.get(content.client);
    const { serverAddress, serverPort } = content;
    const server =
      serverAddress === undefined
        ? undefined
        : servers.at(group.backend, serverAddress, serverPort);
    const key = `${group.table} ${content.client}`;
    if (arrives && present) {
      notes.push(() => {
        const brought = this.#brought.get(id) ?? new Map<string, Brought>();
        this.#brought.set(id, brought.set(key, { content, earlier: present }));
      });
    }
    const leadsElsewhere =
      present?.serverKey !== undefined &&
      server !== undefined &&
      servers.byKey(group.backend, present.serverKey)?.id !== server.id;
    return arriving(shape, {
      after: content,
      before: arrives || !before ? undefined : contentOf(before),
      present,
      serverId: server?.id,
      anew: leadsElsewhere,
    });
  }

  #take(
    { id, group, shape, present, notes }: WorkContext,
    content: RowContent,
  ): { write?: EntryWrite; clear?: Entry } {
    const entry = present.get(content.client);
    const key = `${group.table} ${content.client}`;
    const brought = this.#brought.get(id)?.get(key);
    notes.push(() => this.#brought.get(id)?.delete(key));
    if (!entry) return {};
    if (!brought) return { clear: entry };
    return { write: departing(shape, brought.content, brought.earlier, entry) };
  }

  /** The time of these entries is over, unless their clients have come again. */
  async #sweep(table: string, clients: readonly string[]): Promise<void> {
    try {
      const shape = await this.#device.shape(table);
      if (!shape) return;
      const now = this.#clock.now();
      const entries = [...(await this.#device.present(shape, clients)).values()];
      const over = entries.filter((entry) => this.#deadlines.current(table, entry, now));
      await this.#writer.clear(shape, over);
      this.#changed();
    } catch (error) {
      this.#logger.log('error', 'haproxy-sweep-failed', { plane: this.name, table, error });
    }
  }
}

interface WorkContext {
  readonly id: string;
  readonly group: StickyGroup;
  readonly shape: TableShape;
  readonly servers: Servers;
  readonly present: ReadonlyMap<string, Entry>;
  readonly notes: (() => void)[];
}

/**
 * Entries of a VM in standby are not in HAProxy, where they would age and clients would be led by them.
 * After a restart it may have some, which `remove` names without any change of the configuration.
 */
function touchesHaproxy({ before, after, modeBefore, mode }: VmEdit): (edit: TableEdit) => boolean {
  const wasAway = modeBefore === undefined || modeBefore === 'standby';
  const staysAway = wasAway && (mode === 'standby' || mode === undefined) && before !== after;
  return ({ table, set, remove }) =>
    table.kind.name === 'sticky' && !staysAway && set.length + remove.length > 0;
}

function groupName(row: Branch): string {
  return fieldsOf(row.schema).text(row, 'group') ?? '';
}

function stickyRows(vm: Branch): Iterable<Branch> {
  const sticky = fieldsOf(vm.schema).branch(vm, 'sticky');
  const list = sticky && fieldsOf(sticky.schema).get(sticky, 'sticky-connection');
  return list instanceof DataList ? list : [];
}

function noGroup(vm: Branch, row: Branch): RpcError {
  const message = `the VM has no sticky group "${groupName(row)}"`;
  const path = rowPath(vm, row);
  return invalidValue(message, { type: 'application', path, appTag: 'no-such-group' });
}
