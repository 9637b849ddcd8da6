/**
 * Tokens of YANG text (RFC 7950, section 6.1; where version 1 differs, RFC 6020, section 6.1).
 *
 * The lexer keeps the current token in its fields instead of handing out objects: a module has many
 * tokens and each is looked at once.
 */
import type { DiagnosticSink } from '../diagnostic.ts';
import { reportCharacters } from './characters.ts';
import type { Source, SourceRange } from './source.ts';
import { columnOf, trimLines } from './string-lines.ts';

export type TokenKind = 'unquoted' | 'quoted' | '{' | '}' | ';' | 'end';

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
  /** Escapes and quotes that YANG 1.1 forbids. */
  readonly versionedFaults: VersionedFault[] = [];
  readonly #source: Source;
  readonly #text: string;
  readonly #sink: DiagnosticSink;

  constructor(source: Source, sink: DiagnosticSink) {
    this.#source = source;
    this.#text = source.text;
    this.#sink = sink;
    // A byte order mark is not part of the text.
    if (this.#text.charCodeAt(0) === 0xfeff) this.end = 1;
    reportCharacters(source, sink);
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
      if (code === 0x20 || code === 0x0a || code === 0x09) this.end += 1;
      else if (code === 0x0d) this.#carriageReturn();
      else if (code !== 0x2f) return;
      else if (text[this.end + 1] === '/') this.#skipTo('\n', 'line');
      else if (text[this.end + 1] === '*') this.#skipTo('*/', 'block');
      else return;
    }
  }

  /** Between tokens it belongs to the line feed that follows it (section 6). */
  #carriageReturn(): void {
    if (this.#text.charCodeAt(this.end + 1) !== 0x0a) {
      const at = this.rangeOf(this.end, this.end + 1);
      const message = 'a carriage return without line feed may stand in quoted strings only';
      this.#sink.report('invalid-character', at, message);
    }
    this.end += 1;
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
      if (code === 0x2a && text[at + 1] === '/') this.#commentEnd(at);
    }
    this.kind = 'unquoted';
    this.end = Math.max(at, this.start + 1);
    this.value = text.slice(this.start, this.end);
  }

  #quoteInUnquoted(at: number): void {
    this.versionedFaults.push({
      at: this.rangeOf(at, at + 1),
      message: 'an unquoted string cannot contain a quote',
    });
  }

  #commentEnd(at: number): void {
    const message = 'an unquoted string cannot contain "*/"';
    this.#sink.report('invalid-character', this.rangeOf(at, at + 2), message);
  }

  #singleQuoted(): void {
    const close = this.#text.indexOf("'", this.start + 1);
    const end = close < 0 ? this.#unterminated() : close;
    this.kind = 'quoted';
    this.value = this.#text.slice(this.start + 1, end);
    this.end = Math.min(end + 1, this.#text.length);
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
    let hasLines = false;
    let hasEscapes = false;
    for (; close < text.length; close += 1) {
      const code = text.charCodeAt(close);
      if (code === 0x22) break;
      if (code === 0x0a) hasLines = true;
      if (code !== 0x5c) continue;
      hasEscapes = true;
      close += 1;
      this.#checkEscape(close);
    }
    if (close >= text.length) close = this.#unterminated();
    const raw = text.slice(this.start + 1, close);
    this.kind = 'quoted';
    this.end = Math.min(close + 1, text.length);
    // Trimming precedes escapes, so an escaped tab or line break is left alone.
    const trimmed = hasLines ? trimLines(raw, columnOf(text, this.start) + 1) : raw;
    this.value = hasEscapes ? unescape(trimmed) : trimmed;
  }

  #checkEscape(at: number): void {
    const character = this.#text[at];
    if (character === undefined || ESCAPES[character] !== undefined) return;
    this.versionedFaults.push({
      at: this.rangeOf(at - 1, at + 1),
      message: `"\\${character}" is not an escape sequence`,
    });
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '"': '"', '\\': '\\' };

/** What a backslash means; before other characters, which version 1 allows, it stands for itself. */
function unescape(text: string): string {
  return text.replace(/\\([^])/g, (whole, character: string) => ESCAPES[character] ?? whole);
}
