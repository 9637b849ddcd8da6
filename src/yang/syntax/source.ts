/** A module's text, and where its lines begin, so that an offset can be shown as line and column. */

/** Line and column, both counted from 1; a column counts characters (code points), a tab as one. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A stretch of a source, in UTF-16 code units: what a diagnostic points at. */
export interface SourceRange {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** A text by the name that diagnostics give it. */
export class Source {
  /** Name to show to people: a file name or path. */
  readonly file: string;
  readonly text: string;
  #lineStarts: readonly number[] | undefined;
  #pairs: readonly number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** Line and column of an offset. */
  locate(at: number): Position {
    const line = this.#lineAt(at);
    const start = this.#starts[line - 1] ?? 0;
    const offset = Math.max(at, start);
    const pairs = (this.#pairs ??= findPairs(this.text));
    const wide = countUpTo(pairs, offset) - countUpTo(pairs, start);
    return { line, column: offset - start - wide + 1 };
  }

  /** Where a line, counted from 1, begins and where it ends, without its line break. */
  lineRange(line: number): { readonly start: number; readonly end: number } {
    const start = this.#starts[line - 1] ?? this.text.length;
    let end = this.#starts[line] ?? this.text.length;
    if (this.text[end - 1] === '\n') end -= 1;
    if (this.text[end - 1] === '\r') end -= 1;
    return { start, end: Math.max(start, end) };
  }

  get #starts(): readonly number[] {
    return (this.#lineStarts ??= findLineStarts(this.text));
  }

  #lineAt(offset: number): number {
    return Math.max(1, countUpTo(this.#starts, offset + 1));
  }
}

/** Number of entries of a sorted list that are less than `limit`. */
function countUpTo(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function findLineStarts(text: string): readonly number[] {
  // A byte order mark takes no column.
  const starts = [text.charCodeAt(0) === 0xfeff ? 1 : 0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Offsets of the characters that take two code units. */
function findPairs(text: string): readonly number[] {
  const pairs: number[] = [];
  for (const { index } of text.matchAll(/[\u{10000}-\u{10ffff}]/gu)) pairs.push(index);
  return pairs;
}
