/**
 * Finds and parses the modules asked for, and all that they import and include (RFC 7950, section 5.1).
 *
 * The modules asked for are loaded before any import is followed, so that an import without revision
 * means the revision that will be implemented.
 */
import { parseYang } from '../syntax/parser.ts';
import type { Statement } from '../syntax/statement.ts';
import { Module, type Compilation, type ModuleRequest, type Unit } from './compilation.ts';
import { Source, type SourceRange } from '../syntax/source.ts';

export function loadModules(compilation: Compilation): void {
  for (const request of compilation.requests) loadRequested(compilation, request);
  // The list grows while it is walked.
  for (const module of compilation.modules) {
    for (const unit of module.units) {
      loadIncludes(compilation, unit);
      for (const statement of unit.statement.all('import'))
        loadImport(compilation, unit, statement);
    }
  }
}

function loadRequested(compilation: Compilation, request: ModuleRequest): void {
  const label = request.revision ? `${request.name}@${request.revision}` : request.name;
  const source = new Source(label, '');
  const at: SourceRange = { source, start: 0, end: 0 };
  const loaded = compilation.modules.find(({ name }) => name === request.name);
  if (loaded && (!request.revision || loaded.info.revision === request.revision)) {
    loaded.request = mergeRequests(loaded.request, request);
    return;
  }
  if (loaded) {
    const message = `module "${request.name}" cannot be implemented in two revisions`;
    compilation.sink.report('conflicting-revisions', at, message);
    return;
  }
  const module = loadModule(compilation, request.name, request.revision, at);
  if (!module) return;
  module.request = request;
  module.info.implemented = true;
}

function mergeRequests(first: ModuleRequest | undefined, second: ModuleRequest): ModuleRequest {
  if (first?.features === 'all' || second.features === 'all') return { ...second, features: 'all' };
  return { ...second, features: [...(first?.features ?? []), ...(second.features ?? [])] };
}

function loadImport(compilation: Compilation, unit: Unit, statement: Statement): void {
  const module = findImported(compilation, statement);
  if (module) unit.imports.push(module);
  const prefix = statement.argumentOf('prefix');
  if (prefix === undefined) return;
  if (!module) {
    unit.missingPrefixes.add(prefix);
    return;
  }
  if (unit.prefixes.has(prefix)) {
    const at = statement.find('prefix')?.argumentAt ?? statement.at;
    compilation.sink.report('duplicate-prefix', at, `prefix "${prefix}" is taken`);
    return;
  }
  unit.prefixes.set(prefix, module);
}

function findImported(compilation: Compilation, statement: Statement): Module | undefined {
  if (statement.argument === undefined) return undefined;
  const revision = statement.argumentOf('revision-date');
  const loaded = compilation.modules.filter(({ name }) => name === statement.argument);
  const found = revision
    ? loaded.find((module) => module.info.revision === revision)
    : (loaded.find((module) => module.implemented) ?? loaded[0]);
  return found ?? loadModule(compilation, statement.argument, revision, statement.argumentAt);
}

function loadModule(
  compilation: Compilation,
  name: string,
  revision: string | undefined,
  at: SourceRange,
): Module | undefined {
  const statement = parseText(compilation, name, revision, at, 'module');
  if (!statement) return undefined;
  const module = new Module({
    name,
    namespace: statement.argumentOf('namespace') ?? '',
    prefix: statement.argumentOf('prefix') ?? '',
    revision: latestRevision(statement),
    features: new Set(),
    deviatedBy: [],
    implemented: false,
  });
  compilation.modules.push(module);
  addUnit(compilation, module, statement, module.info.prefix);
  return module;
}

function loadIncludes(compilation: Compilation, unit: Unit): void {
  for (const statement of unit.statement.all('include')) {
    const { argument } = statement;
    if (argument === undefined) continue;
    const loaded = unit.module.units.find(({ name }) => name === argument);
    const included = loaded ?? loadSubmodule(compilation, unit.module, argument, statement);
    if (included) unit.includes.push(included);
  }
}

function loadSubmodule(
  compilation: Compilation,
  module: Module,
  name: string,
  include: Statement,
): Unit | undefined {
  const revision = include.argumentOf('revision-date');
  const statement = parseText(compilation, name, revision, include.argumentAt, 'submodule');
  if (!statement) return undefined;
  const belongsTo = statement.find('belongs-to');
  if (belongsTo && belongsTo.argument !== module.name) {
    const message = `submodule "${name}" belongs to "${belongsTo.text}", not to "${module.name}"`;
    compilation.sink.report('wrong-belongs-to', belongsTo.argumentAt, message);
    return undefined;
  }
  return addUnit(compilation, module, statement, belongsTo?.argumentOf('prefix') ?? '');
}

function addUnit(
  compilation: Compilation,
  module: Module,
  statement: Statement,
  prefix: string,
): Unit {
  const unit: Unit = {
    statement,
    name: statement.text,
    revision: latestRevision(statement),
    version: statement.argumentOf('yang-version') === '1.1' ? '1.1' : '1',
    module,
    prefixes: new Map([[prefix, module]]),
    missingPrefixes: new Set(),
    imports: [],
    includes: [],
  };
  module.units.push(unit);
  compilation.units.set(statement.source, unit);
  return unit;
}

function parseText(
  compilation: Compilation,
  name: string,
  revision: string | undefined,
  at: SourceRange,
  keyword: 'module' | 'submodule',
): Statement | undefined {
  const found = compilation.repository.find(name, revision);
  const label = revision ? `${name}@${revision}` : name;
  if (!found) {
    compilation.sink.report(`${keyword}-not-found`, at, `${keyword} "${label}" is not available`);
    return undefined;
  }
  const { statement, diagnostics } = parseYang(found.text, found.file);
  compilation.sink.add(diagnostics);
  if (!statement) return undefined;
  if (statement.keyword !== keyword || statement.argument !== name) {
    const message = `expected ${keyword} "${name}", found ${statement.keyword} "${statement.text}"`;
    compilation.sink.report('wrong-module', statement.at, message);
    return undefined;
  }
  return statement;
}

function latestRevision(statement: Statement): string | undefined {
  const dates = statement.all('revision').map((revision) => revision.text);
  return dates.sort().at(-1);
}
