/**
 * Clients that are counted ('syn-rate') and clients that are kept out ('blocked-client'): elements of sets
 * whose keys are the addresses of client and server.
 *
 * A rate is counted in the element by a counter and a limit that hardly refills, so that what remains of it
 * is a number of requests. The kernel does not tell how much remains, but the counter does: an element is
 * loaded with what its count leaves of the limit. For a count that leaves nothing there is no limit of nft,
 * and the client waits in the set 'exhausted', where its next request makes it blocked.
 */
import type { Branch } from '../../../../src/data/index.ts';
import { invalidValue, operationNotSupported } from '../../../../src/error/index.ts';
import type { RpcError } from '../../../../src/error/index.ts';
import { vmAddresses } from '../../../../src/sami/index.ts';
import type { TableSchema } from '../../kit/catalog.ts';
import type { RowEdit, TableEdit, VmEdit } from '../../kit/driver.ts';
import { rowPath } from '../../kit/paths.ts';
import { comment, isIpv6, version } from '../names.ts';
import type { NftElement } from '../../kit/nft-tool.ts';
import type { NftablesOptions } from '../options.ts';
import type { Part, View } from '../part.ts';
import { difference, expiry, toLeaf } from '../script.ts';
import type { Script } from '../script.ts';

/** Addresses of a client and of the server that it addresses. */
type Pair = readonly [client: string, server: string];

abstract class ClientList implements Part {
  abstract readonly lists: readonly string[];
  /** Names of the sets in which an entry may be, without the version. */
  abstract readonly sets: readonly string[];

  protected abstract toRow(table: TableSchema, element: NftElement): Branch;
  /** Set and element, without its time. */
  protected abstract toElement(
    table: TableSchema,
    edit: RowEdit,
    present: NftElement | undefined,
  ): readonly [set: string, element: string, seconds: number | undefined];

  check({ after }: VmEdit, { set, table }: TableEdit): readonly RpcError[] {
    if (!after) return [];
    return set.flatMap(({ after: row }) => {
      const [client, server] = keysOf(table, row);
      if (isIpv6(client) === isIpv6(server)) return this.refuse(after, row);
      const message = 'client and server have addresses of different IP versions';
      return [invalidValue(message, { path: rowPath(after, row, 'client-address') })];
    });
  }

  async edit(
    script: Script,
    edit: VmEdit,
    { table, set, remove }: TableEdit,
    view: View,
  ): Promise<void> {
    for (const row of remove) await this.#take(script, table, row, view);
    const ageing = edit.mode !== 'standby';
    for (const row of set) {
      const present = await this.#take(script, table, row.after, view);
      const [name, element, seconds] = this.toElement(table, row, present);
      // A time that has not been changed runs on as it is in the kernel.
      const changed =
        row.before?.get(table.fields.node('remaining-time')) !==
        row.after.get(table.fields.node('remaining-time'));
      const woken = edit.modeBefore === 'standby';
      const left = present && row.before && !changed && !woken ? present.expires : seconds;
      const [client, server] = keysOf(table, row.after);
      const [values, text = ''] = element.split(' comment ');
      script.addElements(`${name}${version(server)}`, [
        `${client} . ${server} ${values ?? ''}${expiry(ageing ? left : undefined)}${text && ` comment ${text}`}`,
      ]);
    }
  }

  async read(vm: Branch, table: TableSchema, view: View): Promise<readonly Branch[]> {
    const addresses = new Set(vmAddresses(vm));
    const versions = new Set([...addresses].map(version));
    const rows: Branch[] = [];
    for (const set of this.sets) {
      for (const family of versions) {
        for (const element of await view.elements(`${set}${family}`)) {
          const isOwn = element.key.some((address) => addresses.has(String(address)));
          if (isOwn) rows.push(this.toRow(table, element));
        }
      }
    }
    return rows;
  }

  /** What the device has against an entry whose addresses go together. */
  protected abstract refuse(vm: Branch, row: Branch): readonly RpcError[];

  /** Takes the entry out of the set that it is in, and returns it. */
  async #take(
    script: Script,
    table: TableSchema,
    row: Branch,
    view: View,
  ): Promise<NftElement | undefined> {
    const [client, server] = keysOf(table, row);
    const key = `${client} . ${server}`;
    let found: NftElement | undefined;
    for (const name of this.sets) {
      const set = `${name}${version(server)}`;
      const element = (await view.byKey(set)).get(key);
      if (element) script.deleteElements(set, [key]);
      found ??= element;
    }
    return found;
  }
}

export class BlockList extends ClientList {
  readonly lists = ['cumulative-security/blocked-client'];
  readonly sets = ['blocked'];

  protected refuse(): readonly RpcError[] {
    return [];
  }

  protected toRow(
    { fields }: TableSchema,
    { key, expires, comment: text, packets }: NftElement,
  ): Branch {
    // What the kernel itself has put here says nothing: it exceeded the rate, for the first time.
    const [reason, times] = text === undefined ? ['syn-rate', '1'] : text.split(' ');
    return fields.make({
      'client-address': key[0],
      'server-address': key[1],
      reason: reason === '-' ? undefined : reason,
      'times-blocked': times === '-' || times === undefined ? undefined : Number(times),
      'remaining-time': expires,
      'dropped-packets': toLeaf(packets),
    });
  }

  protected toElement(
    { fields }: TableSchema,
    { before, after }: RowEdit,
    present: NftElement | undefined,
  ): readonly [string, string, number | undefined] {
    const dropped = sum(present, before, after, (row) => fields.get(row, 'dropped-packets'));
    const words = [
      fields.text(after, 'reason') ?? '-',
      fields.number(after, 'times-blocked') ?? '-',
    ];
    return [
      'blocked',
      `counter packets ${dropped} bytes 0 ${comment(words.join(' '))}`,
      fields.number(after, 'remaining-time'),
    ];
  }
}

export class SynRate extends ClientList {
  readonly lists = ['cumulative-security/syn-rate'];
  readonly sets = ['syn-rate', 'exhausted'];
  readonly #rate: NftablesOptions['synRate'];

  constructor({ synRate }: NftablesOptions) {
    super();
    this.#rate = synRate;
  }

  protected refuse(vm: Branch, row: Branch): readonly RpcError[] {
    if (this.#rate) return [];
    const message =
      'count: this device does not limit the rate of connection requests (option "syn-rate")';
    return [operationNotSupported(message, { path: rowPath(vm, row, 'count') })];
  }

  protected toRow(
    { fields }: TableSchema,
    { key, expires, comment: text, packets }: NftElement,
  ): Branch {
    const [limit = '-', interval = '-'] = text?.split(' ') ?? [];
    return fields.make({
      'client-address': key[0],
      'server-address': key[1],
      count: Number(packets),
      limit: limit === '-' ? undefined : Number(limit),
      interval: interval === '-' ? undefined : Number(interval),
      'remaining-time': expires,
    });
  }

  protected toElement(
    { fields }: TableSchema,
    { before, after }: RowEdit,
    present: NftElement | undefined,
  ): readonly [string, string, number | undefined] {
    const count = sum(present, before, after, (row) => fields.get(row, 'count'));
    const own = [fields.number(after, 'limit') ?? '-', fields.number(after, 'interval') ?? '-'];
    const limit = fields.number(after, 'limit') ?? this.#rate?.count ?? 0;
    const interval = fields.number(after, 'interval') ?? this.#rate?.seconds;
    const rest = BigInt(limit) - count;
    const text = own.every((it) => it === '-') ? '' : ` ${comment(own.join(' '))}`;
    const counter = `counter packets ${count} bytes 0`;
    const seconds = fields.number(after, 'remaining-time') ?? interval;
    return rest > 0n
      ? ['syn-rate', `${counter} limit rate over 1/week burst ${rest} packets${text}`, seconds]
      : ['exhausted', `${counter}${text}`, seconds];
  }
}

/** What the kernel has counted, and what the edit adds to it. */
function sum(
  present: NftElement | undefined,
  before: Branch | undefined,
  after: Branch,
  slotOf: (row: Branch) => unknown,
): bigint {
  const known = present && before;
  const value = (known ? present.packets : 0n) + difference(slotOf, known && before, after);
  return value < 0n ? 0n : value;
}

function keysOf({ fields }: TableSchema, row: Branch): Pair {
  return [fields.text(row, 'client-address') ?? '', fields.text(row, 'server-address') ?? ''];
}
