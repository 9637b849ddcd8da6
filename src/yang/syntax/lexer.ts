/**
 * Tokens of YANG text (RFC 7950, section 6.1).
 *
 * The lexer keeps the current token in its fields instead of handing out objects: a module has many
 * tokens and each is looked at once.
 */
import type { DiagnosticSink } from '../diagnostic.ts';
import type { Source, SourceRange } from './source.ts';

export type TokenKind = 'unquoted' | 'quoted' | '{' | '}' | ';' | 'end';

const TAB_WIDTH = 8;

/** A place where YANG 1.1 is stricter than YANG 1; reported once the version is known. */
export interface VersionedFault {
  readonly at: SourceRange;
  readonly message: string;
}

export class Lexer {
  kind: TokenKind = 'end';
  /** Text of a string token, quotes and escapes resolved. */
  value = '';
  start = 0;
  end = 0;
  /** A string or comment goes on to the end of the text. */
  isTruncated = false;
  /** Escapes that YANG 1.1 forbids. */
  readonly escapeFaults: VersionedFault[] = [];
  readonly #source: Source;
  readonly #text: string;
  readonly #sink: DiagnosticSink;

  constructor(source: Source, sink: DiagnosticSink) {
    this.#source = source;
    this.#text = source.text;
    this.#sink = sink;
    // A byte order mark is not part of the text.
    if (this.#text.charCodeAt(0) === 0xfeff) this.end = 1;
    this.#checkCharacters();
  }

  /** Asked anew after each move, unlike `kind`, whose value the compiler believes it knows. */
  is(kind: TokenKind): boolean {
    return this.kind === kind;
  }

  get range(): SourceRange {
    return this.rangeOf(this.start, this.end);
  }

  rangeOf(start: number, end: number): SourceRange {
    return { source: this.#source, start, end };
  }

  /** Moves to the next token. */
  next(): void {
    this.#skipSeparators();
    this.start = this.end;
    const first = this.#text[this.start];
    if (first === undefined) {
      this.kind = 'end';
      return;
    }
    if (first === '{' || first === '}' || first === ';') this.#single(first);
    else if (first === '"') this.#doubleQuoted();
    else if (first === "'") this.#singleQuoted();
    else this.#unquoted();
  }

  /** After a quoted string: moves past a `+` that joins it to another; false when there is none. */
  skipPlus(): boolean {
    const end = this.end;
    this.#skipSeparators();
    if (this.#text[this.end] === '+') {
      this.start = this.end;
      this.end += 1;
      return true;
    }
    this.end = end;
    return false;
  }

  #single(kind: '{' | '}' | ';'): void {
    this.kind = kind;
    this.end = this.start + 1;
  }

  #skipSeparators(): void {
    const text = this.#text;
    for (;;) {
      const code = text.charCodeAt(this.end);
      if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) this.end += 1;
      else if (code !== 0x2f) return;
      else if (text[this.end + 1] === '/') this.#skipTo('\n', 'line');
      else if (text[this.end + 1] === '*') this.#skipTo('*/', 'block');
      else return;
    }
  }

  #skipTo(terminator: string, kind: 'line' | 'block'): void {
    const found = this.#text.indexOf(terminator, this.end + 2);
    if (found < 0 && kind === 'block') {
      const at = this.rangeOf(this.end, this.end + 2);
      this.#sink.report('unterminated-comment', at, 'comment has no "*/"');
      this.isTruncated = true;
    }
    this.end = found < 0 ? this.#text.length : found + terminator.length;
  }

  #unquoted(): void {
    const text = this.#text;
    let at = this.start;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code <= 0x20 || code === 0x3b || code === 0x7b || code === 0x7d) break;
      if (code === 0x22 || code === 0x27) this.#quoteInUnquoted(at);
      if (code === 0x2f && (text[at + 1] === '/' || text[at + 1] === '*')) break;
    }
    this.kind = 'unquoted';
    this.end = Math.max(at, this.start + 1);
    this.value = text.slice(this.start, this.end);
  }

  #quoteInUnquoted(at: number): void {
    this.escapeFaults.push({
      at: this.rangeOf(at, at + 1),
      message: 'an unquoted string cannot contain a quote',
    });
  }

  #singleQuoted(): void {
    const close = this.#closingQuote("'");
    this.kind = 'quoted';
    this.value = this.#text.slice(this.start + 1, close);
    this.end = Math.min(close + 1, this.#text.length);
  }

  #closingQuote(quote: string): number {
    const close = this.#text.indexOf(quote, this.start + 1);
    if (close >= 0) return close;
    return this.#unterminated();
  }

  #unterminated(): number {
    const at = this.rangeOf(this.start, this.start + 1);
    this.#sink.report('unterminated-string', at, 'string has no closing quote');
    this.isTruncated = true;
    return this.#text.length;
  }

  #doubleQuoted(): void {
    const text = this.#text;
    let close = this.start + 1;
    let plain = true;
    for (; close < text.length; close += 1) {
      const code = text.charCodeAt(close);
      if (code === 0x22) break;
      if (code === 0x0a) plain = false;
      if (code !== 0x5c) continue;
      plain = false;
      close += 1;
    }
    if (close >= text.length) close = this.#unterminated();
    const raw = text.slice(this.start + 1, close);
    this.kind = 'quoted';
    this.end = Math.min(close + 1, text.length);
    this.value = plain ? raw : this.#unescape(this.#trimLines(raw));
  }

  /**
   * Drops white space before line breaks, and indentation up to the column of the opening quote
   * (section 6.1.3). This precedes escapes, so an escaped tab or line break is left alone.
   */
  #trimLines(raw: string): string {
    if (!raw.includes('\n')) return raw;
    const indent = this.#quoteColumn() + 1;
    const lines = raw.split('\n');
    return lines
      .map((line, index) => {
        const from = index === 0 ? line : stripIndent(line, indent);
        return index === lines.length - 1 ? from : from.replace(/[ \t\r]+$/, '');
      })
      .join('\n');
  }

  #quoteColumn(): number {
    const lineStart = this.#text.lastIndexOf('\n', this.start) + 1;
    let column = 0;
    for (let at = lineStart; at < this.start; at += 1) {
      column = this.#text[at] === '\t' ? nextTabStop(column) : column + 1;
    }
    return column;
  }

  #unescape(text: string): string {
    if (!text.includes('\\')) return text;
    return text.replace(/\\([\s\S])/g, (whole, character: string) => {
      const escaped = ESCAPES[character];
      if (escaped !== undefined) return escaped;
      const offset = this.#text.indexOf(whole, this.start);
      this.escapeFaults.push({
        at: this.rangeOf(offset, offset + 2),
        message: `"${whole}" is not an escape sequence`,
      });
      return whole;
    });
  }

  /** Section 14, yang-char: no control characters but tab and line breaks, no non-characters. */
  #checkCharacters(): void {
    const found = FORBIDDEN.exec(this.#text);
    if (!found) return;
    const at = this.rangeOf(found.index, found.index + found[0].length);
    const code = found[0].codePointAt(0) ?? 0;
    this.#sink.report('invalid-character', at, `character U+${code.toString(16)} is not allowed`);
  }
}

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\ufdd0-\ufdef\ufffe\uffff]/u;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '"': '"', '\\': '\\' };

function nextTabStop(column: number): number {
  return (Math.floor(column / TAB_WIDTH) + 1) * TAB_WIDTH;
}

/** Removes leading white space up to `width` columns; a tab that reaches beyond leaves spaces. */
function stripIndent(line: string, width: number): string {
  let column = 0;
  let at = 0;
  for (; column < width && at < line.length; at += 1) {
    const character = line[at];
    if (character === ' ') column += 1;
    else if (character === '\t') column = nextTabStop(column);
    else break;
  }
  return column > width ? ' '.repeat(column - width) + line.slice(at) : line.slice(at);
}
