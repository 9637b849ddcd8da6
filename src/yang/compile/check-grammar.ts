/**
 * Checks every statement against the grammar tables: known keywords, substatements and how often they
 * occur, form of arguments, order of a module's parts (RFC 7950, section 14; for version 1 RFC 6020,
 * section 12).
 */
import { shorten, type DiagnosticSink } from '../diagnostic.ts';
import {
  argumentFormOf,
  definesIdentifier,
  isReservedInVersion1,
  isUri,
  keywords,
} from '../syntax/argument-forms.ts';
import {
  DATA_KEYWORDS,
  NEEDS_DATA,
  SECTION_COUNT,
  SINGLE_IN_VERSION_1,
  sectionOf,
  substatementsOf,
  type SubstatementTable,
} from '../syntax/grammar.ts';
import type { Statement } from '../syntax/statement.ts';
import { nearest } from '../suggestion.ts';
import type { Compilation, Unit } from './compilation.ts';
import { embeddedTable, type EmbeddedKind } from './embedded.ts';

export function checkGrammar(compilation: Compilation): void {
  for (const unit of compilation.allUnits) {
    const checker = new GrammarChecker(unit, compilation);
    checker.checkVersion();
    checker.checkOrder();
    checker.check(unit.statement);
  }
}

class GrammarChecker {
  readonly #unit: Unit;
  readonly #sink: DiagnosticSink;
  readonly #damaged: ReadonlySet<Statement>;
  #extensions: ReadonlyMap<string, string> | undefined;
  readonly #embedded: ReadonlyMap<Statement, EmbeddedKind>;

  constructor(unit: Unit, { sink, damaged, embedded }: Compilation) {
    this.#unit = unit;
    this.#sink = sink;
    this.#damaged = damaged;
    this.#embedded = embedded;
  }

  checkVersion(): void {
    const version = this.#unit.statement.find('yang-version');
    if (version?.argument === undefined) return;
    if (version.argument === '1' || version.argument === '1.1') return;
    const message = `yang-version "${shorten(version.argument)}" is not known`;
    this.#sink.report('unknown-version', version.argumentAt, message);
  }

  checkOrder(): void {
    const statements = this.#unit.statement.substatements.filter(
      ({ isExtension, keyword }) => !isExtension && substatementsOf(keyword),
    );
    for (const { keyword, at } of outOfOrder(statements)) {
      const message = `"${keyword}" does not stand where it must in the order of a module`;
      this.#sink.report('statement-order', at, message);
    }
  }

  check(statement: Statement): void {
    const kind = this.#embedded.get(statement);
    if (kind) {
      this.#checkPresence(statement, embeddedTable(kind));
      this.#checkSubstatements(statement, embeddedTable(kind));
      return;
    }
    if (statement.isExtension) {
      this.#checkExtension(statement);
      return;
    }
    const table = tableFor(statement);
    if (!table) {
      const message = `"${shorten(statement.keyword)}" is not a YANG statement`;
      this.#sink.report('unknown-keyword', statement.at, message, () =>
        this.#suggestKeyword(statement),
      );
      this.#unit.module.lostNames.add(statement.text);
      return;
    }
    this.#checkArgument(statement);
    if (!this.#damaged.has(statement)) this.#checkPresence(statement, table);
    this.#checkSubstatements(statement, table);
  }

  /** What stands in the use of an extension is YANG (section 7.19); in version 1 it need not be. */
  #checkExtension(use: Statement): void {
    for (const substatement of use.substatements) {
      if (substatement.isExtension || this.#unit.version === '1.1') this.check(substatement);
    }
  }

  #checkArgument(statement: Statement): void {
    const { keyword, argument, parent } = statement;
    const form = argumentFormOf(keyword, parent?.keyword, argument);
    if (argument === undefined) {
      if (form)
        this.#sink.report('missing-argument', statement.at, `"${keyword}" needs an argument`);
    } else if (!form) {
      const message = `"${keyword}" takes no argument`;
      this.#sink.report('unexpected-argument', statement.argumentAt, message);
    } else if (!form.matches(argument)) {
      const message = `the argument of "${keyword}" must be ${form.expected}`;
      this.#sink.report('invalid-argument', statement.argumentAt, message, () =>
        nearest(argument, form.words ?? []),
      );
    } else if (
      this.#unit.version === '1' &&
      definesIdentifier(keyword) &&
      isReservedInVersion1(argument)
    ) {
      const message = 'in YANG version 1 an identifier must not begin with "xml"';
      this.#sink.report('reserved-identifier', statement.argumentAt, message);
    } else if (keyword === 'namespace' && !isUri(argument)) {
      const message = 'the namespace is not a URI';
      this.#sink.report('loose-namespace', statement.argumentAt, message);
    }
  }

  #checkPresence(statement: Statement, table: SubstatementTable): void {
    for (const keyword of requiredBy(table)) {
      if (statement.find(keyword)) continue;
      const message = `"${statement.keyword}" needs "${keyword}"`;
      this.#sink.report('missing-substatement', statement.at, message);
    }
    const need = NEEDS_DATA.get(statement.keyword);
    if (!need || statement.substatements.some(({ keyword }) => DATA_KEYWORDS.has(keyword))) return;
    const message = `"${statement.keyword}" needs a data definition`;
    const code = need === 'must' ? 'missing-substatement' : 'no-data-definition';
    this.#sink.report(code, statement.at, message);
  }

  #checkSubstatements(statement: Statement, table: SubstatementTable): void {
    if (statement.substatements.length === 0) return;
    const seen = new Set<string>();
    const swallowed = swallowedBy(statement, table);
    for (const it of swallowed) this.#lose(it);
    const silent = swallowed.length > 0 ? new Set(swallowed.slice(1)) : NO_STATEMENTS;
    for (const substatement of statement.substatements) {
      if (!silent.has(substatement)) {
        this.#checkSubstatement(statement, substatement, table, seen);
      }
      this.check(substatement);
    }
    if (statement.keyword === 'deviation') this.#checkNotSupported(statement);
  }

  /** Of what it defines elsewhere nothing is said: it is not where it should be. */
  #lose(statement: Statement): void {
    const { module, missingPrefixes } = this.#unit;
    module.lostNames.add(statement.text);
    const prefix = statement.keyword === 'import' ? statement.argumentOf('prefix') : undefined;
    if (prefix !== undefined) missingPrefixes.add(prefix);
  }

  /** What stands in a statement that could not be read as a whole may belong elsewhere. */
  #checkSubstatement(
    statement: Statement,
    substatement: Statement,
    table: SubstatementTable,
    seen: Set<string>,
  ): void {
    const { keyword } = substatement;
    if (substatement.isExtension || !substatementsOf(keyword)) return;
    if (this.#damaged.has(statement)) return;
    const cardinality = table.get(keyword);
    if (!cardinality) {
      const message = `"${keyword}" is not allowed in "${statement.keyword}"`;
      this.#sink.report('unexpected-substatement', substatement.at, message, () =>
        nearest(keyword, table.keys()),
      );
      return;
    }
    if (cardinality.since11 && this.#unit.version === '1') {
      const message = `"${keyword}" in "${statement.keyword}" needs yang-version 1.1`;
      this.#sink.report('needs-version-1.1', substatement.at, message);
    }
    if (seen.has(keyword)) this.#checkRepeated(statement, substatement, cardinality.max);
    seen.add(keyword);
  }

  #checkRepeated(statement: Statement, substatement: Statement, max: number): void {
    const { keyword } = substatement;
    if (max === 1) {
      const message = `"${statement.keyword}" can have only one "${keyword}"`;
      this.#sink.report('repeated-substatement', substatement.at, message);
    } else if (this.#unit.version === '1' && isSingle(statement, keyword)) {
      const message = `more than one "${keyword}" needs yang-version 1.1`;
      this.#sink.report('needs-version-1.1', substatement.at, message);
    }
  }

  /** Rule deviation-stmt: "not-supported" stands alone. */
  #checkNotSupported(deviation: Statement): void {
    const deviates = deviation.all('deviate');
    if (deviates.length < 2) return;
    for (const deviate of deviates) {
      if (deviate.argument !== 'not-supported') continue;
      const message = '"deviate not-supported" must be the only one of its deviation';
      this.#sink.report('unexpected-substatement', deviate.at, message);
    }
  }

  /** Extensions with their prefix by the name without it. */
  #listExtensions(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const [prefix, { units }] of this.#unit.prefixes) {
      for (const { statement } of units) {
        for (const { text } of statement.all('extension')) found.set(text, `${prefix}:${text}`);
      }
    }
    return found;
  }

  /** A keyword of YANG, best one that can stand there, or an extension whose prefix is missing. */
  #suggestKeyword({ keyword, parent }: Statement): string | undefined {
    const extension = (this.#extensions ??= this.#listExtensions()).get(keyword);
    if (extension !== undefined) return extension;
    const allowed = parent && tableFor(parent)?.keys();
    return nearest(keyword, allowed ?? []) ?? nearest(keyword, keywords());
  }
}

const REQUIRED = new WeakMap<SubstatementTable, readonly string[]>();

/** Substatements that must be there. Most statements have none, and there are many statements. */
function requiredBy(table: SubstatementTable): readonly string[] {
  let required = REQUIRED.get(table);
  if (!required) {
    required = [...table].filter(([, { min }]) => min > 0).map(([keyword]) => keyword);
    REQUIRED.set(table, required);
  }
  return required;
}

/** So many substatements that belong to a statement around are no mistakes: a "}" is missing before them. */
const MANY_SWALLOWED = 3;

const NONE: readonly Statement[] = [];
const NO_STATEMENTS: ReadonlySet<Statement> = new Set();

/** Many substatements that could stand in a statement around, but not here. */
function swallowedBy(statement: Statement, table: SubstatementTable): readonly Statement[] {
  if (statement.substatements.length <= MANY_SWALLOWED) return NONE;
  const found = statement.substatements.filter(
    ({ isExtension, keyword }) => !isExtension && !table.has(keyword),
  );
  if (found.length <= MANY_SWALLOWED) return NONE;
  const isOutside = ({ keyword }: Statement): boolean => {
    for (let outer = statement.parent; outer; outer = outer.parent) {
      if (tableFor(outer)?.has(keyword)) return true;
    }
    return false;
  };
  const swallowed = found.filter(isOutside);
  return swallowed.length > MANY_SWALLOWED ? swallowed : NONE;
}

/** What a deviate statement may contain depends on its argument. */
function tableFor(statement: Statement): SubstatementTable | undefined {
  const { keyword } = statement;
  if (keyword !== 'deviate') return substatementsOf(keyword);
  return substatementsOf(`deviate ${statement.text}`) ?? substatementsOf('deviate');
}

function isSingle(statement: Statement, keyword: string): boolean {
  const context = statement.keyword === 'deviate' ? `deviate ${statement.text}` : statement.keyword;
  return SINGLE_IN_VERSION_1[context]?.includes(keyword) ?? false;
}

/**
 * The fewest statements without which the others are in order (section 14): a statement that stands too
 * early does not make all that follow it stand too late.
 */
function outOfOrder(statements: readonly Statement[]): readonly Statement[] {
  // For each section: how many statements can be kept when the last of them is of that section.
  const lengths = Array.from({ length: SECTION_COUNT + 1 }, () => 0);
  const before: number[] = [];
  for (const { keyword } of statements) {
    const section = sectionOf(keyword);
    let best = 0;
    for (let it = 0; it <= section; it += 1) {
      if ((lengths[it] ?? 0) >= (lengths[best] ?? 0)) best = it;
    }
    before.push(best);
    lengths[section] = (lengths[best] ?? 0) + 1;
  }
  let section = lengths.lastIndexOf(Math.max(...lengths));
  const found: Statement[] = [];
  for (const [index, statement] of [...statements.entries()].reverse()) {
    if (sectionOf(statement.keyword) === section) section = before[index] ?? 0;
    else found.push(statement);
  }
  return found.reverse();
}
