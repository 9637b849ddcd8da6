/** What `show table` prints (HAProxy Management Guide, section 9.3). */
import { unexpected } from './haproxy-error.ts';
import { KEY_TYPES, canonicalIpv6 } from './keys.ts';
import type { KeyType } from './keys.ts';
import { meaningOf } from './stored-data.ts';
import type { DataMeaning } from './stored-data.ts';
import { unquoteWord } from './words.ts';

/** `# table: web, type: ip, size:102400, used:3` */
export interface TableHead {
  readonly name: string;
  readonly type: KeyType;
  readonly size: number;
  readonly used: number;
}

/** An entry of a stick table. */
export interface Entry {
  /** As in the leaf `client`; undefined when a string is not UTF-8. */
  readonly client: string | undefined;
  /** Connections that hold the entry now. */
  readonly holders: number;
  /** Milliseconds until HAProxy forgets it; 0 in tables whose entries do not expire. */
  readonly expiresIn: number;
  /** By {@link valueName}. */
  readonly values: ReadonlyMap<string, EntryValue>;
  readonly serverKey: string | undefined;
}

export interface EntryValue {
  readonly meaning: DataMeaning;
  readonly value: bigint;
  /** Milliseconds; of rates only. */
  readonly period: number | undefined;
}

const HEAD = /^# table: (\S+), type: (\w+), size:(\d+), used:(\d+)/;
const LINE = /^0x[0-9a-f]+: key=((?:\\.|[^ \\])*) use=(\d+) exp=(\d+)(.*)$/;
const VALUE = / ([a-z][a-z0-9_]*)(?:\((\d+)\))?=(\S+)/g;

export function parseHead(line: string): TableHead {
  const [, name = '', type = '', size, used] = HEAD.exec(line) ?? [];
  const known = KEY_TYPES.find((one) => one === type);
  if (!known) throw unexpected('the head of a stick table', line);
  return { name, type: known, size: Number(size), used: Number(used) };
}

/** Throws {@link HaproxyError} for a line that is no entry. Data types that we do not know are left out. */
export function parseEntry(line: string, type: KeyType): Entry {
  const [, key = '', holders, expiresIn, rest = ''] = LINE.exec(line) ?? [];
  if (expiresIn === undefined) throw unexpected('an entry of a stick table', line);
  const values = new Map<string, EntryValue>();
  let serverKey: string | undefined;
  for (const [, printed = '', period, value = ''] of rest.matchAll(VALUE)) {
    const named = meaningOf(printed);
    if (!named) continue;
    const { name, meaning } = named;
    if (meaning.role === 'server-key') {
      serverKey = value === '-' ? undefined : value;
      continue;
    }
    if (!/^\d+$/.test(value)) throw unexpected(`a number for ${printed}`, line);
    const length = period === undefined ? undefined : Number(period);
    values.set(name, { meaning, value: BigInt(value), period: length });
  }
  return {
    client: clientOf(key, type),
    holders: Number(holders),
    expiresIn: Number(expiresIn),
    values,
    serverKey,
  };
}

function clientOf(key: string, type: KeyType): string | undefined {
  if (type === 'binary') return key.toLowerCase();
  if (type === 'ipv6') return canonicalIpv6(key);
  return type === 'string' ? unquoteWord(key) : key;
}
