/**
 * What a watcher has been told of a VM's tables: enough to know what an event changes, to leave out what
 * changes nothing that is reported, and to have count and digest ready when the VM freezes.
 */
import type { Branch } from '../../../../src/data/index.ts';
import { entryHash, TableDigest } from '../../../../src/sami/index.ts';
import type { EntryHash } from '../../../../src/sami/index.ts';
import { keyText, parseKeyText } from '../conntrack/entry.ts';
import type { Entry, EntryKey, ProtocolInfo } from '../conntrack/entry.ts';
import { MappingUse, mappingsOf } from '../model/nat-rows.ts';
import { mappingKey } from '../nat/mapping.ts';
import type { Mapping } from '../nat/mapping.ts';
import type { TableModel } from '../model/table-model.ts';
import type { TableChange, TableState } from '../../plane.ts';

interface Known {
  /** These are kept because the kernel's news of other changes leave them out. */
  readonly info: ProtocolInfo | undefined;
  readonly helper: string | undefined;
  readonly labels: string | undefined;
  /** Packets of both directions when it was last read; undefined when it never was. */
  readonly packets: number | undefined;
  readonly mappings: readonly Mapping[];
  readonly high: number;
  readonly low: number;
}

interface Explicit {
  readonly row: Branch;
  readonly hash: EntryHash;
}

const NO_MAPPINGS: readonly Mapping[] = [];

export class Mirror {
  readonly #model: TableModel;
  readonly #owns: (address: string) => boolean;
  readonly #known = new Map<string, Known>();
  readonly #uses = new MappingUse();
  /** Mappings of their own. One that sessions use as well is not reported twice. */
  readonly #explicit = new Map<string, Explicit>();
  readonly #sessions = new TableDigest();
  readonly #mappings = new TableDigest();

  constructor(model: TableModel, addresses: readonly string[]) {
    this.#model = model;
    const own = new Set(addresses);
    this.#owns = (address) => own.has(address);
  }

  /** Number of sessions. */
  get size(): number {
    return this.#known.size;
  }

  keys(): readonly EntryKey[] {
    return [...this.#known.keys()].map(parseKeyText);
  }

  /** Takes the present value of an entry; returns the changes to report. */
  set(entry: Entry): readonly TableChange[] {
    const key = keyText(entry);
    const known = this.#known.get(key);
    const complete = known ? completed(entry, known) : entry;
    const row = this.#model.session.toRow(complete);
    const hash = entryHash(row);
    if (known && known.high === hash.high && known.low === hash.low) return [];
    if (known) this.#sessions.remove(known);
    this.#sessions.add(hash);
    const mappings = known?.mappings ?? this.#mappingsOf(entry);
    const { info, helper, labels } = complete;
    const packets = packetsOf(entry) ?? known?.packets;
    const { high, low } = hash;
    this.#known.set(key, { info, helper, labels, packets, mappings, high, low });
    const change: TableChange = { kind: 'set', list: this.#model.session.list, row };
    return known ? [change] : [change, ...this.#useMappings(mappings)];
  }

  /** As {@link set}, for an entry that has just been read: it is also reported for what it has counted. */
  count(entry: Entry): readonly TableChange[] {
    const changes = this.set(entry);
    const key = keyText(entry);
    const known = this.#known.get(key);
    const packets = packetsOf(entry);
    if (!known || changes.length > 0 || packets === undefined) return changes;
    if (packets === (known.packets ?? 0)) return changes;
    this.#known.set(key, { ...known, packets });
    const { session } = this.#model;
    return [{ kind: 'set', list: session.list, row: session.toRow(entry) }];
  }

  /** Takes all mappings that the maps hold now; returns the changes to report. */
  setExplicit(mappings: readonly Mapping[]): readonly TableChange[] {
    const { nat } = this.#model;
    if (!nat) return [];
    const changes: TableChange[] = [];
    const gone = new Set(this.#explicit.keys());
    for (const mapping of mappings) {
      if (!this.#owns(mapping.internal)) continue;
      const key = mappingKey(mapping);
      gone.delete(key);
      const row = nat.toRow(mapping);
      const hash = entryHash(row);
      const known = this.#explicit.get(key)?.hash ?? this.#implicitHash(key);
      this.#explicit.set(key, { row, hash });
      if (known && known.high === hash.high && known.low === hash.low) continue;
      if (known) this.#mappings.remove(known);
      this.#mappings.add(hash);
      changes.push({ kind: 'set', list: nat.list, row });
    }
    for (const key of gone) {
      const known = this.#explicit.get(key);
      if (!known) continue;
      this.#explicit.delete(key);
      this.#mappings.remove(known.hash);
      const implicit = this.#uses.get(key);
      if (implicit) this.#mappings.add(this.#model.hashOf(implicit));
      changes.push(
        implicit
          ? { kind: 'set', list: nat.list, row: nat.toRow(implicit) }
          : { kind: 'remove', list: nat.list, row: known.row },
      );
    }
    return changes;
  }

  removed(key: EntryKey): readonly TableChange[] {
    const text = keyText(key);
    const known = this.#known.get(text);
    if (!known) return [];
    this.#known.delete(text);
    this.#sessions.remove(known);
    const { session } = this.#model;
    const change: TableChange = {
      kind: 'remove',
      list: session.list,
      row: session.toKeyRow(key),
    };
    return [change, ...this.#releaseMappings(known.mappings)];
  }

  /** The entries that are known beyond those of `present`, which has texts of keys. */
  beyond(present: ReadonlySet<string>): readonly EntryKey[] {
    return [...this.#known.keys()].filter((text) => !present.has(text)).map(parseKeyText);
  }

  states(): readonly TableState[] {
    return this.#model.states(this.#sessions, this.#mappings);
  }

  #implicitHash(key: string): EntryHash | undefined {
    const implicit = this.#uses.get(key);
    return implicit && this.#model.hashOf(implicit);
  }

  #mappingsOf(entry: Entry): readonly Mapping[] {
    if (!this.#model.nat) return NO_MAPPINGS;
    const mappings = mappingsOf(entry, this.#owns);
    return mappings.length === 0 ? NO_MAPPINGS : mappings;
  }

  #useMappings(mappings: readonly Mapping[]): readonly TableChange[] {
    const { nat } = this.#model;
    if (!nat) return [];
    return mappings
      .filter((mapping) => this.#uses.add(mapping) && !this.#explicit.has(mappingKey(mapping)))
      .map((mapping) => {
        const row = nat.toRow(mapping);
        this.#mappings.add(entryHash(row));
        return { kind: 'set', list: nat.list, row };
      });
  }

  #releaseMappings(mappings: readonly Mapping[]): readonly TableChange[] {
    const { nat } = this.#model;
    if (!nat) return [];
    return mappings
      .filter((mapping) => this.#uses.remove(mapping) && !this.#explicit.has(mappingKey(mapping)))
      .map((mapping) => {
        this.#mappings.remove(this.#model.hashOf(mapping));
        return { kind: 'remove', list: nat.list, row: nat.toRow(mapping) };
      });
  }
}

/** The entry with what the kernel's news of other changes leave out. */
function completed(entry: Entry, { info, helper, labels }: Known): Entry {
  if (entry.info && !helper && !labels) return entry;
  return {
    ...entry,
    info: entry.info ?? info,
    helper: entry.helper ?? helper,
    labels: entry.labels ?? labels,
  };
}

/** Packets of both directions; undefined where they were not read. */
function packetsOf({ originalCounters, replyCounters }: Entry): number | undefined {
  if (!originalCounters && !replyCounters) return undefined;
  return Number(originalCounters?.packets ?? 0) + Number(replyCounters?.packets ?? 0);
}
