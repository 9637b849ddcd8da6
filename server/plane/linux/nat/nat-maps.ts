/**
 * The explicit NAT mappings that the kernel applies to new connections: the maps of `sami-nat`. They stay
 * when the server ends, and are read again when it starts; with the last mapping the tables go.
 */
import type { Clock, Timer } from '../../../../src/util/index.ts';
import type { Launcher } from '../../kit/launcher.ts';
import { ToolError } from '../../kit/launcher.ts';
import { listed, NftTool } from '../../kit/nft-tool.ts';
import { SerialQueue } from '../../../serial-queue.ts';
import { mappingKey } from './mapping.ts';
import type { Mapping } from './mapping.ts';
import {
  addElement,
  deleteElement,
  destinationElement,
  elementName,
  emptyTable,
  familyOf,
  mappingOf,
  NAT_FAMILIES,
  NAT_TABLE,
  readMaps,
  sourceElements,
} from './nat-ruleset.ts';
import type { MapElement, NatFamily } from './nat-ruleset.ts';

/** Mappings that change together. */
export interface MappingChanges {
  readonly remove: readonly Mapping[];
  /** Takes the place of what has the same key. */
  readonly set: readonly Mapping[];
}

type Listener = (mappings: readonly Mapping[]) => void;
/** Elements by family; undefined where the table is not there. */
type Tables = ReadonlyMap<NatFamily, readonly MapElement[] | undefined>;

/** How often the maps are looked at while somebody watches: others may change them, and mappings end. */
const POLL_MS = 1000;
/** An element may run out between reading and removing it; then the transaction is made anew. */
const ATTEMPTS = 3;

export class NatMaps {
  readonly #nft: NftTool;
  readonly #clock: Clock;
  readonly #listeners = new Set<Listener>();
  /** Changes, one after the other: each works from what it has read. */
  readonly #changes = new SerialQueue();
  #timer: Timer | undefined;

  constructor(launcher: Launcher, clock: Clock) {
    this.#nft = new NftTool(launcher);
    this.#clock = clock;
  }

  /** All mappings, of whatever VM. */
  async read(): Promise<readonly Mapping[]> {
    return mappingsIn(await this.#tables());
  }

  /** Makes the changes in one transaction, and tells the listeners. */
  change(changes: MappingChanges): Promise<void> {
    const { remove, set } = changes;
    if (remove.length === 0 && set.length === 0) return Promise.resolve();
    return this.#changes.run(() => this.#change(changes));
  }

  /** Calls `listener` with all mappings from time to time, and after each change, until it is removed. */
  subscribe(listener: Listener): void {
    this.#listeners.add(listener);
    this.#timer ??= this.#schedule();
  }

  unsubscribe(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  close(): void {
    this.#listeners.clear();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  async #change(changes: MappingChanges): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const tables = await this.#tables();
        const texts = NAT_FAMILIES.map((family) =>
          transaction(family, tables.get(family), ofFamily(changes, family)),
        );
        await this.#nft.commit(texts.join(''));
        break;
      } catch (error) {
        if (!(error instanceof ToolError) || attempt === ATTEMPTS) throw error;
      }
    }
    if (this.#listeners.size > 0) await this.#tell();
  }

  #schedule(): Timer {
    const timer = this.#clock.setTimer(POLL_MS, () => {
      void this.#tell()
        // What cannot be read now is read at the next look.
        .catch(() => undefined)
        .then(() => {
          if (this.#timer === timer) this.#timer = this.#schedule();
        });
    });
    return timer;
  }

  async #tell(): Promise<void> {
    const mappings = await this.read();
    for (const listener of this.#listeners) listener(mappings);
  }

  async #tables(): Promise<Tables> {
    const there = listed(await this.#nft.list(['tables']), 'table')
      .filter(({ name }) => name === NAT_TABLE)
      .map(({ family }) => family);
    const tables = new Map<NatFamily, readonly MapElement[] | undefined>();
    for (const family of NAT_FAMILIES) {
      tables.set(family, there.includes(family) ? await this.#elements(family) : undefined);
    }
    return tables;
  }

  async #elements(family: NatFamily): Promise<readonly MapElement[]> {
    return readMaps(await this.#nft.list(['table', family, NAT_TABLE], '-n'));
  }
}

function ofFamily({ remove, set }: MappingChanges, family: NatFamily): MappingChanges {
  const matches = (mapping: Mapping): boolean => familyOf(mapping) === family;
  return { remove: remove.filter(matches), set: set.filter(matches) };
}

function mappingsIn(tables: Tables): readonly Mapping[] {
  return [...tables.values()].flatMap((elements) => mappingsOfElements(elements ?? []));
}

function mappingsOfElements(elements: readonly MapElement[]): readonly Mapping[] {
  return elements.map(mappingOf).filter((mapping) => mapping !== undefined);
}

/** What brings one table from `elements` (undefined: no table) to where the changes lead; '' for nothing. */
function transaction(
  family: NatFamily,
  elements: readonly MapElement[] | undefined,
  { remove, set }: MappingChanges,
): string {
  if (remove.length === 0 && set.length === 0) return '';
  const mappings = new Map(mappingsOfElements(elements ?? []).map((it) => [mappingKey(it), it]));
  const wanted = new Map(mappings);
  for (const mapping of remove) wanted.delete(mappingKey(mapping));
  for (const mapping of set) wanted.set(mappingKey(mapping), mapping);
  if (wanted.size === 0) {
    return elements ? `delete table ${family} ${NAT_TABLE}\n` : '';
  }
  const anew = new Set(set);
  const after = [
    ...[...wanted.values()].map((mapping) => [destinationElement(mapping), mapping] as const),
    ...sourceElements([...wanted.values()]),
  ];
  const present = new Map((elements ?? []).map((it) => [elementName(it), it]));
  const kept = new Set<string>();
  const added: string[] = [];
  for (const [made, mapping] of after) {
    const name = elementName(made);
    const there = present.get(name);
    if (there?.value === made.value && !anew.has(mapping)) kept.add(name);
    else added.push(addElement(family, made));
  }
  const gone = [...present].filter(([name]) => !kept.has(name)).map(([, it]) => it);
  return [
    elements ? '' : emptyTable(family),
    ...gone.map((it) => deleteElement(family, it)),
    ...added,
  ].join('');
}
