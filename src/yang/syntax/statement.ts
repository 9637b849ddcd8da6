/**
 * The statement: keyword, optional argument, substatements (RFC 7950, section 6.3).
 *
 * A statement knows its parent, because typedefs, groupings and prefixes are looked up where a
 * statement is written, wherever it is used.
 */
import type { Source, SourceRange } from './source.ts';

const NO_STATEMENTS: readonly Statement[] = [];

/** A statement as it is written: nothing is resolved, and its keyword may be unknown. */
export class Statement {
  /** As written, with the prefix of an extension: `leaf`, `nacm:default-deny-all`. */
  readonly keyword: string;
  /** True for the use of an extension. */
  readonly isExtension: boolean;
  readonly argument: string | undefined;
  readonly parent: Statement | undefined;
  readonly source: Source;
  #substatements: readonly Statement[];
  // A module has many statements, and of few is asked where they are.
  readonly #start: number;
  readonly #end: number;
  readonly #argumentStart: number;
  readonly #argumentEnd: number;

  constructor(parts: StatementParts) {
    const { at, argumentAt = at } = parts;
    this.keyword = parts.keyword;
    this.isExtension = parts.keyword.includes(':');
    this.argument = parts.argument;
    this.#substatements = parts.substatements ?? NO_STATEMENTS;
    this.parent = parts.parent;
    this.source = at.source;
    this.#start = at.start;
    this.#end = at.end;
    this.#argumentStart = argumentAt.start;
    this.#argumentEnd = argumentAt.end;
  }

  get substatements(): readonly Statement[] {
    return this.#substatements;
  }

  /** For the parser, which has read the substatements when it has made the statement they are in. */
  complete(substatements: readonly Statement[]): void {
    // The copy has no room to grow, which would be most of the memory of a small array.
    this.#substatements = substatements.slice();
  }

  /** Where the keyword is. */
  get at(): SourceRange {
    return { source: this.source, start: this.#start, end: this.#end };
  }

  /** Where the argument is, quotes included; the keyword when there is none. */
  get argumentAt(): SourceRange {
    return { source: this.source, start: this.#argumentStart, end: this.#argumentEnd };
  }

  /** The argument, or an empty string when it is missing, which the grammar check has reported. */
  get text(): string {
    return this.argument ?? '';
  }

  /** First substatement with this keyword. */
  find(keyword: string): Statement | undefined {
    for (const statement of this.#substatements) {
      if (statement.keyword === keyword) return statement;
    }
    return undefined;
  }

  /** Argument of the first substatement with this keyword. */
  argumentOf(keyword: string): string | undefined {
    return this.find(keyword)?.argument;
  }

  /** All substatements with this keyword, in order. */
  all(keyword: string): readonly Statement[] {
    return this.#substatements.filter((statement) => statement.keyword === keyword);
  }
}

export interface StatementParts {
  readonly keyword: string;
  readonly argument?: string | undefined;
  /** None when absent, or until the statement is completed. */
  readonly substatements?: readonly Statement[] | undefined;
  readonly parent?: Statement | undefined;
  readonly at: SourceRange;
  readonly argumentAt?: SourceRange | undefined;
}

/** Splits `prefix:name`; the prefix is undefined when there is none. */
export function splitPrefix(text: string): readonly [prefix: string | undefined, name: string] {
  const colon = text.indexOf(':');
  return colon < 0 ? [undefined, text] : [text.slice(0, colon), text.slice(colon + 1)];
}
