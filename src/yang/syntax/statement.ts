/**
 * The statement: keyword, optional argument, substatements (RFC 7950, section 6.3).
 *
 * A statement knows its parent, because typedefs, groupings and prefixes are looked up where a
 * statement is written, wherever it is used.
 */
import type { Source, SourceRange } from './source.ts';

export class Statement {
  /** As written, with the prefix of an extension: `leaf`, `nacm:default-deny-all`. */
  readonly keyword: string;
  readonly argument: string | undefined;
  readonly substatements: readonly Statement[];
  readonly parent: Statement | undefined;
  /** Where the keyword is. */
  readonly at: SourceRange;
  /** Where the argument is, quotes included; the keyword when there is none. */
  readonly argumentAt: SourceRange;

  constructor(parts: StatementParts) {
    this.keyword = parts.keyword;
    this.argument = parts.argument;
    this.substatements = parts.substatements;
    this.parent = parts.parent;
    this.at = parts.at;
    this.argumentAt = parts.argumentAt ?? parts.at;
  }

  get source(): Source {
    return this.at.source;
  }

  /** The argument, or an empty string when it is missing, which the grammar check has reported. */
  get text(): string {
    return this.argument ?? '';
  }

  /** True for the use of an extension. */
  get isExtension(): boolean {
    return this.keyword.includes(':');
  }

  /** First substatement with this keyword. */
  find(keyword: string): Statement | undefined {
    for (const statement of this.substatements) {
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
    return this.substatements.filter((statement) => statement.keyword === keyword);
  }
}

export interface StatementParts {
  readonly keyword: string;
  readonly argument?: string | undefined;
  /** The parser fills the array after it has made the statement. */
  readonly substatements: readonly Statement[];
  readonly parent?: Statement | undefined;
  readonly at: SourceRange;
  readonly argumentAt?: SourceRange | undefined;
}

/** Splits `prefix:name`; the prefix is undefined when there is none. */
export function splitPrefix(text: string): readonly [prefix: string | undefined, name: string] {
  const colon = text.indexOf(':');
  return colon < 0 ? [undefined, text] : [text.slice(0, colon), text.slice(colon + 1)];
}
