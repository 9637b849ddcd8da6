/** The text of ranges and lengths (RFC 7950, section 14, rules "range-arg" and "length-arg"). */

/** A bound as written, with its place in the argument. */
export interface BoundText {
  readonly text: string;
  readonly offset: number;
}

/** A value or LOW..HIGH; `high` is `low` for a value. */
export interface PartText {
  readonly low: BoundText;
  readonly high: BoundText;
}

/** What is wrong, and where. */
export interface SyntaxFault {
  readonly message: string;
  readonly offset: number;
}

const SPACE = /[ \t\r\n]*/y;
const BOUND = /[^ \t\r\n|.]+(?:\.[^ \t\r\n|.]+)*/y;

/** The parts of the expression; of the first fault nothing that follows it is looked at. */
export function parseRangeExpression(text: string): readonly PartText[] | SyntaxFault {
  const reader = new Reader(text);
  const parts: PartText[] = [];
  do {
    const low = reader.bound();
    if (!low) return reader.fault('a value, "min" or "max"');
    const high = reader.take('..') ? reader.bound() : low;
    if (!high) return reader.fault('a value, "min" or "max" after ".."');
    parts.push({ low, high });
  } while (reader.take('|'));
  return reader.isAtEnd ? parts : reader.fault('"..", "|" or the end');
}

class Reader {
  readonly #text: string;
  #offset = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    this.#skip(SPACE);
    return this.#offset === this.#text.length;
  }

  bound(): BoundText | undefined {
    this.#skip(SPACE);
    const offset = this.#offset;
    const text = this.#skip(BOUND);
    return text === '' ? undefined : { text, offset };
  }

  take(token: string): boolean {
    this.#skip(SPACE);
    if (!this.#text.startsWith(token, this.#offset)) return false;
    this.#offset += token.length;
    return true;
  }

  fault(expected: string): SyntaxFault {
    this.#skip(SPACE);
    const rest = this.#text.slice(this.#offset, this.#offset + 1);
    const found = rest === '' ? 'the end' : `"${rest}"`;
    return { message: `expected ${expected}, not ${found}`, offset: this.#offset };
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#offset;
    const [found = ''] = pattern.exec(this.#text) ?? [];
    this.#offset += found.length;
    return found;
  }
}
