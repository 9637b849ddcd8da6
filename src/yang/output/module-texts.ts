/**
 * The statements of the modules of a schema, read again from their texts: what a compiled schema does not keep, such
 * as groupings (RFC 7950, sections 5.1 and 5.5).
 */
import type { ModuleInfo, SchemaContext } from '../schema.ts';
import { parseModule } from '../yin/parse-module.ts';
import { splitPrefix, type Statement } from '../syntax/statement.ts';

export class ModuleTexts {
  readonly #context: SchemaContext;
  readonly #units = new Map<string, readonly Statement[]>();
  /** By scope, keyword and name. */
  readonly #definitions = new Map<Statement, Map<string, Map<string, Statement>>>();

  constructor(context: SchemaContext) {
    this.#context = context;
  }

  /** The module and the submodules that it includes. */
  unitsOf(module: string): readonly Statement[] {
    const known = this.#units.get(module);
    if (known) return known;
    const names = [module];
    const units: Statement[] = [];
    // The list grows while it is walked.
    for (const name of names) {
      const text = this.#context.sourceOf(name, undefined);
      const statement = text === undefined ? undefined : parseModule(text, name).statement;
      if (!statement) continue;
      units.push(statement);
      for (const include of statement.all('include')) {
        if (!names.includes(include.text)) names.push(include.text);
      }
    }
    this.#units.set(module, units);
    return units;
  }

  /** The module that a prefix stands for where a statement is written; its own when there is no prefix. */
  moduleOf(prefix: string | undefined, statement: Statement): ModuleInfo | undefined {
    const root = rootOf(statement);
    const belongsTo = root.find('belongs-to');
    const own = belongsTo ?? root;
    if (prefix === undefined || own.argumentOf('prefix') === prefix) {
      return this.#context.modules.get(own.text);
    }
    const imported = root.all('import').find((it) => it.argumentOf('prefix') === prefix);
    return imported && this.#context.modules.get(imported.text);
  }

  /** The grouping that a `uses` names: in the scopes around it, or at the top level of a module. */
  groupingOf(uses: Statement): Statement | undefined {
    const [prefix, name] = splitPrefix(uses.text);
    for (let scope = uses.parent; prefix === undefined && scope; scope = scope.parent) {
      const found = this.#definitionsIn(scope, 'grouping').get(name);
      if (found) return found;
    }
    const module = this.moduleOf(prefix, uses);
    return module && this.topLevel(module.name, 'grouping', name);
  }

  /** What a module or its submodules define under a name. */
  topLevel(module: string, keyword: string, name: string): Statement | undefined {
    for (const unit of this.unitsOf(module)) {
      const found = this.#definitionsIn(unit, keyword).get(name);
      if (found) return found;
    }
    return undefined;
  }

  #definitionsIn(scope: Statement, keyword: string): ReadonlyMap<string, Statement> {
    const tables = this.#definitions.get(scope) ?? new Map<string, Map<string, Statement>>();
    this.#definitions.set(scope, tables);
    const table = tables.get(keyword) ?? new Map(scope.all(keyword).map((it) => [it.text, it]));
    tables.set(keyword, table);
    return table;
  }
}

function rootOf(statement: Statement): Statement {
  let root = statement;
  while (root.parent) root = root.parent;
  return root;
}
