/** Entries of stick tables as entries of `sticky-connection`, and back. */
import { DataList } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import type { BranchSchemaNode, ListNode } from '../../../src/yang/index.ts';
import { fieldsOf } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import type { StickyGroup } from './groups.ts';
import type { RealServer, Servers } from './servers.ts';
import { valueName } from './stored-data.ts';
import type { Counted, DataMeaning } from './stored-data.ts';
import type { Entry, EntryValue } from './table-text.ts';

/** The server that an entry leads to: by its key, which HAProxy looks at first, else by its number. */
export function serverOf(
  entry: Entry,
  { backend }: StickyGroup,
  servers: Servers,
): RealServer | undefined {
  const byKey = entry.serverKey === undefined ? undefined : servers.byKey(backend, entry.serverKey);
  const id = entry.values.get('server-id')?.value ?? 0n;
  return byKey ?? (id === 0n ? undefined : servers.byId(backend, id));
}

/**
 * Undefined for a key that no text can hold. `lifetime` is the time left in milliseconds; undefined in
 * tables whose entries do not expire. What has counted nothing is left out, but not rates: they fall to
 * nothing with time, and whether an entry has one must not change without traffic.
 */
export function rowOf(
  list: ListNode,
  entry: Entry,
  group: StickyGroup,
  server: RealServer | undefined,
  lifetime: number | undefined,
): Branch | undefined {
  const fields = fieldsOf(list);
  if (entry.client === undefined || !isLeafText(entry.client)) return undefined;
  const nested = new NestedRows(fields);
  for (const value of entry.values.values()) nested.add(value);
  const active = Number(entry.values.get('active-connections')?.value ?? 0n);
  return fields.make({
    group: group.name,
    client: entry.client,
    ...(server && { 'server-farm': group.farm, 'real-server-address': server.address }),
    ...(server && server.port !== 0 && { 'real-server-port': server.port }),
    ...(active > 0 && { 'active-connections': active }),
    ...(lifetime !== undefined && { lifetime: Math.ceil(lifetime / 1000) }),
    ...nested.lists(),
  });
}

/** Length and characters that the leaf `client` may have (RFC 7950, section 9.4). */
function isLeafText(text: string): boolean {
  return text !== '' && text.length <= 512 && !/[\p{Cc}\ufffe\uffff]/u.test(text);
}

class NestedRows {
  readonly #fields: Fields;
  readonly #rows = { counter: [] as Branch[], rate: [] as Branch[], tag: [] as Branch[] };

  constructor(fields: Fields) {
    this.#fields = fields;
  }

  add({ meaning, value, period }: EntryValue): void {
    const small = value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
    switch (meaning.role) {
      case 'counter': {
        const { counted, index } = meaning;
        if (value > 0n) this.#add('counter', { counted, index, value: small });
        break;
      }
      case 'rate': {
        const { counted, index } = meaning;
        if (period !== undefined) this.#add('rate', { counted, index, period, value: small });
        break;
      }
      case 'tag':
        if (value > 0n) this.#add('tag', { index: meaning.index, value: small });
        break;
      default:
    }
  }

  lists(): Record<string, DataList> {
    const lists: Record<string, DataList> = {};
    for (const [name, rows] of Object.entries(this.#rows)) {
      if (rows.length > 0) lists[name] = DataList.from(this.#fields.node(name) as ListNode, rows);
    }
    return lists;
  }

  #add(list: 'counter' | 'rate' | 'tag', values: Record<string, string | number | bigint>): void {
    const schema = this.#fields.node(list) as BranchSchemaNode;
    this.#rows[list].push(fieldsOf(schema).make(values));
  }
}

/** What a row says of its client. */
export interface RowContent {
  readonly client: string;
  readonly serverAddress: string | undefined;
  readonly serverPort: number | undefined;
  /** Seconds. */
  readonly lifetime: number | undefined;
  /** By {@link valueName}: counters, rates and tags. */
  readonly values: ReadonlyMap<string, RowValue>;
}

export interface RowValue {
  readonly meaning: DataMeaning;
  readonly value: bigint;
  readonly period: number | undefined;
  /** The nested entry, for messages. */
  readonly row: Branch;
}

export function contentOf(row: Branch): RowContent {
  const fields = fieldsOf(row.schema);
  const values = new Map<string, RowValue>();
  for (const list of ['counter', 'rate', 'tag'] as const) {
    const rows = fields.get(row, list);
    if (!(rows instanceof DataList)) continue;
    for (const nested of rows) {
      const inner = fieldsOf(nested.schema);
      const index = inner.number(nested, 'index') ?? 0;
      const meaning: DataMeaning =
        list === 'tag'
          ? { role: 'tag', index }
          : { role: list, counted: inner.text(nested, 'counted') as Counted, index };
      values.set(valueName(meaning), {
        meaning,
        value: BigInt((inner.get(nested, 'value') as number | bigint | undefined) ?? 0),
        period: list === 'rate' ? inner.number(nested, 'period') : undefined,
        row: nested,
      });
    }
  }
  return {
    client: fields.text(row, 'client') ?? '',
    serverAddress: fields.text(row, 'real-server-address'),
    serverPort: fields.number(row, 'real-server-port'),
    lifetime: fields.number(row, 'lifetime'),
    values,
  };
}
