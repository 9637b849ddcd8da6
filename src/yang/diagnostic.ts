/**
 * What the YANG compiler has to say about a module: a code and a place first, text last.
 *
 * The catalogue fixes the codes and their severity; tests pin codes and positions, so that wording can
 * improve freely.
 */
import { visibleText } from '../util/index.ts';
import type { Position, SourceRange } from './syntax/source.ts';

export type Severity = 'error' | 'warning';

/** Every code, with what it stands for. */
export const DIAGNOSTICS = {
  // Lexical structure and statements (RFC 7950, sections 6.1 to 6.3)
  'unterminated-string': ['error', 'a quoted string has no closing quote'],
  'unterminated-comment': ['error', 'a comment has no end'],
  'unterminated-block': ['error', 'a block has no closing brace'],
  'unexpected-token': ['error', 'something else was expected here'],
  'invalid-escape': ['error', 'a backslash in double quotes precedes something it cannot escape'],
  'invalid-character': ['error', 'a character that YANG text may not contain'],
  'nested-too-deep': ['error', 'statements are nested deeper than the limit'],
  'not-a-module': ['error', 'the text does not hold exactly one module or submodule'],
  'invalid-xml': ['error', 'a text in YIN is not well-formed XML, or has a document type'],
  'invalid-yin': ['error', 'an element or attribute is not as YIN has it'],
  // Grammar (section 14 and the substatement tables)
  'unknown-keyword': ['error', 'no such statement in YANG'],
  'unexpected-substatement': ['error', 'the statement is not allowed here'],
  'missing-substatement': ['error', 'a substatement that must be present is missing'],
  'no-data-definition': ['warning', 'a list or augment defines no node'],
  'repeated-substatement': ['error', 'a substatement is there more often than allowed'],
  'missing-argument': ['error', 'the statement needs an argument'],
  'unexpected-argument': ['error', 'the statement takes no argument'],
  'invalid-argument': ['error', 'the argument is not of the form that the statement needs'],
  'reserved-identifier': [
    'warning',
    'an identifier begins with "xml", which YANG version 1 reserves',
  ],
  'loose-namespace': ['warning', 'a namespace is not a URI, but can be told from others'],
  'statement-order': ['error', 'a statement of a module stands after one that must follow it'],
  'needs-version-1.1': ['error', 'YANG version 1 does not have this'],
  'unknown-version': ['error', 'yang-version is neither 1 nor 1.1'],
  // Modules (sections 5.1 and 7.1)
  'module-not-found': ['error', 'a module or revision is not in the repository'],
  'submodule-not-found': ['error', 'a submodule or revision is not in the repository'],
  'wrong-module': ['error', 'the text holds another module than the one asked for'],
  'wrong-belongs-to': ['error', 'a submodule belongs to another module'],
  'wrong-include-version': ['error', 'a module and its submodule have different YANG versions'],
  'circular-import': ['error', 'modules import each other'],
  'circular-include': ['error', 'submodules include each other'],
  'duplicate-module': [
    'error',
    'a submodule has the name of a module or of a submodule of another',
  ],
  'duplicate-prefix': ['error', 'two modules have the same prefix here'],
  'duplicate-namespace': ['error', 'two modules have the same namespace'],
  'duplicate-revision': ['warning', 'a revision date is there twice'],
  'wrong-import-version': ['error', 'a module of version 1 imports one of version 1.1 by revision'],
  'duplicate-import': ['warning', 'a module is imported twice in the same revision'],
  'missing-include': ['error', 'a module does not include a submodule that a submodule includes'],
  'duplicate-include': ['error', 'a submodule is included twice'],
  'conflicting-revisions': ['error', 'two revisions of one module or submodule would be used'],
  'revision-order': ['warning', 'revisions are not in reverse chronological order'],
  'unknown-prefix': ['error', 'no import has this prefix'],
  // Definitions (sections 5.5 and 6.2.1)
  'duplicate-definition': [
    'error',
    'a typedef, grouping, feature, identity or extension is defined twice',
  ],
  'shadowed-definition': ['error', 'a typedef or grouping has the name of one in an outer scope'],
  'reserved-name': ['error', 'a typedef has the name of a built-in type'],
  'unknown-extension': ['error', 'no such extension'],
  'extension-argument': ['error', 'an extension is used with an argument too many or too few'],
  'misplaced-extension': ['error', 'an extension is used where its module does not allow it'],
  'unknown-feature': ['error', 'no such feature'],
  'circular-feature': ['error', 'a feature depends on itself'],
  'unknown-identity': ['error', 'no such identity'],
  'circular-identity': ['error', 'an identity is derived from itself'],
  'status-reference': ['error', 'a definition refers to one of lesser status in its module'],
  // Types (section 9)
  'unknown-type': ['error', 'no such type'],
  'circular-typedef': ['error', 'a typedef is defined by itself'],
  'invalid-restriction': ['error', 'the type does not have this restriction'],
  'missing-restriction': ['error', 'the type needs a restriction that is missing'],
  'invalid-range': ['error', 'a range or length is malformed or out of order'],
  'range-not-subset': ['error', 'a range or length is not within that of the base type'],
  'invalid-pattern': ['error', 'a pattern is not an XML Schema regular expression'],
  'loose-pattern': [
    'warning',
    'a pattern is not quite an XML Schema regular expression, but means one thing only',
  ],
  'duplicate-enum': ['error', 'an enum or bit has a name, value or position that is taken'],
  'invalid-enum': [
    'error',
    'an enum or bit is not one of those of the base type, or out of bounds',
  ],
  'invalid-default': ['error', 'a default is not a value of the type'],
  'invalid-path': ['error', 'the path of a leafref is malformed'],
  'loose-path': [
    'warning',
    'the path of a leafref begins with deref(), which YANG does not have there',
  ],
  'invalid-xpath': ['error', 'an XPath expression is malformed'],
  // Schema tree (section 7)
  'unknown-grouping': ['error', 'no such grouping'],
  'too-many-nodes': ['error', 'groupings expand to more nodes than the limit'],
  'circular-grouping': ['error', 'a grouping uses itself'],
  'refine-target-not-found': ['error', 'the grouping has no such node'],
  'invalid-refine': ['error', 'the node does not have the property that is refined'],
  'augment-target-not-found': ['error', 'no such node to augment'],
  'invalid-augment': ['error', 'the target cannot have such children'],
  'augment-mandatory': [
    'error',
    'an augment adds a mandatory node to another module, without when',
  ],
  'later-augment': [
    'warning',
    'an augment adds a mandatory node to another module, which a when allows since YANG 1.1',
  ],
  'deviation-target-not-found': ['error', 'no such node to deviate from'],
  'invalid-deviation': ['error', 'the target cannot be deviated from in this way'],
  'invalid-structure': ['error', 'a yang-data template is not one container'],
  'duplicate-node': ['error', 'two nodes have the same name'],
  'config-under-state': ['error', 'a configuration node is below a state node'],
  'missing-key': ['error', 'a configuration list has no key'],
  'invalid-key': ['error', 'a key is not a suitable leaf of the list'],
  'invalid-unique': ['error', 'unique does not name suitable leafs of the list'],
  'invalid-default-case': [
    'error',
    'the default of a choice is not one of its cases, or is mandatory',
  ],
  'default-and-mandatory': ['error', 'a node has both a default and mandatory or min-elements'],
  'min-exceeds-max': ['error', 'min-elements is greater than max-elements'],
  'misplaced-node': ['error', 'an action or notification is where none can be'],
  'leafref-target-not-found': ['error', 'the path of a leafref leads to no node'],
  'leafref-target-not-leaf': ['error', 'the path of a leafref leads to no leaf or leaf-list'],
  'leafref-to-state': ['error', 'a configuration leafref refers to state data'],
  'leafref-to-feature': [
    'warning',
    'a leafref does not depend on a feature that the leaf it refers to depends on',
  ],
  'circular-leafref': ['error', 'a leafref refers to itself'],
  'circular-when': ['error', 'a when expression depends on itself'],
  'unknown-xpath-node': ['warning', 'an XPath expression names a node that is not in the schema'],
  'unknown-xpath-identity': [
    'warning',
    'an XPath expression names an identity that is not defined',
  ],
  'later-xpath-function': ['warning', 'a function of YANG 1.1 in a module of version 1'],
} as const satisfies Readonly<Record<string, readonly [Severity, string]>>;

export type DiagnosticCode = keyof typeof DIAGNOSTICS;

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly at: SourceRange;
  /** What was probably meant instead of what is there. */
  readonly suggestion?: string | undefined;
}

/** So many diagnostics of one compilation look for what was meant; the search is not free. */
const MAX_SUGGESTIONS = 200;

/** Messages quote what stands in the modules, which may be of any length. */
const MAX_MESSAGE = 500;

/** Collects diagnostics, so that one run reports every problem, not only the first. */
export class DiagnosticSink {
  readonly #diagnostics: Diagnostic[] = [];
  readonly #seen = new Set<string>();
  #suggestionsLeft = MAX_SUGGESTIONS;
  #hasErrors = false;

  /** `suggest` says what was probably meant; it is asked only when the diagnostic is a new one. */
  report(
    code: DiagnosticCode,
    at: SourceRange,
    message: string,
    suggest?: () => string | undefined,
  ): void {
    const text = message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message;
    // What is written once in a grouping is checked at each of its uses.
    const key = `${at.source.file}:${at.start}:${code}:${text}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const severity = DIAGNOSTICS[code][0];
    const { line, column } = at.source.locate(at.start);
    const diagnostic = { code, severity, message: text, file: at.source.file, line, column, at };
    const suggestion = this.#suggest(suggest);
    this.#diagnostics.push(suggestion === undefined ? diagnostic : { ...diagnostic, suggestion });
    if (severity === 'error') this.#hasErrors = true;
  }

  #suggest(suggest: (() => string | undefined) | undefined): string | undefined {
    if (!suggest || this.#suggestionsLeft === 0) return undefined;
    this.#suggestionsLeft -= 1;
    return suggest();
  }

  add(diagnostics: readonly Diagnostic[]): void {
    for (const { code, at, message, suggestion } of diagnostics) {
      this.report(code, at, message, () => suggestion);
    }
  }

  get hasErrors(): boolean {
    return this.#hasErrors;
  }

  /** Everything reported so far, in order of report. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }
}

/** Line and column behind the last character that a diagnostic is about. */
export function endOf({ at }: Diagnostic): Position {
  return at.source.locate(at.end);
}

const MAX_QUOTED = 60;

/** A text to quote in a message: of a long one the beginning. */
export function shorten(text: string): string {
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
}

const MAX_LINE = 160;

/**
 * The diagnostic for people: place, severity, message and code, then the line with a caret under it, and
 * what was probably meant.
 */
export function printDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, severity, message, code, at, suggestion } = diagnostic;
  const head = visibleText(`${file}:${line}:${column}: ${severity}: ${message} [${code}]`);
  const hint = suggestion === undefined ? '' : `\n  did you mean "${visibleText(suggestion)}"?`;
  return `${head}${excerpt(at, line)}${hint}`;
}

/**
 * The line of a place, of a very long one only a part, with a caret and tildes below what is meant. Nothing for a
 * blank line: the end of a text, or a module that there is not.
 */
function excerpt(at: SourceRange, line: number): string {
  const { start, end } = at.source.lineRange(line);
  const before = at.start - start;
  const from = start + (before > MAX_LINE ? before - MAX_LINE / 2 : 0);
  const text = at.source.text.slice(from, Math.min(end, from + MAX_LINE));
  const shown = at.start - from;
  const indent = text.slice(0, shown).replace(/[^\t]/gu, ' ');
  const marked = text.slice(shown, shown + at.end - at.start).replace(/[^]/gu, '~');
  return text.trim() === '' ? '' : `\n  ${visibleText(text)}\n  ${indent}^${marked.slice(1)}`;
}
