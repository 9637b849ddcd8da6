/**
 * Text to statements (RFC 7950, section 6.3). Knows nothing of what the keywords mean, except that it
 * looks at yang-version, because YANG 1.1 is stricter about quoting.
 *
 *     statement = keyword [string] (";" / "{" *statement "}")
 */
import { DiagnosticSink, type Diagnostic } from '../diagnostic.ts';
import { Lexer } from './lexer.ts';
import { Source, type SourceRange } from './source.ts';
import { Statement } from './statement.ts';

/** Deeper nesting than this is refused, so that no text can exhaust the stack. */
const MAX_DEPTH = 200;

const KEYWORD = /^(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*$/;

export interface ParseResult {
  /** The module or submodule; undefined when there is nothing to work with. */
  readonly statement: Statement | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses one module or submodule. */
export function parseYang(text: string, file: string): ParseResult {
  const sink = new DiagnosticSink();
  const statement = new Parser(new Source(file, text), sink).parse();
  return { statement, diagnostics: sink.diagnostics };
}

class Parser {
  readonly #lexer: Lexer;
  readonly #sink: DiagnosticSink;
  #depth = 0;

  constructor(source: Source, sink: DiagnosticSink) {
    this.#sink = sink;
    this.#lexer = new Lexer(source, sink);
  }

  parse(): Statement | undefined {
    const lexer = this.#lexer;
    lexer.next();
    const statements: Statement[] = [];
    while (lexer.kind !== 'end') {
      if (lexer.kind === '}') {
        this.#unexpected('a statement');
        lexer.next();
        continue;
      }
      const statement = this.#statement(undefined);
      if (statement) statements.push(statement);
    }
    const [first, second] = statements;
    if (!first || second) {
      const at = second?.at ?? lexer.rangeOf(0, 0);
      this.#sink.report('not-a-module', at, 'expected one module or submodule');
    }
    if (first) this.#reportEscapes(first);
    return first;
  }

  #reportEscapes(root: Statement): void {
    if (root.argumentOf('yang-version') !== '1.1') return;
    for (const { at, message } of this.#lexer.escapeFaults) {
      this.#sink.report('invalid-escape', at, message);
    }
  }

  /** Parses a statement; the lexer is at its keyword, and afterwards beyond its end. */
  #statement(parent: Statement | undefined): Statement | undefined {
    const lexer = this.#lexer;
    if (lexer.kind !== 'unquoted' || !KEYWORD.test(lexer.value)) {
      this.#unexpected('a keyword');
      this.#recover();
      return undefined;
    }
    const keyword = lexer.value;
    const at = lexer.range;
    lexer.next();
    const argument = this.#argument();
    const substatements: Statement[] = [];
    const statement = new Statement({
      keyword,
      argument: argument?.text,
      substatements,
      parent,
      at,
      argumentAt: argument?.at,
    });
    this.#body(statement, substatements);
    return statement;
  }

  #argument(): { text: string; at: SourceRange } | undefined {
    const lexer = this.#lexer;
    if (lexer.kind !== 'unquoted' && lexer.kind !== 'quoted') return undefined;
    const start = lexer.start;
    let text = lexer.value;
    let end = lexer.end;
    while (lexer.is('quoted') && lexer.skipPlus()) {
      lexer.next();
      if (!lexer.is('quoted')) {
        this.#unexpected('a quoted string after "+"');
        if (lexer.is('unquoted')) lexer.next();
        return { text, at: lexer.rangeOf(start, end) };
      }
      text += lexer.value;
      end = lexer.end;
    }
    lexer.next();
    return { text, at: lexer.rangeOf(start, end) };
  }

  #body(statement: Statement, substatements: Statement[]): void {
    const lexer = this.#lexer;
    if (lexer.kind === ';') {
      lexer.next();
    } else if (lexer.kind === '{') {
      this.#block(statement, substatements);
    } else {
      this.#unexpected('";" or "{"');
      if (lexer.kind !== '}') this.#recover();
    }
  }

  #block(statement: Statement, substatements: Statement[]): void {
    const lexer = this.#lexer;
    const opening = lexer.range;
    if (this.#depth === MAX_DEPTH) {
      const message = `more than ${String(MAX_DEPTH)} levels of statements`;
      this.#sink.report('nested-too-deep', opening, message);
      this.#recover();
      return;
    }
    this.#depth += 1;
    lexer.next();
    while (lexer.kind !== '}' && lexer.kind !== 'end') {
      const substatement = this.#statement(statement);
      if (substatement) substatements.push(substatement);
    }
    if (lexer.kind === 'end' && !lexer.isTruncated) {
      this.#sink.report('unterminated-block', opening, `"${statement.keyword}" has no "}"`);
    }
    lexer.next();
    this.#depth -= 1;
  }

  #unexpected(expected: string): void {
    const lexer = this.#lexer;
    // After a string or comment without end nothing is left to expect.
    if (lexer.kind === 'end' && lexer.isTruncated) return;
    const found = lexer.kind === 'end' ? 'the end of the text' : describe(lexer);
    this.#sink.report('unexpected-token', lexer.range, `expected ${expected}, found ${found}`);
  }

  /** Skips to the end of the present statement: past a ";" or a whole block, or before a "}". */
  #recover(): void {
    const lexer = this.#lexer;
    let depth = 0;
    while (lexer.kind !== 'end') {
      if (lexer.kind === '{') depth += 1;
      else if (lexer.kind === '}' && depth === 0) return;
      else if (lexer.kind === '}') depth -= 1;
      const isEnd = depth === 0 && (lexer.kind === ';' || lexer.kind === '}');
      lexer.next();
      if (isEnd) return;
    }
  }
}

function describe(lexer: Lexer): string {
  const { kind, value } = lexer;
  if (kind !== 'unquoted' && kind !== 'quoted') return `"${kind}"`;
  return value.length > 40 ? `"${value.slice(0, 40)}…"` : `"${value}"`;
}
