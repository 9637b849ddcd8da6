/**
 * JSON text, read value by value (RFC 8259), as strict as I-JSON wants it (RFC 7493): names within an object
 * are unique, strings hold no lone surrogates or noncharacters. Numbers are given as they are written, since a
 * number of JavaScript does not hold every one.
 *
 * The reader is asked, it does not call: what a value is depends on the schema, which the caller knows.
 */
import { JsonNumber } from './json-tree.ts';
import type { JsonTree } from './json-tree.ts';

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

/** The text is not JSON, or not I-JSON, or beyond the limits. */
export class JsonError extends Error {
  /** In code units, from the start of the text. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'JsonError';
    this.offset = offset;
  }
}

export interface JsonLimits {
  /** Objects and arrays within each other. */
  readonly maxDepth: number;
  /** Characters of a number. */
  readonly maxNumberLength: number;
  /** Values in a tree that is read as a whole; a string counts one for each 64 characters. */
  readonly maxTreeSize: number;
}

/** A list takes two levels, so this is as deep as XML may be. */
const DEFAULT_JSON_LIMITS: JsonLimits = {
  maxDepth: 256,
  maxNumberLength: 1024,
  maxTreeSize: 1_000_000,
};

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// eslint-disable-next-line no-control-regex -- control characters are the point
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const LITERAL = /true|false|null/y;
const HEX = /[\dA-Fa-f]{4}/y;
const NOT_INTERCHANGEABLE = /[\p{Cs}\p{Noncharacter_Code_Point}]/u;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** An object or array that is open. Used again for the next one of the same depth. */
interface Level {
  close: '}' | ']';
  /** Names that came, for an object. */
  readonly names: Set<string>;
  isEmpty: boolean;
}

export class JsonReader {
  readonly #text: string;
  readonly #limits: JsonLimits;
  readonly #levels: Level[] = [];
  #depth = 0;
  #offset: number;
  #start = 0;

  constructor(text: string, limits: Partial<JsonLimits> = {}) {
    this.#text = text;
    this.#limits = { ...DEFAULT_JSON_LIMITS, ...limits };
    // RFC 8259, section 8.1: a byte order mark may be ignored.
    this.#offset = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  /** Where the value or name began that was read or looked at last. */
  get start(): number {
    return this.#start;
  }

  /** What comes next. All methods throw {@link JsonError}. */
  kind(): JsonKind {
    this.#skipSpace();
    this.#start = this.#offset;
    const character = this.#text[this.#offset];
    switch (character) {
      case '{':
        return 'object';
      case '[':
        return 'array';
      case '"':
        return 'string';
      case 't':
      case 'f':
        return 'boolean';
      case 'n':
        return 'null';
      default:
        if (character !== undefined && /[-\d]/.test(character)) return 'number';
        return this.#expected('a value');
    }
  }

  openObject(): void {
    this.#open('{', '}');
  }

  openArray(): void {
    this.#open('[', ']');
  }

  /** The name of the next member of the open object; undefined at its end. */
  nextName(): string | undefined {
    const level = this.#next();
    if (!level) return undefined;
    this.#start = this.#offset;
    if (this.#text[this.#offset] !== '"') return this.#expected('a member name in quotes');
    const name = this.#string();
    if (level.names.has(name)) {
      throw new JsonError(`member "${shortened(name)}" is given twice`, this.#start);
    }
    level.names.add(name);
    const { start } = this;
    this.#skipSpace();
    this.#take(':');
    this.#start = start;
    return name;
  }

  /** Whether the open array has another element, which is to be read then. */
  nextElement(): boolean {
    return this.#next() !== undefined;
  }

  /** A string, number or literal. */
  scalar(): string | JsonNumber | boolean | null {
    switch (this.kind()) {
      case 'string':
        return this.#string();
      case 'number':
        return this.#number();
      case 'boolean':
      case 'null':
        return this.#literal();
      default:
        return this.#expected('a string, a number or a literal');
    }
  }

  /** A value of any kind as a whole. */
  tree(): JsonTree {
    return this.#tree({ left: this.#limits.maxTreeSize });
  }

  /** Passes over a value. */
  skip(): void {
    switch (this.kind()) {
      case 'object':
        this.openObject();
        while (this.nextName() !== undefined) this.skip();
        break;
      case 'array':
        this.openArray();
        while (this.nextElement()) this.skip();
        break;
      default:
        this.scalar();
    }
  }

  /** Nothing may come after the value. */
  end(): void {
    this.#skipSpace();
    if (this.#offset < this.#text.length) this.#expected('the end of the text');
  }

  #tree(budget: { left: number }): JsonTree {
    const kind = this.kind();
    budget.left -= 1;
    if (budget.left < 0) {
      const limit = String(this.#limits.maxTreeSize);
      throw new JsonError(`a value has more than ${limit} parts`, this.#start);
    }
    if (kind === 'object') {
      const members = new Map<string, JsonTree>();
      this.openObject();
      for (let name = this.nextName(); name !== undefined; name = this.nextName()) {
        members.set(name, this.#tree(budget));
      }
      return members;
    }
    if (kind === 'array') {
      const elements: JsonTree[] = [];
      this.openArray();
      while (this.nextElement()) elements.push(this.#tree(budget));
      return elements;
    }
    const value = this.scalar();
    if (typeof value === 'string') budget.left -= value.length >> 6;
    return value;
  }

  #open(bracket: string, close: Level['close']): void {
    this.#skipSpace();
    this.#start = this.#offset;
    if (this.#depth >= this.#limits.maxDepth) {
      const limit = String(this.#limits.maxDepth);
      throw new JsonError(`values are nested deeper than ${limit}`, this.#offset);
    }
    this.#take(bracket);
    const level = (this.#levels[this.#depth] ??= { close, names: new Set(), isEmpty: true });
    level.close = close;
    level.isEmpty = true;
    if (level.names.size > 0) level.names.clear();
    this.#depth += 1;
  }

  /** Goes on to the next member or element; undefined at the end, which closes the object or array. */
  #next(): Level | undefined {
    const level = this.#levels[this.#depth - 1];
    if (!level) throw new Error('no object or array is open');
    this.#skipSpace();
    if (this.#text[this.#offset] === level.close) {
      this.#offset += 1;
      this.#depth -= 1;
      return undefined;
    }
    if (!level.isEmpty) {
      if (this.#text[this.#offset] !== ',') return this.#expected(`"," or "${level.close}"`);
      this.#offset += 1;
      this.#skipSpace();
    }
    level.isEmpty = false;
    return level;
  }

  #string(): string {
    const { start } = this;
    this.#offset += 1;
    let value = '';
    for (;;) {
      value += this.#match(PLAIN) ?? '';
      const character = this.#text[this.#offset];
      if (character === '"') break;
      if (character !== '\\')
        return this.#expected('the end of a string, without control characters');
      value += this.#escape();
    }
    this.#offset += 1;
    if (NOT_INTERCHANGEABLE.test(value)) {
      throw new JsonError('a string has a lone surrogate or a noncharacter', start);
    }
    return value;
  }

  #escape(): string {
    const kind = this.#text[this.#offset + 1] ?? '';
    if (kind === 'u') {
      this.#offset += 2;
      const digits = this.#match(HEX);
      return digits === undefined
        ? this.#expected('four hexadecimal digits')
        : String.fromCharCode(Number.parseInt(digits, 16));
    }
    const character = ESCAPES[kind];
    if (character === undefined) return this.#expected('an escape sequence of JSON');
    this.#offset += 2;
    return character;
  }

  #number(): JsonNumber {
    const text = this.#match(NUMBER);
    if (text === undefined) return this.#expected('a number');
    if (text.length > this.#limits.maxNumberLength) {
      const limit = String(this.#limits.maxNumberLength);
      throw new JsonError(`a number has more than ${limit} characters`, this.#start);
    }
    return new JsonNumber(text);
  }

  #literal(): boolean | null {
    const word = this.#match(LITERAL);
    if (word === undefined) return this.#expected('"true", "false" or "null"');
    return word === 'null' ? null : word === 'true';
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#offset;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) return undefined;
    this.#offset += found.length;
    return found;
  }

  #skipSpace(): void {
    const code = this.#text.charCodeAt(this.#offset);
    if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) this.#match(SPACE);
  }

  #take(character: string): void {
    if (this.#text[this.#offset] !== character) this.#expected(`"${character}"`);
    this.#offset += 1;
  }

  #expected(what: string): never {
    const character = this.#text.codePointAt(this.#offset);
    const found =
      character === undefined
        ? 'the end of the text'
        : JSON.stringify(String.fromCodePoint(character));
    throw new JsonError(`expected ${what}, not ${found}`, this.#offset);
  }
}

function shortened(name: string): string {
  return name.length > 64 ? `${name.slice(0, 64)}…` : name;
}
