/**
 * Where a part of an argument is written, so that a diagnostic can point into a range or a pattern. The
 * text of an argument is not that of the source: it may be in pieces, have escapes, and lose white space
 * at the ends of its lines (RFC 7950, section 6.1.3).
 */
import type { SourceRange } from '../syntax/source.ts';
import type { Statement } from '../syntax/statement.ts';

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '"': '"', '\\': '\\' };

/** The place of the character at `offset` of the argument; all of the argument where that cannot be told. */
export function placeInArgument(statement: Statement, offset: number | undefined): SourceRange {
  const { argumentAt, text } = statement;
  if (offset === undefined) return argumentAt;
  const start = new Aligner(argumentAt).advance(text, Math.min(offset, text.length));
  if (start === undefined) return argumentAt;
  return { source: argumentAt.source, start, end: Math.min(start + 1, argumentAt.end) };
}

/** Walks the source along with the text that was made of it. */
class Aligner {
  readonly #text: string;
  readonly #end: number;
  #at: number;
  /** The quote of the piece it is in; '' in an argument without quotes. */
  #quote = '';

  constructor({ source, start, end }: SourceRange) {
    this.#text = source.text;
    this.#at = start;
    this.#end = end;
    this.#open();
  }

  /** Where in the source character number `count` of `text` is. */
  advance(text: string, count: number): number | undefined {
    for (let index = 0; index < count; index++) {
      if (!this.#find(text.charAt(index))) return undefined;
      this.#at += this.#size();
    }
    // The place is that of the character itself, not of what precedes it.
    if (count < text.length && !this.#find(text.charAt(count))) return undefined;
    return this.#at;
  }

  #open(): void {
    const character = this.#text.charAt(this.#at);
    if (character !== '"' && character !== "'") return;
    this.#quote = character;
    this.#at++;
  }

  /** Skips white space that is no part of the text, and from one piece to the next. */
  #find(wanted: string): boolean {
    while (this.#at < this.#end) {
      const character = this.#text.charAt(this.#at);
      if (this.#quote !== '' && character === this.#quote) {
        if (!this.#nextPiece()) return false;
      } else if (this.#character() === wanted) {
        return true;
      } else if (this.#quote === '"' && /\s/.test(character)) {
        this.#at++;
      } else {
        return false;
      }
    }
    return false;
  }

  #nextPiece(): boolean {
    const between = /["'][ \t\r\n]*\+[ \t\r\n]*(?=["'])/y;
    between.lastIndex = this.#at;
    const [skipped] = between.exec(this.#text) ?? [];
    if (skipped === undefined) return false;
    this.#at += skipped.length;
    this.#open();
    return true;
  }

  #character(): string {
    const character = this.#text.charAt(this.#at);
    return this.#size() === 2 ? (ESCAPES[this.#text.charAt(this.#at + 1)] ?? '') : character;
  }

  /** Length of the character in the source: 2 when it is escaped. */
  #size(): number {
    if (this.#quote !== '"' || this.#text.charAt(this.#at) !== '\\') return 1;
    return Object.hasOwn(ESCAPES, this.#text.charAt(this.#at + 1)) ? 2 : 1;
  }
}
