/**
 * What a watcher has been told of a VM's tables: enough to know what an event changes, to leave out what
 * changes nothing that is reported, and to have count and digest ready when the VM freezes.
 */
import { entryHash, TableDigest } from '../../../../src/sami/index.ts';
import { keyText, parseKeyText } from '../conntrack/entry.ts';
import type { Entry, EntryKey, ProtocolInfo } from '../conntrack/entry.ts';
import { MappingUse, mappingsOf } from '../model/nat-rows.ts';
import type { Mapping } from '../model/nat-rows.ts';
import type { TableModel } from '../model/table-model.ts';
import type { TableChange, TableState } from '../../plane.ts';

interface Known {
  /** Kept because the kernel's news of other changes leave it out. */
  readonly info: ProtocolInfo | undefined;
  readonly mappings: readonly Mapping[];
  readonly high: number;
  readonly low: number;
}

const NO_MAPPINGS: readonly Mapping[] = [];

export class Mirror {
  readonly #model: TableModel;
  readonly #owns: (address: string) => boolean;
  readonly #known = new Map<string, Known>();
  readonly #uses = new MappingUse();
  readonly #sessions = new TableDigest();
  readonly #mappings = new TableDigest();

  constructor(model: TableModel, addresses: readonly string[]) {
    this.#model = model;
    const own = new Set(addresses);
    this.#owns = (address) => own.has(address);
  }

  /** Takes the present value of an entry; returns the changes to report. */
  set(entry: Entry): readonly TableChange[] {
    const key = keyText(entry);
    const known = this.#known.get(key);
    const complete = entry.info || !known?.info ? entry : { ...entry, info: known.info };
    const row = this.#model.session.toRow(complete);
    const hash = entryHash(row);
    if (known && known.high === hash.high && known.low === hash.low) return [];
    if (known) this.#sessions.remove(known);
    this.#sessions.add(hash);
    const mappings = known?.mappings ?? this.#mappingsOf(entry);
    this.#known.set(key, { info: complete.info, mappings, high: hash.high, low: hash.low });
    const change: TableChange = { kind: 'set', list: this.#model.session.list, row };
    return known ? [change] : [change, ...this.#useMappings(mappings)];
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

  #mappingsOf(entry: Entry): readonly Mapping[] {
    if (!this.#model.nat) return NO_MAPPINGS;
    const mappings = mappingsOf(entry, this.#owns);
    return mappings.length === 0 ? NO_MAPPINGS : mappings;
  }

  #useMappings(mappings: readonly Mapping[]): readonly TableChange[] {
    const { nat } = this.#model;
    if (!nat) return [];
    return mappings
      .filter((mapping) => this.#uses.add(mapping))
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
      .filter((mapping) => this.#uses.remove(mapping))
      .map((mapping) => {
        this.#mappings.remove(this.#model.hashOf(mapping));
        return { kind: 'remove', list: nat.list, row: nat.toRow(mapping) };
      });
  }
}
