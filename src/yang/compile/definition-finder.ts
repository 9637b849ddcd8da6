/**
 * Finds the typedef, grouping, feature, identity or extension that a name means where it is written
 * (RFC 7950, sections 5.1, 5.4 and 5.5; for the scope of submodules in version 1 RFC 6020, section 5.1).
 */
import { isReference } from '../syntax/argument-forms.ts';
import { splitPrefix, type Statement } from '../syntax/statement.ts';
import { nearest } from '../suggestion.ts';
import type { Compilation, DefinitionKind, Module, Unit } from './compilation.ts';
import { BUILT_IN_TYPES } from './type-chain.ts';

type Scope = ReadonlyMap<string, Statement>;

const EMPTY_SCOPE: Scope = new Map();

export class DefinitionFinder {
  readonly #compilation: Compilation;
  readonly #scopes = new Map<Statement, Scope>();
  readonly #visible = new Map<Unit, ReadonlySet<Unit>>();

  constructor(compilation: Compilation) {
    this.#compilation = compilation;
  }

  /** The definition that `text`, written at `statement`, means. Reports what is not known. */
  find(kind: DefinitionKind, statement: Statement, text: string): Statement | undefined {
    const [prefix, name] = splitPrefix(text);
    const unit = this.#compilation.unitOf(statement);
    const module = prefix === undefined ? unit.module : unit.prefixes.get(prefix);
    // What is no name at all is a matter of the grammar, which reports it.
    if (!isReference(text)) return undefined;
    if (!module) {
      this.#compilation.reportPrefix(prefix, statement, statement.argumentAt);
      return undefined;
    }
    if (module === unit.module && isScoped(kind)) {
      const scoped = this.#findInScopes(kind, statement, name);
      if (scoped) return scoped;
    }
    const found = module.definitions[kind].get(name);
    if (!found) this.#reportUnknown(kind, statement, module, text);
    else if (module === unit.module) this.#checkVisible(kind, statement, unit, found);
    return found;
  }

  /** In the nearest scope around `statement`, nearest first; the top level is not among them. */
  #findInScopes(kind: DefinitionKind, statement: Statement, name: string): Statement | undefined {
    for (let scope = statement.parent; scope?.parent; scope = scope.parent) {
      const found = this.scopeOf(scope).get(`${kind} ${name}`);
      if (found) return found;
    }
    return undefined;
  }

  /** Typedefs and groupings directly in a statement, by kind and name. */
  scopeOf(statement: Statement): Scope {
    const known = this.#scopes.get(statement);
    if (known) return known;
    let scope: Map<string, Statement> | undefined;
    for (const definition of statement.substatements) {
      if (definition.keyword !== 'typedef' && definition.keyword !== 'grouping') continue;
      scope ??= new Map();
      const key = `${definition.keyword} ${definition.text}`;
      if (!scope.has(key)) scope.set(key, definition);
    }
    this.#scopes.set(statement, scope ?? EMPTY_SCOPE);
    return scope ?? EMPTY_SCOPE;
  }

  /** In version 1 a text sees, of its own module, itself and what it includes. */
  #checkVisible(kind: DefinitionKind, statement: Statement, unit: Unit, found: Statement): void {
    if (unit.version !== '1' || found.source === statement.source) return;
    const owner = this.#compilation.unitOf(found);
    if (this.visibleFrom(unit).has(owner)) return;
    const message =
      `${describe(kind)} "${statement.text}" is defined in "${owner.name}", which "${unit.name}" ` +
      'does not include (in YANG version 1 it has to)';
    this.#compilation.sink.report(codeOf(kind), statement.argumentAt, message);
  }

  /** A text of version 1 and what it includes, whose definitions it may refer to. */
  visibleFrom(unit: Unit): ReadonlySet<Unit> {
    const known = this.#visible.get(unit);
    if (known) return known;
    const visible = new Set<Unit>([unit]);
    // The set grows while it is walked.
    for (const { includes } of visible) for (const include of includes) visible.add(include.unit);
    this.#visible.set(unit, visible);
    return visible;
  }

  #reportUnknown(kind: DefinitionKind, statement: Statement, module: Module, text: string): void {
    if (module.isIncomplete || module.lostNames.has(splitPrefix(text)[1])) return;
    const message = `${describe(kind)} "${text}" is not defined`;
    this.#compilation.sink.report(codeOf(kind), statement.argumentAt, message, () =>
      this.#suggest(kind, statement, module, text),
    );
  }

  /** The same name in an imported module, or a similar name here. */
  #suggest(
    kind: DefinitionKind,
    statement: Statement,
    module: Module,
    text: string,
  ): string | undefined {
    const [prefix, name] = splitPrefix(text);
    const { prefixes } = this.#compilation.unitOf(statement);
    for (const [other, { definitions }] of prefixes) {
      if (other !== prefix && definitions[kind].has(name)) return `${other}:${name}`;
    }
    const names = [...module.definitions[kind].keys()];
    if (prefix === undefined) names.push(...this.#scopedNames(kind, statement));
    if (prefix === undefined && kind === 'typedef') names.push(...BUILT_IN_TYPES);
    const found = nearest(name, names);
    return found === undefined || prefix === undefined ? found : `${prefix}:${found}`;
  }

  #scopedNames(kind: DefinitionKind, statement: Statement): readonly string[] {
    const names: string[] = [];
    for (let scope = statement.parent; scope?.parent; scope = scope.parent) {
      for (const definition of this.scopeOf(scope).values()) {
        if (definition.keyword === kind) names.push(definition.text);
      }
    }
    return names;
  }
}

function isScoped(kind: DefinitionKind): boolean {
  return kind === 'typedef' || kind === 'grouping';
}

function codeOf(kind: DefinitionKind) {
  return kind === 'typedef' ? 'unknown-type' : (`unknown-${kind}` as const);
}

function describe(kind: DefinitionKind): string {
  return kind === 'typedef' ? 'type' : kind;
}
