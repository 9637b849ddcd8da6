/**
 * Checks how modules relate: circular imports and includes, versions of submodules, revisions,
 * namespaces (RFC 7950, sections 5.1, 7.1, 7.2 and 12).
 */
import type { Statement } from '../syntax/statement.ts';
import type { Compilation, Unit } from './compilation.ts';
import { walkDepthFirst } from './depth-first.ts';

export function checkModules(compilation: Compilation): void {
  checkNamespaces(compilation);
  checkNames(compilation);
  for (const unit of compilation.allUnits) {
    checkRevisions(compilation, unit);
    checkImports(compilation, unit);
    checkIncludes(compilation, unit);
  }
  checkImportCycles(compilation);
  checkIncludeCycles(compilation);
}

function checkImportCycles(compilation: Compilation): void {
  walkDepthFirst({
    roots: compilation.modules,
    next: (module) => module.units.flatMap(({ imports }) => imports.map((it) => it.module)),
    cycle: ([module, next = module]) => {
      const imports = module?.units.flatMap((unit) => unit.imports) ?? [];
      const found = imports.find((it) => it.module === next);
      if (!module || !found) return;
      const message = `module "${module.name}" imports itself, directly or through others`;
      compilation.sink.report('circular-import', found.statement.argumentAt, message);
    },
  });
}

/** In version 1.1 submodules need not include each other, and it does no harm if they do. */
function checkIncludeCycles(compilation: Compilation): void {
  walkDepthFirst({
    roots: compilation.allUnits,
    next: ({ includes }) => includes.map(({ unit }) => unit),
    cycle: ([unit, other]) => {
      const found = unit?.includes.find((include) => include.unit === (other ?? unit));
      if (!found || !unit || (unit.version === '1.1' && other)) return;
      const message = `"${unit.name}" includes itself, directly or through others`;
      compilation.sink.report('circular-include', found.statement.argumentAt, message);
    },
  });
}

/** Modules and submodules share one namespace for their names (section 6.2.1). */
function checkNames(compilation: Compilation): void {
  const owners = new Map(compilation.modules.map(({ name }) => [name, name]));
  for (const module of compilation.modules) {
    for (const { name, statement } of module.units.slice(1)) {
      const owner = owners.get(name);
      owners.set(name, owner ?? module.name);
      if (owner === undefined || (owner === module.name && name !== module.name)) continue;
      const message = `"${name}" is also a ${owner === name ? 'module' : `submodule of "${owner}"`}`;
      compilation.sink.report('duplicate-module', statement.argumentAt, message);
    }
  }
}

/** Revisions of one module share its namespace, two modules never do. */
function checkNamespaces(compilation: Compilation): void {
  const owners = new Map<string, string>();
  for (const { info, units } of compilation.modules) {
    const owner = owners.get(info.namespace);
    const statement = units[0]?.statement.find('namespace');
    if (!statement) continue;
    if (owner !== undefined && owner !== info.name) {
      const message = `"${info.namespace}" is the namespace of module "${owner}"`;
      compilation.sink.report('duplicate-namespace', statement.argumentAt, message);
    }
    owners.set(info.namespace, owner ?? info.name);
  }
}

function checkRevisions(compilation: Compilation, unit: Unit): void {
  const seen = new Set<string>();
  let previous: string | undefined;
  for (const statement of unit.statement.all('revision')) {
    const date = statement.text;
    if (seen.has(date)) {
      const message = `revision "${date}" is there twice`;
      compilation.sink.report('duplicate-revision', statement.argumentAt, message);
    } else if (previous !== undefined && date > previous) {
      const message = `revision "${date}" should stand before older ones`;
      compilation.sink.report('revision-order', statement.argumentAt, message);
    }
    seen.add(date);
    previous = date;
  }
}

/**
 * Of a module several revisions may be imported since version 1.1 (section 7.1.5; RFC 6020 forbids it), and
 * a module of version 1 cannot ask for a revision that is of version 1.1 (section 12).
 */
function checkImports(compilation: Compilation, unit: Unit): void {
  const { sink } = compilation;
  const seen = new Map<string, Set<Unit['module']>>();
  for (const { statement, module } of unit.imports) {
    const others = seen.get(module.name) ?? new Set();
    if (others.has(module)) {
      const message = `module "${module.name}" is imported twice in the same revision`;
      sink.report('duplicate-import', statement.argumentAt, message);
    } else if (others.size > 0 && unit.version === '1') {
      const message = 'importing two revisions of a module needs yang-version 1.1';
      sink.report('needs-version-1.1', statement.argumentAt, message);
    }
    seen.set(module.name, others.add(module));
    if (unit.version === '1' && module.info.yangVersion === '1.1') {
      const revision = statement.find('revision-date');
      if (!revision) continue;
      const message = `"${module.name}" has yang-version 1.1: version 1 cannot import it by revision`;
      sink.report('wrong-import-version', revision.argumentAt, message);
    }
  }
}

/**
 * A submodule is included once and everywhere in the same revision (sections 5.1 and 7.1.6), and has the YANG
 * version of what includes it (section 12).
 */
function checkIncludes(compilation: Compilation, unit: Unit): void {
  const { sink } = compilation;
  const seen = new Set<Unit>();
  for (const { statement, unit: included } of unit.includes) {
    const revision = statement.argumentOf('revision-date');
    if (revision !== undefined && revision !== included.revision) {
      const message = `submodule "${included.name}" is already included in revision ${included.revision ?? 'none'}`;
      sink.report('conflicting-revisions', statement.argumentAt, message);
    } else if (seen.has(included)) {
      const message = `submodule "${included.name}" is included twice`;
      sink.report('duplicate-include', statement.argumentAt, message);
    }
    seen.add(included);
    checkIncludedByModule(compilation, unit, statement, included);
    if (included.version === unit.version) continue;
    const message = `"${included.name}" has yang-version ${included.version}, "${unit.name}" has ${unit.version}`;
    sink.report('wrong-include-version', statement.argumentAt, message);
  }
}

/** In version 1.1 the module itself includes all submodules (section 5.1). */
function checkIncludedByModule(
  { sink }: Compilation,
  unit: Unit,
  statement: Statement,
  included: Unit,
): void {
  const [main] = unit.module.units;
  if (!main || unit === main || unit.version === '1') return;
  if (main.includes.some((it) => it.unit === included)) return;
  const message = `module "${main.name}" does not include submodule "${included.name}"`;
  sink.report('missing-include', statement.argumentAt, message);
}
