/**
 * Half-open connections of a VM against a threshold: a set of connections for each address of a VM, whose
 * size is the threshold. A SYN of the VM adds its connection; where the set is full that fails, and the SYN
 * is dropped. A connection leaves the set when it is established or refused, or when its time is over.
 *
 * `ct count` would count established connections too, and it cannot be loaded. The kernel frees the place
 * of an element that has left when it collects them, once a second: until then rather less is admitted.
 */
import { DataList } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import { resourceDenied } from '../../../../src/error/index.ts';
import type { RpcError } from '../../../../src/error/index.ts';
import { vmAddresses } from '../../../../src/sami/index.ts';
import type { TableSchema } from '../../kit/catalog.ts';
import type { RowEdit, TableEdit, VmEdit } from '../../kit/driver.ts';
import { fieldsOf } from '../../kit/fields.ts';
import { rowPath } from '../../kit/paths.ts';
import { isIpv6 } from '../names.ts';
import type { NftElement } from '../../kit/nft-tool.ts';
import type { NftablesOptions } from '../options.ts';
import { addressChanges, keyText } from '../part.ts';
import type { Part, View } from '../part.ts';
import { difference, expiry, toLeaf } from '../script.ts';
import type { Script } from '../script.ts';
import {
  UNLIMITED,
  countedIn,
  elementsIn,
  openSet,
  putRules,
  refusals,
  removeSet,
  setBase,
  setName,
} from './half-open-objects.ts';

export class HalfOpen implements Part {
  readonly lists = ['cumulative-security/half-open'];
  readonly table = 'counts';
  readonly #options: NftablesOptions;

  constructor(options: NftablesOptions) {
    this.#options = options;
  }

  /** Where the device has a threshold of its own, it counts each address of its VMs. */
  async follow(script: Script, edit: VmEdit, view: View): Promise<void> {
    const { added, lost } = addressChanges(edit);
    if (added.length === 0 && lost.length === 0) return;
    const counts = await view.counts();
    for (const address of lost) if (countedIn(counts, address)) removeSet(script, address);
    const { halfOpenThreshold: own, halfOpenTimeout: timeout } = this.#options;
    const loaded = this.#loaded(edit);
    for (const address of added) {
      if (loaded.has(address)) continue;
      // After a restart the options may be others.
      if (countedIn(counts, address)) putRules(script, address, timeout);
      else if (own !== undefined)
        openSet(script, address, { size: own, threshold: own }, { timeout, replace: false });
    }
  }

  /** Addresses for which the edit says everything itself. */
  #loaded({ tables }: VmEdit): ReadonlySet<string | undefined> {
    const edit = tables.find(({ table }) =>
      this.lists.includes(`${table.kind.name}/${table.list.name}`),
    );
    return new Set(edit?.set.map(({ after }) => edit.table.fields.text(after, 'address')));
  }

  /** Each connection of which only the number is known takes an element too. */
  check({ after }: VmEdit, { table, set }: TableEdit): readonly RpcError[] {
    if (!after) return [];
    return set.flatMap(({ after: row }) => {
      const count = table.fields.number(row, 'count') ?? 0;
      if (count <= UNLIMITED) return [];
      const message = `${count} half-open connections of one address, ${UNLIMITED} fit`;
      const path = rowPath(after, row, 'count');
      return [resourceDenied(message, { path, appTag: 'table-too-small' })];
    });
  }

  async edit(
    script: Script,
    edit: VmEdit,
    { table, set, remove }: TableEdit,
    view: View,
  ): Promise<void> {
    const owned = new Set(edit.after ? vmAddresses(edit.after) : []);
    for (const row of remove) {
      const address = table.fields.text(row, 'address') ?? '';
      // With an address all goes that is counted for it.
      if (owned.has(address)) await this.#empty(script, address, view);
    }
    for (const row of set) await this.#put(script, edit, table, row, view);
  }

  async read(vm: Branch, table: TableSchema, view: View): Promise<readonly Branch[]> {
    const rows: Branch[] = [];
    const counts = await view.counts();
    for (const address of vmAddresses(vm)) {
      const counted = countedIn(counts, address);
      if (!counted) continue;
      const elements = elementsIn(counts, address);
      const refused = refusals(counts, address);
      if (elements.length === 0 && refused === 0n) continue;
      const connections = elements.filter(isKnown).map((element) => toConnection(table, element));
      rows.push(
        table.fields.make({
          address,
          count: elements.length,
          threshold: counted.threshold,
          refused: toLeaf(refused),
          connection:
            connections.length === 0
              ? undefined
              : DataList.from(connectionFields(table).schema as DataList['schema'], connections),
        }),
      );
    }
    return rows;
  }

  /** The transaction makes the set hold what the row says, and what has come since it was read. */
  async #put(
    script: Script,
    edit: VmEdit,
    table: TableSchema,
    { before, after }: RowEdit,
    view: View,
  ): Promise<void> {
    const { fields } = table;
    const address = fields.text(after, 'address') ?? '';
    const counts = await view.counts();
    const known = countedIn(counts, address);
    const present = elementsIn(counts, address);
    const elements = this.#elements(edit, table, { before: known && before, after }, present);
    const threshold = fields.number(after, 'threshold') ?? this.#options.halfOpenThreshold;
    const size = Math.max(threshold ?? UNLIMITED, elements.length);
    if (known?.size !== size || known.threshold !== threshold) {
      openSet(
        script,
        address,
        { size, threshold },
        { timeout: this.#options.halfOpenTimeout, replace: known !== undefined },
      );
    } else
      script.deleteElements(
        setName(address),
        present.map(({ key }) => keyText(key)),
      );
    script.addElements(setName(address), elements);
    const added = difference((row) => fields.get(row, 'refused'), known && before, after);
    setBase(script, counts, address, added);
  }

  #elements(
    { mode, modeBefore }: VmEdit,
    table: TableSchema,
    { before, after }: RowEdit,
    present: readonly NftElement[],
  ): readonly string[] {
    const address = table.fields.text(after, 'address') ?? '';
    const given = connectionsOf(table, after);
    const earlier = before ? connectionsOf(table, before) : new Map<string, number | undefined>();
    const timed = mode !== 'standby';
    const result = new Map<string, number | undefined>();
    let unknown = 0;
    for (const element of present) {
      const key = keyText(element.key);
      if (!isKnown(element)) unknown += 1;
      else if (!earlier.has(key) || given.has(key)) result.set(key, element.expires);
    }
    for (const [key, seconds] of given) {
      const unchanged =
        earlier.has(key) && earlier.get(key) === seconds && modeBefore !== 'standby';
      // One that both know and that has left in the meantime is established.
      if (unchanged && !result.has(key)) continue;
      if (!unchanged) result.set(key, seconds ?? this.#options.halfOpenTimeout);
    }
    const unlisted = (row: Branch, listed: number): number =>
      Math.max(0, (table.fields.number(row, 'count') ?? 0) - listed);
    const more = unlisted(after, given.size) - (before ? unlisted(before, earlier.size) : 0);
    const places = Math.max(0, (before ? unknown : 0) + more);
    for (let place = 1; place <= places; place += 1) {
      result.set(placeholder(address, place), this.#options.halfOpenTimeout);
    }
    return [...result].map(([key, seconds]) => `${key}${expiry(timed ? seconds : undefined)}`);
  }

  async #empty(script: Script, address: string, view: View): Promise<void> {
    const counts = await view.counts();
    if (!countedIn(counts, address)) return;
    const present = elementsIn(counts, address);
    script.deleteElements(
      setName(address),
      present.map(({ key }) => keyText(key)),
    );
    setBase(script, counts, address, -refusals(counts, address));
  }
}

/** A connection of which only the count is known: no real one has ports 0. */
function placeholder(address: string, place: number): string {
  return keyText([address, 0, isIpv6(address) ? '::' : '0.0.0.0', place]);
}

function isKnown({ key }: NftElement): boolean {
  return key[1] !== 0;
}

function connectionFields(table: TableSchema): ReturnType<typeof fieldsOf> {
  return fieldsOf(table.fields.node('connection') as DataList['schema']);
}

function toConnection(table: TableSchema, { key, expires }: NftElement): Branch {
  return connectionFields(table).make({
    'source-port': key[1],
    'destination-address': key[2],
    'destination-port': key[3],
    'remaining-time': expires,
  });
}

/** Remaining times by the key of the element. */
function connectionsOf(table: TableSchema, row: Branch): Map<string, number | undefined> {
  const list = table.fields.get(row, 'connection');
  const fields = connectionFields(table);
  const address = table.fields.text(row, 'address') ?? '';
  const result = new Map<string, number | undefined>();
  if (!(list instanceof DataList)) return result;
  for (const connection of list) {
    const [sourcePort, destination, port] = [
      'source-port',
      'destination-address',
      'destination-port',
    ].map((leaf) => fields.get(connection, leaf) as string | number);
    const key = keyText([address, sourcePort ?? 0, destination ?? '', port ?? 0]);
    result.set(key, fields.number(connection, 'remaining-time'));
  }
  return result;
}
