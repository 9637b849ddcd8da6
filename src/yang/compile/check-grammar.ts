/**
 * Checks every statement against the grammar tables: known keywords, substatements and how often they
 * occur, form of arguments, order of a module's parts (RFC 7950, section 14).
 */
import type { DiagnosticSink } from '../diagnostic.ts';
import {
  SINGLE_IN_VERSION_1,
  argumentFormOf,
  sectionOf,
  substatementsOf,
  type SubstatementTable,
} from '../syntax/grammar.ts';
import type { Statement } from '../syntax/statement.ts';
import type { Compilation, Unit } from './compilation.ts';

export function checkGrammar(compilation: Compilation): void {
  for (const unit of compilation.allUnits) {
    const checker = new GrammarChecker(unit, compilation.sink);
    checker.checkVersion();
    checker.checkOrder();
    checker.check(unit.statement);
  }
}

class GrammarChecker {
  readonly #unit: Unit;
  readonly #sink: DiagnosticSink;

  constructor(unit: Unit, sink: DiagnosticSink) {
    this.#unit = unit;
    this.#sink = sink;
  }

  checkVersion(): void {
    const version = this.#unit.statement.find('yang-version');
    if (!version || version.argument === '1' || version.argument === '1.1') return;
    const message = `yang-version "${version.text}" is not known`;
    this.#sink.report('unknown-version', version.argumentAt, message);
  }

  checkOrder(): void {
    let latest = 0;
    for (const statement of this.#unit.statement.substatements) {
      if (statement.isExtension) continue;
      const section = sectionOf(statement.keyword);
      if (section < latest) {
        const message = `"${statement.keyword}" must stand before what precedes it`;
        this.#sink.report('statement-order', statement.at, message);
      }
      latest = Math.max(latest, section);
    }
  }

  check(statement: Statement): void {
    if (statement.isExtension) return;
    const table = tableFor(statement);
    if (!table) {
      const message = `"${statement.keyword}" is not a YANG statement`;
      this.#sink.report('unknown-keyword', statement.at, message);
      return;
    }
    this.#checkArgument(statement);
    this.#checkPresence(statement, table);
    this.#checkSubstatements(statement, table);
  }

  #checkArgument(statement: Statement): void {
    const { keyword, argument } = statement;
    const form = argumentFormOf(keyword);
    if (argument === undefined) {
      if (form)
        this.#sink.report('missing-argument', statement.at, `"${keyword}" needs an argument`);
    } else if (!form) {
      const message = `"${keyword}" takes no argument`;
      this.#sink.report('unexpected-argument', statement.argumentAt, message);
    } else if (!form.pattern.test(argument)) {
      const message = `the argument of "${keyword}" must be ${form.expected}`;
      this.#sink.report('invalid-argument', statement.argumentAt, message);
    }
  }

  #checkPresence(statement: Statement, table: SubstatementTable): void {
    for (const [keyword, { min }] of table) {
      if (min === 0 || statement.find(keyword)) continue;
      const message = `"${statement.keyword}" needs "${keyword}"`;
      this.#sink.report('missing-substatement', statement.at, message);
    }
  }

  #checkSubstatements(statement: Statement, table: SubstatementTable): void {
    const seen = new Set<string>();
    for (const substatement of statement.substatements) {
      this.#checkSubstatement(statement, substatement, table, seen);
      this.check(substatement);
    }
  }

  #checkSubstatement(
    statement: Statement,
    substatement: Statement,
    table: SubstatementTable,
    seen: Set<string>,
  ): void {
    const { keyword } = substatement;
    if (substatement.isExtension || !substatementsOf(keyword)) return;
    const cardinality = table.get(keyword);
    if (!cardinality) {
      const message = `"${keyword}" is not allowed in "${statement.keyword}"`;
      this.#sink.report('unexpected-substatement', substatement.at, message);
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
