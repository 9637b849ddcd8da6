/** Sticky groups of a VM, and the stick tables and backends that they are in HAProxy. */
import { DataList } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import { fieldsOf } from '../kit/fields.ts';
import type { KeyType } from './keys.ts';
import { valueName } from './stored-data.ts';
import type { DataMeaning } from './stored-data.ts';

/** Names of tables and backends where they differ from those of groups and farms. */
export interface NameMapping {
  readonly tables: ReadonlyMap<string, string>;
  readonly backends: ReadonlyMap<string, string>;
}

export interface StickyGroup {
  readonly row: Branch;
  readonly name: string;
  /** Name of the stick table. */
  readonly table: string;
  /** Name of the server farm; undefined when the group only counts. */
  readonly farm: string | undefined;
  /** Backend in which server identifiers are looked up. */
  readonly backend: string;
  readonly virtualAddress: string;
}

export function groupsOf(vm: Branch, mapping: NameMapping): readonly StickyGroup[] {
  const groups = fieldsOf(vm.schema).branch(vm, 'sticky-groups');
  const list = groups && fieldsOf(groups.schema).get(groups, 'group');
  return list instanceof DataList ? [...list].map((row) => groupOf(row, mapping)) : [];
}

export function groupOf(row: Branch, { tables, backends }: NameMapping): StickyGroup {
  const fields = fieldsOf(row.schema);
  const name = fields.text(row, 'name') ?? '';
  const farm = fields.text(row, 'server-farm');
  const table = tables.get(name) ?? name;
  return {
    row,
    name,
    table,
    farm,
    backend: farm === undefined ? table : (backends.get(farm) ?? farm),
    virtualAddress: fields.text(row, 'virtual-address') ?? '',
  };
}

/** The group of an entry of `sticky-connection`. */
export function groupName(row: Branch): string {
  return fieldsOf(row.schema).text(row, 'group') ?? '';
}

/** Entries of `sticky-connection` in the configuration of a VM. */
export function stickyRows(vm: Branch): Iterable<Branch> {
  const sticky = fieldsOf(vm.schema).branch(vm, 'sticky');
  const list = sticky && fieldsOf(sticky.schema).get(sticky, 'sticky-connection');
  return list instanceof DataList ? list : [];
}

const KEY_TYPES: Readonly<Record<string, KeyType>> = {
  'ipv4-address': 'ip',
  'ipv6-address': 'ipv6',
  string: 'string',
  integer: 'integer',
  binary: 'binary',
};

/** What a group says of its table; undefined is what it leaves to the device. */
export interface WantedShape {
  readonly keyType: KeyType | undefined;
  readonly keyLength: number | undefined;
  readonly size: number | undefined;
  /** Milliseconds. */
  readonly expire: number | undefined;
  readonly data: readonly WantedData[];
}

export interface WantedData {
  /** See {@link valueName}. */
  readonly name: string;
  readonly period: number | undefined;
}

export function wantedShape({ row }: StickyGroup): WantedShape {
  const fields = fieldsOf(row.schema);
  const timeout = fields.number(row, 'timeout');
  const stored = fields.get(row, 'stored-data');
  return {
    keyType: KEY_TYPES[fields.text(row, 'key-type') ?? ''],
    keyLength: fields.number(row, 'key-length'),
    size: fields.number(row, 'maximum-entries'),
    expire: timeout === undefined ? undefined : timeout * 1000,
    data: stored instanceof DataList ? [...stored].flatMap(wantedData) : [],
  };
}

function wantedData(row: Branch): readonly WantedData[] {
  const fields = fieldsOf(row.schema);
  const data = fields.text(row, 'data') ?? '';
  const index = fields.number(row, 'index') ?? 0;
  const period = fields.number(row, 'period');
  if (data === 'active-connections') return [{ name: data, period: undefined }];
  if (data === 'tag') return [{ name: valueName({ role: 'tag', index }), period: undefined }];
  const counted = data as Extract<DataMeaning, { counted: unknown }>['counted'];
  const wanted: WantedData[] = [];
  if (fields.leaf(row, 'total') !== false) {
    wanted.push({ name: valueName({ role: 'counter', counted, index }), period: undefined });
  }
  if (period !== undefined) {
    wanted.push({ name: valueName({ role: 'rate', counted, index }), period });
  }
  return wanted;
}
