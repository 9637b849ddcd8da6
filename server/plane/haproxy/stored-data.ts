/**
 * What HAProxy can store in an entry of a stick table, and what it is in the module sami-sticky
 * (HAProxy Configuration Manual 2.6, "stick-table"; the numbers are those of the peers protocol).
 */

export type Counted =
  | 'general-purpose'
  | 'connections'
  | 'sessions'
  | 'http-requests'
  | 'http-errors'
  | 'http-failures'
  | 'bytes-in'
  | 'bytes-out';

export type DataMeaning =
  | { readonly role: 'counter' | 'rate'; readonly counted: Counted; readonly index: number }
  | { readonly role: 'tag'; readonly index: number }
  | { readonly role: 'server-id' | 'server-key' | 'active-connections' };

/** A data type by the name that the configuration, `set table` and filters have for it. */
export interface DataType {
  readonly name: string;
  /** Number in the peers protocol. */
  readonly number: number;
  readonly meaning: DataMeaning;
  /** Several values of the same meaning, told apart by their index. */
  readonly isArray: boolean;
}

const type = (name: string, number: number, meaning: DataMeaning, isArray = false): DataType => ({
  name,
  number,
  meaning,
  isArray,
});

const counter = (counted: Counted, index = 0): DataMeaning => ({ role: 'counter', counted, index });
const rate = (counted: Counted, index = 0): DataMeaning => ({ role: 'rate', counted, index });

export const DATA_TYPES: readonly DataType[] = [
  type('server_id', 0, { role: 'server-id' }),
  type('gpt0', 1, { role: 'tag', index: 0 }),
  type('gpc0', 2, counter('general-purpose')),
  type('gpc0_rate', 3, rate('general-purpose')),
  type('conn_cnt', 4, counter('connections')),
  type('conn_rate', 5, rate('connections')),
  type('conn_cur', 6, { role: 'active-connections' }),
  type('sess_cnt', 7, counter('sessions')),
  type('sess_rate', 8, rate('sessions')),
  type('http_req_cnt', 9, counter('http-requests')),
  type('http_req_rate', 10, rate('http-requests')),
  type('http_err_cnt', 11, counter('http-errors')),
  type('http_err_rate', 12, rate('http-errors')),
  type('bytes_in_cnt', 13, counter('bytes-in')),
  type('bytes_in_rate', 14, rate('bytes-in')),
  type('bytes_out_cnt', 15, counter('bytes-out')),
  type('bytes_out_rate', 16, rate('bytes-out')),
  type('gpc1', 17, counter('general-purpose', 1)),
  type('gpc1_rate', 18, rate('general-purpose', 1)),
  type('server_key', 19, { role: 'server-key' }),
  type('http_fail_cnt', 20, counter('http-failures')),
  type('http_fail_rate', 21, rate('http-failures')),
  type('gpt', 22, { role: 'tag', index: 0 }, true),
  type('gpc', 23, counter('general-purpose'), true),
  type('gpc_rate', 24, rate('general-purpose'), true),
];

/** Byte counts have 64 bits, of which the Runtime API can set 63; all else has 32. */
export function largestValue({ name }: DataType): bigint {
  return name === 'bytes_in_cnt' || name === 'bytes_out_cnt' ? (1n << 63n) - 1n : (1n << 32n) - 1n;
}

/** A value that entries have, and its name among all of them, such as `rate general-purpose 1`. */
export interface NamedMeaning {
  readonly name: string;
  readonly meaning: DataMeaning;
}

const PRINTED = /^(gpt|gpc)(\d+)(_rate)?$/;
const known = new Map<string, NamedMeaning | undefined>(
  DATA_TYPES.map(({ name, meaning }) => [name, { name: valueName(meaning), meaning }]),
);

/**
 * The meaning of a value that `show table` prints; undefined for one that we do not know. Elements of
 * arrays are printed with their index, so that gpc0 may be a data type or an element of the array gpc.
 */
export function meaningOf(printed: string): NamedMeaning | undefined {
  if (!known.has(printed)) {
    const meaning = elementMeaning(printed);
    known.set(printed, meaning && { name: valueName(meaning), meaning });
  }
  return known.get(printed);
}

function elementMeaning(printed: string): DataMeaning | undefined {
  const [, array, digits, isRate] = PRINTED.exec(printed) ?? [];
  if (array === undefined) return undefined;
  const index = Number(digits);
  if (array === 'gpt') return isRate ? undefined : { role: 'tag', index };
  return isRate ? rate('general-purpose', index) : counter('general-purpose', index);
}

/** Names a value among all of an entry, such as `rate general-purpose 1`. */
export function valueName(meaning: DataMeaning): string {
  switch (meaning.role) {
    case 'counter':
    case 'rate':
      return `${meaning.role} ${meaning.counted} ${meaning.index}`;
    case 'tag':
      return `tag ${meaning.index}`;
    default:
      return meaning.role;
  }
}
