/**
 * Finds and parses the modules asked for, and all that they import and include (RFC 7950, section 5.1).
 *
 * The modules asked for are loaded before any import is followed, so that an import without revision
 * means the revision that will be implemented; without one it means the newest.
 */
import { shorten } from '../diagnostic.ts';
import type { Statement } from '../syntax/statement.ts';
import { nearest } from '../suggestion.ts';
import { Module, type Compilation, type ModuleRequest, type Unit } from './compilation.ts';
import { isIdentifier } from '../syntax/argument-forms.ts';
import { Source, type SourceRange } from '../syntax/source.ts';
import { parseModule } from '../yin/parse-module.ts';

export function loadModules(compilation: Compilation): void {
  const loader = new Loader(compilation);
  for (const request of compilation.requests) loader.loadRequested(request);
  // Both lists grow while they are walked.
  for (const module of compilation.modules) {
    for (const unit of module.units) {
      loader.loadIncludes(unit);
      for (const statement of unit.statement.all('import')) loader.loadImport(unit, statement);
    }
  }
}

class Loader {
  readonly #compilation: Compilation;
  /** Names with revisions that could not be had: said once. */
  readonly #missing = new Set<string>();
  /** Texts with parts that could not be read. */
  readonly #lacking = new Set<Statement>();
  /** What a name without revision means where no revision is implemented. */
  readonly #newest = new Map<string, Module>();

  constructor(compilation: Compilation) {
    this.#compilation = compilation;
  }

  loadRequested(request: ModuleRequest): void {
    const label = labelOf(request.name, request.revision);
    const at: SourceRange = { source: new Source(label, ''), start: 0, end: 0 };
    const [loaded] = this.#compilation.revisionsOf(request.name);
    if (loaded && (!request.revision || loaded.info.revision === request.revision)) {
      loaded.request = mergeRequests(loaded.request, request);
      return;
    }
    if (loaded) {
      const message = `module "${request.name}" cannot be implemented in two revisions`;
      this.#compilation.sink.report('conflicting-revisions', at, message);
      return;
    }
    const module = this.#loadModule(request.name, request.revision, at);
    if (!module) return;
    module.request = request;
    module.info.implemented = true;
  }

  loadImport(unit: Unit, statement: Statement): void {
    const { sink } = this.#compilation;
    const prefix = statement.find('prefix');
    const name = prefix?.argument;
    if (name !== undefined && (unit.prefixes.has(name) || unit.missingPrefixes.has(name))) {
      sink.report(
        'duplicate-prefix',
        prefix?.argumentAt ?? statement.at,
        `prefix "${name}" is taken`,
      );
    }
    const module = this.#findImported(statement);
    if (module === unit.module && unit !== module.units[0]) {
      const message = `a submodule cannot import its own module, here "${module.name}"`;
      sink.report('circular-import', statement.argumentAt, message);
    } else if (module) {
      unit.imports.push({ statement, module });
    }
    if (name === undefined || unit.prefixes.has(name)) return;
    if (!module) {
      unit.missingPrefixes.add(name);
      return;
    }
    unit.prefixes.set(name, module);
    unit.module.info.imports.push({
      prefix: name,
      name: module.name,
      revision: module.info.revision,
      byRevision: statement.find('revision-date') !== undefined,
      submodule: unit === unit.module.units[0] ? undefined : unit.name,
    });
  }

  #findImported(statement: Statement): Module | undefined {
    const { argument } = statement;
    // What is no name is a matter of the grammar check.
    if (argument === undefined || !isIdentifier(argument)) return undefined;
    const revision = statement.argumentOf('revision-date');
    const loaded = this.#compilation.revisionsOf(argument);
    const found = revision
      ? loaded.find((module) => module.info.revision === revision)
      : (loaded.find((module) => module.implemented) ?? this.#newest.get(argument));
    return found ?? this.#loadModule(argument, revision, statement.argumentAt);
  }

  #loadModule(name: string, revision: string | undefined, at: SourceRange): Module | undefined {
    const statement = this.#parse('module', name, revision, at);
    if (!statement) return undefined;
    const newest = latestRevision(statement);
    const known = this.#compilation.revisionsOf(name);
    const same = known.find((module) => module.info.revision === newest);
    const module = same ?? createModule(name, statement);
    if (!revision) this.#newest.set(name, module);
    if (same) return same;
    this.#compilation.addModule(module);
    this.#addUnit(module, statement, module.info.prefix);
    return module;
  }

  loadIncludes(unit: Unit): void {
    for (const statement of unit.statement.all('include')) {
      const { argument } = statement;
      if (argument === undefined || !isIdentifier(argument)) continue;
      const loaded = unit.module.units.find(({ name }) => name === argument);
      const included = loaded ?? this.#loadSubmodule(unit.module, argument, statement);
      if (included) unit.includes.push({ statement, unit: included });
      else unit.module.isIncomplete = true;
    }
  }

  #loadSubmodule(module: Module, name: string, include: Statement): Unit | undefined {
    const revision = include.argumentOf('revision-date');
    const statement = this.#parse('submodule', name, revision, include.argumentAt);
    if (!statement) return undefined;
    const belongsTo = statement.find('belongs-to');
    if (belongsTo && belongsTo.argument !== module.name) {
      const message = `submodule "${name}" belongs to "${belongsTo.text}", not to "${module.name}"`;
      this.#compilation.sink.report('wrong-belongs-to', belongsTo.argumentAt, message);
      return undefined;
    }
    const unit = this.#addUnit(module, statement, belongsTo?.argumentOf('prefix') ?? '');
    module.info.submodules.push({ name, revision: unit.revision });
    return unit;
  }

  #addUnit(module: Module, statement: Statement, prefix: string): Unit {
    const unit: Unit = {
      statement,
      name: statement.text,
      revision: latestRevision(statement),
      version: versionOf(statement),
      module,
      prefixes: new Map([[prefix, module]]),
      missingPrefixes: new Set(),
      imports: [],
      includes: [],
    };
    module.units.push(unit);
    if (this.#lacking.has(statement)) module.isIncomplete = true;
    this.#compilation.units.set(statement.source, unit);
    return unit;
  }

  #parse(
    keyword: 'module' | 'submodule',
    name: string,
    revision: string | undefined,
    at: SourceRange,
  ): Statement | undefined {
    const label = labelOf(name, revision);
    if (this.#missing.has(label)) return undefined;
    const statement = this.#read(keyword, name, revision, at);
    if (!statement) this.#missing.add(label);
    return statement;
  }

  #read(
    keyword: 'module' | 'submodule',
    name: string,
    revision: string | undefined,
    at: SourceRange,
  ): Statement | undefined {
    const { repository, sink } = this.#compilation;
    const label = labelOf(name, revision);
    const found = repository.find(name, revision);
    if (!found) {
      sink.report(`${keyword}-not-found`, at, `${keyword} "${label}" is not available`, () =>
        this.#suggestModule(name, revision),
      );
      return undefined;
    }
    const { statement, diagnostics, isBroken, damaged, lacksDefinitions } = parseModule(
      found.text,
      found.file,
    );
    sink.add(diagnostics);
    // Where statements are in the wrong place, whatever else is said would be noise.
    if (!statement || isBroken) return undefined;
    for (const it of damaged ?? []) this.#compilation.damaged.add(it);
    if (lacksDefinitions) this.#lacking.add(statement);
    if (statement.keyword !== 'module' && statement.keyword !== 'submodule') {
      const message = `expected a module or submodule, found "${shorten(statement.keyword)}"`;
      sink.report('not-a-module', statement.at, message);
      return undefined;
    }
    if (statement.keyword !== keyword || statement.argument !== name) {
      const message = `expected ${keyword} "${name}", found ${statement.keyword} "${statement.text}"`;
      sink.report('wrong-module', statement.at, message);
      return undefined;
    }
    if (revision !== undefined && latestRevision(statement) !== revision) {
      const has = latestRevision(statement) ?? 'none';
      const message = `expected revision ${revision} of "${name}", the newest in the text is ${has}`;
      sink.report('wrong-module', statement.argumentAt, message);
      return undefined;
    }
    return statement;
  }

  #suggestModule(name: string, revision: string | undefined): string | undefined {
    const { repository } = this.#compilation;
    if (revision !== undefined) {
      const other = repository.find(name);
      if (other) return labelOf(name, other.revision);
    }
    return nearest(name, repository.names?.() ?? []);
  }
}

function mergeRequests(first: ModuleRequest | undefined, second: ModuleRequest): ModuleRequest {
  if (first?.features === 'all' || second.features === 'all') return { ...second, features: 'all' };
  return { ...second, features: [...(first?.features ?? []), ...(second.features ?? [])] };
}

function createModule(name: string, statement: Statement): Module {
  return new Module({
    name,
    namespace: statement.argumentOf('namespace') ?? '',
    prefix: statement.argumentOf('prefix') ?? '',
    revision: latestRevision(statement),
    revisions: revisionsOf(statement),
    yangVersion: versionOf(statement),
    organization: statement.argumentOf('organization'),
    contact: statement.argumentOf('contact'),
    description: statement.argumentOf('description'),
    reference: statement.argumentOf('reference'),
    submodules: [],
    imports: [],
    features: new Set(),
    deviatedBy: [],
    implemented: false,
    extensions: [],
  });
}

function labelOf(name: string, revision: string | undefined): string {
  return revision ? `${name}@${revision}` : name;
}

/** Without the statement it is version 1; of another version, which is reported, as much as possible is said. */
function versionOf(statement: Statement): '1' | '1.1' {
  const version = statement.argumentOf('yang-version');
  return version === undefined || version === '1' ? '1' : '1.1';
}

/** Newest first. */
function revisionsOf(statement: Statement): readonly string[] {
  const dates = statement.all('revision').map((revision) => revision.text);
  return [...new Set(dates)].sort().reverse();
}

function latestRevision(statement: Statement): string | undefined {
  return revisionsOf(statement)[0];
}
