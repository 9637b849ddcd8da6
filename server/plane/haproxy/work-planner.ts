/** What the edits of a VM's entries mean for HAProxy's stick tables. */
import type { Branch } from '../../../src/data/index.ts';
import type { RowEdit, TableEdit, VmEdit } from '../kit/driver.ts';
import { vmAddresses } from '../../../src/sami/index.ts';
import { needed } from './device.ts';
import type { HaproxyDevice } from './device.ts';
import { groupName, groupsOf, wantedShape } from './groups.ts';
import type { NameMapping, StickyGroup } from './groups.ts';
import { arriving, departing } from './merge.ts';
import type { EntryWrite } from './merge.ts';
import { contentOf, serverOf } from './rows.ts';
import type { RowContent } from './rows.ts';
import type { Servers } from './servers.ts';
import type { TableShape } from './table-shape.ts';
import type { Entry } from './table-text.ts';
import type { TableWork } from './writer.ts';

/** Work, and what has to be remembered once it is done. */
export interface Plan {
  readonly works: readonly TableWork[];
  commit(): void;
}

/** An entry that came where there was one already, to be taken apart again if the move is rolled back. */
interface Brought {
  readonly content: RowContent;
  readonly earlier: Entry;
}

interface GroupWork {
  readonly id: string;
  /** Addresses of the VM. */
  readonly addresses: ReadonlySet<string>;
  readonly group: StickyGroup;
  readonly shape: TableShape;
  readonly servers: Servers;
  readonly present: ReadonlyMap<string, Entry>;
  /** Whether the VM leaves standby, so that nothing of its rows is in HAProxy. */
  readonly arrives: boolean;
  readonly notes: (() => void)[];
}

export class WorkPlanner {
  readonly #device: HaproxyDevice;
  readonly #mapping: NameMapping;
  /** By VM, and table and client. */
  readonly #brought = new Map<string, Map<string, Brought>>();

  constructor(device: HaproxyDevice, mapping: NameMapping) {
    this.#device = device;
    this.#mapping = mapping;
  }

  /** Throws {@link HaproxyError} when HAProxy cannot be asked, or has lost a table. */
  async plan(edits: readonly VmEdit[]): Promise<Plan> {
    const works: TableWork[] = [];
    const notes: (() => void)[] = [];
    let servers: Servers | undefined;
    for (const edit of edits) {
      for (const table of edit.tables.filter(touchesHaproxy(edit))) {
        servers ??= await this.#device.servers();
        works.push(...(await this.#worksOf(edit, table, servers, notes)));
      }
      if (!edit.after) notes.push(() => this.#brought.delete(edit.id));
    }
    return {
      works,
      commit: () => {
        for (const note of notes) note();
      },
    };
  }

  /** What a VM brought is its own now. */
  settle(id: string): void {
    this.#brought.delete(id);
  }

  async #worksOf(
    edit: VmEdit,
    { set, remove }: TableEdit,
    servers: Servers,
    notes: (() => void)[],
  ): Promise<readonly TableWork[]> {
    const { id, before, after, modeBefore, mode } = edit;
    const goes = mode === 'standby' || after === undefined;
    const leaving = goes ? [...set.flatMap((row) => row.before ?? []), ...remove] : remove;
    const coming = goes ? [] : set;
    const works: TableWork[] = [];
    const vms = [after, before].flatMap((vm) => vm ?? []);
    const addresses = new Set(vms.flatMap((vm) => vmAddresses(vm)));
    for (const group of this.#groupsOf(vms)) {
      const rows = coming.filter((row) => groupName(row.after) === group.name);
      const gone = leaving.filter((row) => groupName(row) === group.name).map(contentOf);
      if (rows.length === 0 && gone.length === 0) continue;
      const found = await this.#device.shape(group.table, wantedShape(group).keyLength);
      if (!found && rows.length === 0) continue;
      const shape = needed(found, `stick table "${group.table}"`);
      const clients = [...rows.map((row) => contentOf(row.after)), ...gone];
      const present = await this.#device.present(
        shape,
        clients.map(({ client }) => client),
      );
      const context = { id, addresses, group, shape, servers, present, notes };
      works.push(this.#workOf({ ...context, arrives: modeBefore === 'standby' }, rows, gone));
    }
    return works;
  }

  /** The groups of a VM before and after; as they are after where they are in both. */
  #groupsOf(vms: readonly Branch[]): Iterable<StickyGroup> {
    const groups = new Map<string, StickyGroup>();
    for (const group of vms.flatMap((vm) => groupsOf(vm, this.#mapping))) {
      if (!groups.has(group.name)) groups.set(group.name, group);
    }
    return groups.values();
  }

  #workOf(work: GroupWork, rows: readonly RowEdit[], gone: readonly RowContent[]): TableWork {
    const taken = gone.map((content) => this.#take(work, content));
    return {
      shape: work.shape,
      writes: [
        ...rows.map((row) => this.#bring(work, row)),
        ...taken.flatMap(({ write }) => write ?? []),
      ],
      clears: taken.flatMap(({ clear }) => clear ?? []),
    };
  }

  #bring(work: GroupWork, { before, after }: RowEdit): EntryWrite {
    const { group, shape, servers, arrives } = work;
    const content = contentOf(after);
    const present = work.present.get(content.client);
    const { serverAddress: address, serverPort } = content;
    const server =
      address === undefined ? undefined : servers.at(group.backend, address, serverPort);
    if (arrives && present) {
      work.notes.push(() => {
        this.#remember(work, { content, earlier: present });
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

  #remember({ id, group }: GroupWork, brought: Brought): void {
    const ofVm = this.#brought.get(id) ?? new Map<string, Brought>();
    this.#brought.set(id, ofVm.set(keyOf(group, brought.content), brought));
  }

  #take(
    work: GroupWork,
    content: RowContent,
  ): { readonly write?: EntryWrite; readonly clear?: Entry } {
    const { id, group, shape } = work;
    const key = keyOf(group, content);
    const brought = this.#brought.get(id)?.get(key);
    work.notes.push(() => this.#brought.get(id)?.delete(key));
    const entry = work.present.get(content.client);
    if (!entry) return {};
    if (brought) return { write: departing(shape, brought.content, brought.earlier, entry) };
    return isForeign(work, entry) ? {} : { clear: entry };
  }
}

/** Whether a client has been given the server of another VM since its entry was read. */
function isForeign({ addresses, group, servers }: GroupWork, entry: Entry): boolean {
  const server = serverOf(entry, group, servers);
  return (
    server !== undefined && !addresses.has(server.address) && !addresses.has(group.virtualAddress)
  );
}

function keyOf({ table }: StickyGroup, { client }: RowContent): string {
  return `${table} ${client}`;
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
