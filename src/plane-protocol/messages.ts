/** The messages between a device server and a data plane in another process (docs/plane-protocol.md). */

export const PROTOCOL_VERSION = 1;

/** Bytes of a line, its end included, that each side takes unless its hello says otherwise. */
export const DEFAULT_MAX_LINE = 65_536;

/** What no side may go below: a hello has to fit. */
export const MIN_MAX_LINE = 1_024;

/** Lines that the device server lets a plane have under way for one read or watch. */
export const CREDIT_WINDOW = 16;

/** A value as JSON.parse makes it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/** An entry in a `set` or `remove` of a prepare. */
export interface KeyedRow {
  /** See {@link ./key-text.ts}. */
  readonly key: string;
  /** In a `remove` only the leaves of the key. */
  readonly row: JsonObject;
  /** The entry that the device had, where there was one. */
  readonly before?: JsonObject;
}

/** Why a plane refuses. */
export interface PlaneError {
  readonly tag: string;
  readonly 'app-tag'?: string;
  readonly message?: string;
  /** What it is about: a VM, `KIND/LIST`, the key of an entry, a leaf in it. */
  readonly vm?: string;
  readonly table?: string;
  readonly key?: string;
  readonly leaf?: string;
}

export interface HelloAnswer {
  readonly version: number;
  readonly name: string;
  readonly bootId: string;
  readonly maxLine: number;
}

export interface KindAnswer {
  readonly kind: string;
  readonly limit: bigint | undefined;
  readonly used: number;
  readonly features: readonly string[];
}

/** A message that is not as the protocol has it; the text says what was expected. */
export class ProtocolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProtocolError';
  }
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A line as an object with an id. Throws {@link ProtocolError}. */
export function parseMessage(line: string): JsonObject & { readonly id: number } {
  let value: Json;
  try {
    value = JSON.parse(line) as Json;
  } catch {
    throw new ProtocolError(`a line is no JSON: ${excerpt(line)}`);
  }
  const id = isJsonObject(value) ? value['id'] : undefined;
  if (!isJsonObject(value) || typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) {
    throw new ProtocolError(`a line is no object with an "id": ${excerpt(line)}`);
  }
  return value as JsonObject & { readonly id: number };
}

/** A message as a line, in ASCII, so that its length in bytes is that of the text. */
export function printMessage(message: object): string {
  const text = JSON.stringify(message);
  // eslint-disable-next-line no-control-regex
  return /^[\x00-\x7f]*$/.test(text) ? text : text.replaceAll(/[^\x00-\x7f]/g, escapeUnit);
}

function escapeUnit(character: string): string {
  return [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('');
}

/** The answer to `hello`. Throws {@link ProtocolError}. */
export function parseHello(answer: JsonObject): HelloAnswer {
  const { version, name, 'boot-id': bootId, 'max-line': maxLine = DEFAULT_MAX_LINE } = answer;
  if (version !== PROTOCOL_VERSION) {
    throw new ProtocolError(`the plane chose version ${print(version)}; 1 was offered`);
  }
  if (typeof name !== 'string' || name === '') throw missing('hello', 'name', 'a text');
  if (typeof bootId !== 'string' || bootId === '') throw missing('hello', 'boot-id', 'a text');
  if (typeof maxLine !== 'number' || !(maxLine >= MIN_MAX_LINE)) {
    throw missing('hello', 'max-line', `a number from ${MIN_MAX_LINE}`);
  }
  return { version, name, bootId, maxLine };
}

/** The answer to `kinds`. Throws {@link ProtocolError}. */
export function parseKinds(answer: JsonObject): readonly KindAnswer[] {
  const { kinds } = answer;
  if (!Array.isArray(kinds)) throw missing('kinds', 'kinds', 'an array');
  const known = new Set<string>();
  return (kinds as readonly Json[]).map((entry) => {
    if (!isJsonObject(entry)) throw missing('kinds', 'kinds', 'an array of objects');
    const { kind, limit, used, features = [] } = entry;
    if (typeof kind !== 'string') throw missing('kinds', 'kind', 'a text');
    if (!isCount(used)) throw missing('kinds', 'used', 'a number of entries');
    if (limit !== undefined && !isCount(limit)) {
      throw missing('kinds', 'limit', 'a number of entries, or is absent');
    }
    if (!isNames(features)) {
      throw missing('kinds', 'features', 'an array of different texts like "half-open"');
    }
    if (known.has(kind))
      throw missing('kinds', 'kind', `different in each entry, not "${kind}" twice`);
    known.add(kind);
    return { kind, limit: limit === undefined ? undefined : BigInt(limit), used, features };
  });
}

/** The errors of a refusal. Throws {@link ProtocolError}. */
export function parseErrors(value: Json | undefined): readonly PlaneError[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw missing('refusal', 'error', 'an array with at least one error');
  }
  return (value as readonly Json[]).map((entry) => {
    if (!isJsonObject(entry) || typeof entry['tag'] !== 'string') {
      throw missing('refusal', 'tag', 'an error-tag of RFC 6241');
    }
    for (const name of ['app-tag', 'message', 'vm', 'table', 'key', 'leaf']) {
      const text = entry[name];
      if (text !== undefined && typeof text !== 'string') throw missing('refusal', name, 'a text');
    }
    return entry as unknown as PlaneError;
  });
}

/** Entries in a line. Throws {@link ProtocolError}. */
export function parseRows(value: Json | undefined): readonly JsonObject[] {
  if (!Array.isArray(value) || !(value as readonly Json[]).every(isJsonObject)) {
    throw missing('line with entries', 'rows', 'an array of objects');
  }
  return value as readonly JsonObject[];
}

function missing(where: string, name: string, expected: string): ProtocolError {
  return new ProtocolError(`${where}: "${name}" has to be ${expected}`);
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Features are compared and shown as they are: nothing that a terminal or XML would take amiss. */
function isNames(value: Json): value is readonly string[] {
  if (!Array.isArray(value) || new Set(value).size !== value.length) return false;
  return value.every((item) => typeof item === 'string' && /^[!-~]{1,64}$/.test(item));
}

function print(value: Json | undefined): string {
  if (typeof value === 'object' && value !== null) return 'no number';
  return value === undefined ? 'none' : excerpt(JSON.stringify(value));
}

export function excerpt(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
