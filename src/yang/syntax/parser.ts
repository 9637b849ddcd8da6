/**
 * Text to statements (RFC 7950, section 6.3). Knows nothing of what the keywords mean, except that it
 * looks at yang-version, because YANG 1.1 is stricter about quoting, and at which words are keywords, to
 * find the next statement where a ";" is missing.
 *
 *     statement = keyword [string] (";" / "{" *statement "}")
 */
import { DiagnosticSink, shorten, type Diagnostic } from '../diagnostic.ts';
import { keywords } from './argument-forms.ts';
import { substatementsOf } from './grammar.ts';
import { Lexer } from './lexer.ts';
import { Source, type SourceRange } from './source.ts';
import { Statement } from './statement.ts';

/** Deeper nesting than this is refused, so that no text can exhaust the stack. */
const MAX_DEPTH = 200;

const KEYWORD = /^(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*$/;

/** One text for each keyword, so that it is looked up with the same hash ever after. */
const KNOWN: ReadonlyMap<string, string> = new Map([...keywords()].map((it) => [it, it]));

function keywordOf(text: string): string | undefined {
  return KNOWN.get(text) ?? (KEYWORD.test(text) ? text : undefined);
}

export interface ParseResult {
  /** The module or submodule; undefined when there is nothing to work with. */
  readonly statement: Statement | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** A brace, quote or end of comment is missing somewhere: statements may be in the wrong place. */
  readonly isBroken?: boolean;
  /** Statements in which something could not be read: some of it may be missing or misplaced. */
  readonly damaged?: ReadonlySet<Statement>;
  /** Something at the top level could not be read that may have been a definition. */
  readonly lacksDefinitions?: boolean;
}

/** Parses one module or submodule. */
export function parseYang(text: string, file: string): ParseResult {
  const sink = new DiagnosticSink();
  const parser = new Parser(new Source(file, text), sink);
  const statement = parser.parse();
  const { isBroken, damaged, lacksDefinitions } = parser;
  return { statement, diagnostics: sink.diagnostics, isBroken, damaged, lacksDefinitions };
}

class Parser {
  isBroken = false;
  lacksDefinitions = false;
  readonly damaged = new Set<Statement>();
  readonly #lexer: Lexer;
  readonly #sink: DiagnosticSink;
  readonly #text: string;
  #depth = 0;
  /** Whether the argument just read ended with a quote. */
  #afterQuoted = false;

  constructor(source: Source, sink: DiagnosticSink) {
    this.#sink = sink;
    this.#text = source.text;
    this.#lexer = new Lexer(source, sink);
  }

  parse(): Statement | undefined {
    const lexer = this.#lexer;
    lexer.next();
    const root = this.#root();
    if (!lexer.is('end') && root) this.#rest(root);
    if (lexer.isTruncated) this.isBroken = true;
    if (root) this.#reportVersioned(root);
    return root;
  }

  /** The first statement; that something else precedes it is said once. */
  #root(): Statement | undefined {
    const lexer = this.#lexer;
    let isFirst = true;
    while (!lexer.is('end')) {
      if (lexer.is('unquoted') && KEYWORD.test(lexer.value)) return this.#statement(undefined);
      if (isFirst) {
        const message = `expected a module or submodule, found ${describe(lexer)}`;
        this.#sink.report('not-a-module', lexer.range, message);
      }
      isFirst = false;
      if (lexer.is('}')) lexer.next();
      else this.#recover();
    }
    if (isFirst && !lexer.isTruncated) {
      this.#sink.report('not-a-module', lexer.rangeOf(0, 0), 'expected a module or submodule');
    }
    return undefined;
  }

  /** What follows the root is too much: a second module, or statements behind a "}" too many. */
  #rest(root: Statement): void {
    const lexer = this.#lexer;
    if (lexer.is('unquoted') && (lexer.value === 'module' || lexer.value === 'submodule')) {
      this.#sink.report('not-a-module', lexer.range, 'a file holds one module or submodule');
    } else {
      this.#unexpected(`the end of the text, because "${root.keyword}" ends before`);
      this.isBroken = true;
    }
    while (!lexer.is('end')) {
      this.#recover();
      if (lexer.is('}')) lexer.next();
    }
  }

  #reportVersioned(root: Statement): void {
    if (root.argumentOf('yang-version') !== '1.1') return;
    for (const { at, message } of this.#lexer.versionedFaults) {
      this.#sink.report('invalid-escape', at, message);
    }
  }

  /** Parses a statement; the lexer is at its keyword, and afterwards beyond its end. */
  #statement(parent: Statement | undefined): Statement | undefined {
    const lexer = this.#lexer;
    const isString = lexer.kind === 'unquoted' || lexer.kind === 'quoted';
    const keyword = isString ? keywordOf(lexer.value) : undefined;
    if (lexer.kind !== 'unquoted' || keyword === undefined) this.#unexpected('a keyword');
    if (lexer.is(';')) {
      // Several semicolons are one mistake, and nothing is lost with them.
      while (lexer.is(';')) lexer.next();
      return undefined;
    }
    // A keyword in quotes is none, but what it should be is clear.
    if (keyword === undefined) {
      this.#markDamaged(parent, isString && /[A-Za-z]/.test(lexer.value));
      this.#recover();
      return undefined;
    }
    const at = lexer.range;
    lexer.next();
    const argument = this.#argument();
    const isCut = !lexer.is(';') && !lexer.is('{') && this.#missingEnd();
    const statement = new Statement({
      keyword,
      argument: argument?.text,
      parent,
      at,
      argumentAt: argument?.at,
    });
    if (isCut) this.#markDamaged(parent, true);
    if (lexer.is('{')) this.#block(statement);
    else if (lexer.is(';')) lexer.next();
    return statement;
  }

  /** Something in `parent` was passed over; a statement, perhaps, when there was a word. */
  #markDamaged(parent: Statement | undefined, wasWord: boolean): void {
    for (let it = parent; it; it = it.parent) this.damaged.add(it);
    if (wasWord && parent && !parent.parent) this.lacksDefinitions = true;
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
    this.#afterQuoted = lexer.is('quoted');
    lexer.next();
    return { text, at: lexer.rangeOf(start, end) };
  }

  /**
   * Neither ";" nor "{": goes to where the statement is likely to end, or the next one to begin. True when
   * words were passed over that may have been a statement.
   */
  #missingEnd(): boolean {
    const lexer = this.#lexer;
    this.#unexpected('";" or "{"');
    let afterQuoted = this.#afterQuoted;
    let isCut = false;
    while (lexer.is('unquoted') || lexer.is('quoted')) {
      if (this.#isStatement(afterQuoted)) break;
      if (lexer.is('unquoted') && substatementsOf(lexer.value)) isCut = true;
      afterQuoted = lexer.is('quoted');
      lexer.next();
    }
    return isCut;
  }

  /** A keyword that begins a line, or follows a quoted string, which cannot be part of a text. */
  #isStatement(afterQuoted: boolean): boolean {
    const { kind, value, start } = this.#lexer;
    if (kind !== 'unquoted' || !KEYWORD.test(value)) return false;
    if (!value.includes(':') && !substatementsOf(value)) return false;
    if (afterQuoted) return true;
    let before = start - 1;
    while (this.#text[before] === ' ' || this.#text[before] === '\t') before -= 1;
    return before < 0 || this.#text[before] === '\n';
  }

  #block(statement: Statement): void {
    const lexer = this.#lexer;
    const opening = lexer.range;
    if (this.#depth === MAX_DEPTH) {
      const message = `more than ${String(MAX_DEPTH)} levels of statements`;
      this.#sink.report('nested-too-deep', opening, message);
      this.isBroken = true;
      this.#recover();
      return;
    }
    this.#depth += 1;
    lexer.next();
    const substatements: Statement[] = [];
    while (lexer.kind !== '}' && lexer.kind !== 'end') {
      const substatement = this.#statement(statement);
      if (substatement) substatements.push(substatement);
    }
    if (substatements.length > 0) statement.complete(substatements);
    if (lexer.kind === 'end') this.#unterminated(statement, opening);
    lexer.next();
    this.#depth -= 1;
  }

  /** Said once: of the blocks around nothing is known, then. */
  #unterminated(statement: Statement, opening: SourceRange): void {
    if (!this.isBroken && !this.#lexer.isTruncated) {
      this.#sink.report('unterminated-block', opening, `"${statement.keyword}" has no "}"`);
    }
    this.isBroken = true;
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
  return kind === 'unquoted' || kind === 'quoted' ? `"${shorten(value)}"` : `"${kind}"`;
}
