/**
 * Statements as YANG text: canonical order, quotes only where they are needed or usual, two blanks of indentation
 * (RFC 7950, sections 6 and 14). Comments are gone with parsing.
 */
import type { Statement } from '../syntax/statement.ts';
import { inCanonicalOrder, sectionRank } from './text/canonical-order.ts';
import { isPlain, isProse, quote, quoteLines, quoteParts } from './text/quote.ts';

export interface YangPrintOptions {
  /** Characters to a line; longer arguments are broken with "+", prose never. Default: 80. */
  readonly lineLength?: number | undefined;
  /** `canonical` as in the grammar (section 14), or as in the `source`. Default: canonical. */
  readonly order?: 'canonical' | 'source' | undefined;
}

/**
 * The text of a statement and everything below it, usually a module. Parsing it gives the same statements, in the
 * order of the options; printing those again gives the same text.
 */
export function printYang(
  statement: Statement,
  { lineLength = 80, order = 'canonical' }: YangPrintOptions = {},
): string {
  const printer = new YangPrinter(lineLength, order);
  printer.print(statement);
  return printer.text;
}

/** What is still to be printed: a statement, or the line that ends one or stands between two. */
type Pending = { readonly statement: Statement; readonly indent: string } | string;

class YangPrinter {
  readonly #lineLength: number;
  readonly #order: 'canonical' | 'source';
  readonly #lines: string[] = [];

  constructor(lineLength: number, order: 'canonical' | 'source') {
    this.#lineLength = lineLength;
    this.#order = order;
  }

  get text(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  /** Without recursion: statements may be nested deeper than the stack is. */
  print(root: Statement): void {
    const stack: Pending[] = [{ statement: root, indent: '' }];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (typeof next === 'string') this.#lines.push(next);
      else
        for (const inner of this.#statement(next.statement, next.indent).reverse())
          stack.push(inner);
    }
  }

  /** Prints the beginning of a statement; returns what comes after it. */
  #statement(statement: Statement, indent: string): Pending[] {
    const children =
      this.#order === 'canonical' ? inCanonicalOrder(statement) : statement.substatements;
    const end = children.length === 0 ? ';' : ' {';
    this.#lines.push(`${this.#head(statement, indent, end.length)}${end}`);
    if (children.length === 0) return [];
    const inner = `${indent}  `;
    const pending: Pending[] = [];
    const isModule = statement.keyword === 'module' || statement.keyword === 'submodule';
    children.forEach((child, index) => {
      const previous = children[index - 1];
      if (isModule && previous && needsBlankLine(previous, child)) pending.push('');
      pending.push({ statement: child, indent: inner });
    });
    pending.push(`${indent}}`);
    return pending;
  }

  /** Keyword and argument; `after` characters will follow on the last line. */
  #head({ keyword, argument }: Statement, indent: string, after: number): string {
    const start = `${indent}${keyword}`;
    if (argument === undefined) return start;
    if (isPlain(keyword, argument)) return `${start} ${argument}`;
    const column = indent.length + 2;
    const own = `\n${' '.repeat(column)}`;
    if (isProse(keyword)) return `${start}${own}${quoteLines(argument, column)}`;
    if (argument.includes('\n')) return `${start} ${quoteLines(argument, start.length + 1)}`;
    const text = quote(argument);
    if (start.length + 1 + text.length + after <= this.#lineLength) return `${start} ${text}`;
    if (column + text.length + after <= this.#lineLength) return `${start}${own}${text}`;
    const parts = quoteParts(argument, this.#lineLength - column - 2 - after);
    return `${start}${own}${parts.join(`${own}+ `)}`;
  }
}

/** Sections of a module, and definitions in them, stand apart. */
function needsBlankLine(previous: Statement, next: Statement): boolean {
  if (previous.substatements.length > 0 || next.substatements.length > 0) return true;
  const rank = sectionRank(next.keyword);
  return rank !== undefined && rank !== sectionRank(previous.keyword) && !isHeader(next.keyword);
}

function isHeader(keyword: string): boolean {
  return keyword === 'namespace' || keyword === 'prefix';
}
