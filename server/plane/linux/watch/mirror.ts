/**
 * What a watcher has been told of a VM's tables: enough to know what an event changes, to leave out what
 * changes nothing that is reported, and to have count and digest ready when the VM freezes.
 */
import { entryHash, TableDigest } from '../../../../src/sami/index.ts';
import { keyText } from '../conntrack/entry.ts';
import type { Entry, ProtocolInfo } from '../conntrack/entry.ts';
import { MappingUse, mappingsOf } from '../model/nat-rows.ts';
import type { TableModel } from '../model/table-model.ts';
import type { TableChange, TableState } from '../../plane.ts';

interface Known {
  /** Kept because the kernel's news of other changes leave it out. */
  readonly info: ProtocolInfo | undefined;
  readonly high: number;
  readonly low: number;
}

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
    this.#known.set(key, { info: complete.info, high: hash.high, low: hash.low });
    const change: TableChange = { kind: 'set', list: this.#model.session.list, row };
    return known ? [change] : [change, ...this.#useMappings(entry)];
  }

  removed(entry: Entry): readonly TableChange[] {
    const key = keyText(entry);
    const known = this.#known.get(key);
    if (!known) return [];
    this.#known.delete(key);
    this.#sessions.remove(known);
    const { session } = this.#model;
    const row = session.toKeyRow(entry);
    return [{ kind: 'remove', list: session.list, row }, ...this.#releaseMappings(entry)];
  }

  states(): readonly TableState[] {
    return this.#model.states(this.#sessions, this.#mappings);
  }

  #useMappings(entry: Entry): readonly TableChange[] {
    const { nat } = this.#model;
    if (!nat) return [];
    return mappingsOf(entry, this.#owns)
      .filter((mapping) => this.#uses.add(mapping))
      .map((mapping) => {
        const row = nat.toRow(mapping);
        this.#mappings.add(entryHash(row));
        return { kind: 'set', list: nat.list, row };
      });
  }

  #releaseMappings(entry: Entry): readonly TableChange[] {
    const { nat } = this.#model;
    if (!nat) return [];
    return mappingsOf(entry, this.#owns)
      .filter((mapping) => this.#uses.remove(mapping))
      .map((mapping) => {
        this.#mappings.remove(this.#model.hashOf(mapping));
        return { kind: 'remove', list: nat.list, row: nat.toRow(mapping) };
      });
  }
}
