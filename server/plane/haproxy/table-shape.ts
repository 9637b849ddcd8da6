/**
 * What a stick table is like. HAProxy does not print its configuration, so it is found out: the data types
 * by filters, which are refused for data that is not stored, and the rest by an entry. In a table with room
 * one is made for that purpose and taken away at once; a full one has others to look at.
 */
import { unexpected } from './haproxy-error.ts';
import type { KeyType } from './keys.ts';
import type { RuntimeApi } from './runtime-api.ts';
import { DATA_TYPES, valueName } from './stored-data.ts';
import type { DataMeaning, DataType } from './stored-data.ts';
import { parseEntry, parseHead } from './table-text.ts';
import type { Entry, TableHead } from './table-text.ts';
import { quoteWord } from './words.ts';

/** Where a value is in an entry. */
export interface StoredValue {
  readonly meaning: DataMeaning;
  readonly type: DataType;
  /** Milliseconds; of rates only. */
  readonly period: number | undefined;
}

export interface TableShape {
  readonly name: string;
  readonly keyType: KeyType;
  /** Bytes of a key of type string or binary; undefined when it could not be seen. */
  readonly keyLength: number | undefined;
  readonly size: number;
  /** Milliseconds after which HAProxy forgets an entry; 0 never; undefined when it could not be seen. */
  readonly expire: number | undefined;
  readonly types: readonly DataType[];
  /** By {@link valueName}. Undefined when there was no entry to see elements and periods in. */
  readonly values: ReadonlyMap<string, StoredValue> | undefined;
}

const NOT_STORED = 'Data type not stored in this table';
const NO_TABLE = 'No such table';

/** Undefined when HAProxy has no such table. Throws {@link HaproxyError}. */
export async function readShape(api: RuntimeApi, table: string): Promise<TableShape | undefined> {
  const word = quoteWord(table);
  const filters = DATA_TYPES.map(({ name }) => `show table ${word} data.${name} lt 0`);
  const answers = await api.askAll(filters);
  if (answers[0] === NO_TABLE) return undefined;
  const types: DataType[] = [];
  let head: TableHead | undefined;
  answers.forEach((answer, index) => {
    const type = DATA_TYPES[index];
    if (!type || answer.includes(NOT_STORED) || answer.includes('Unknown data type')) return;
    const [line = ''] = answer.split('\n');
    head = parseHead(line);
    types.push(type);
  });
  head ??= await headOf(api, table);
  if (!head) return undefined;
  const sample = await sampleEntry(api, head);
  const { type: keyType, size } = head;
  const blank = { keyLength: undefined, expire: undefined, values: undefined };
  const shape = { name: table, keyType, size, types, ...blank };
  if (!sample) return shape;
  const seen = shapeWith(shape, sample.entry);
  if (!sample.isNew) return seen;
  const keyLength = keyType === 'string' ? Buffer.byteLength(sample.entry.client ?? '') : undefined;
  const expire = roundUp(sample.entry.expiresIn);
  return { ...seen, expire, keyLength: keyLength ?? seen.keyLength };
}

/** With what an entry of the table shows. */
export function shapeWith(shape: TableShape, entry: Entry): TableShape {
  const isBinary = shape.keyType === 'binary';
  return {
    ...shape,
    values: valuesOf(entry, shape.types),
    ...(isBinary && { keyLength: (entry.client ?? '').length / 2 }),
  };
}

/** The head of one table; undefined when there is none of that name. */
export async function headOf(api: RuntimeApi, table: string): Promise<TableHead | undefined> {
  const answer = await api.ask('show table');
  const line = answer.split('\n').find((one) => one.startsWith(`# table: ${table}, `));
  return line === undefined ? undefined : parseHead(line);
}

interface Sample {
  readonly entry: Entry;
  /** Made for the purpose: it has all of its time left, and as long a key as fits. */
  readonly isNew: boolean;
}

/** Longer than any key that somebody would have in a table; HAProxy cuts it to the length of the table. */
const LONG_KEY = 'a'.repeat(2048);
const PROBES: Partial<Record<KeyType, string>> = {
  ip: '0.0.0.0',
  ipv6: '::',
  integer: '4294967295',
  string: LONG_KEY,
};

async function sampleEntry(api: RuntimeApi, head: TableHead): Promise<Sample | undefined> {
  const key = PROBES[head.type];
  if (key !== undefined && head.used < head.size) {
    const at = `table ${quoteWord(head.name)} key ${key}`;
    const before = entriesIn(await api.ask(`show ${at}`), head.type)[0];
    if (before) return { entry: before, isNew: false };
    const [, shown = '', cleared] = await api.askAll([`set ${at}`, `show ${at}`, `clear ${at}`]);
    const [entry] = entriesIn(shown, head.type);
    if (!entry || cleared !== '') throw unexpected('an entry that was set', shown);
    return { entry, isNew: true };
  }
  for await (const lines of api.lines(`show table ${quoteWord(head.name)}`)) {
    const line = lines.find((one) => !one.startsWith('#'));
    if (line !== undefined) return { entry: parseEntry(line, head.type), isNew: false };
  }
  return undefined;
}

export function entriesIn(answer: string, type: KeyType): readonly Entry[] {
  return answer
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => parseEntry(line, type));
}

/** A moment has passed between making the entry and seeing it. */
export function roundUp(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000) * 1000;
}

function valuesOf(entry: Entry, types: readonly DataType[]): ReadonlyMap<string, StoredValue> {
  const values = new Map<string, StoredValue>();
  for (const type of types) {
    for (const meaning of type.isArray ? elements(type.meaning) : [type.meaning]) {
      const name = valueName(meaning);
      if (type.isArray && !entry.values.has(name)) break;
      values.set(name, { meaning, type, period: entry.values.get(name)?.period });
    }
  }
  return values;
}

/** Arrays have up to 100 elements (HAProxy Configuration Manual, "stick-table"). */
function elements(meaning: DataMeaning): readonly DataMeaning[] {
  return Array.from({ length: 100 }, (_, index) => ({ ...meaning, index }));
}
