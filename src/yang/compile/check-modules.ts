/**
 * Checks how modules relate: circular imports and includes, versions of submodules, revisions,
 * namespaces (RFC 7950, sections 5.1, 7.1 and 7.2).
 */
import type { Compilation, Unit } from './compilation.ts';

export function checkModules(compilation: Compilation): void {
  checkNamespaces(compilation);
  for (const unit of compilation.allUnits) {
    checkRevisions(compilation, unit);
    checkImports(compilation, unit);
    checkVersions(compilation, unit);
  }
  checkCycles({
    items: compilation.modules,
    next: (module) => module.units.flatMap((unit) => unit.imports),
    report: (module) => {
      const [unit] = module.units;
      const message = `module "${module.name}" imports itself, directly or through others`;
      if (unit) compilation.sink.report('circular-import', unit.statement.argumentAt, message);
    },
  });
  checkCycles({
    items: compilation.allUnits,
    next: (unit) => unit.includes,
    report: (unit) => {
      const message = `"${unit.name}" includes itself, directly or through others`;
      compilation.sink.report('circular-include', unit.statement.argumentAt, message);
    },
  });
}

function checkNamespaces(compilation: Compilation): void {
  const owners = new Map<string, string>();
  for (const { info, units } of compilation.modules) {
    const owner = owners.get(info.namespace);
    const statement = units[0]?.statement.find('namespace');
    if (owner !== undefined && owner !== info.name && statement) {
      const message = `"${info.namespace}" is the namespace of module "${owner}"`;
      compilation.sink.report('duplicate-namespace', statement.argumentAt, message);
    }
    owners.set(info.namespace, info.name);
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

/** A module may be imported more than once only with different revision dates (section 7.1.5). */
function checkImports(compilation: Compilation, unit: Unit): void {
  const seen = new Set<string>();
  for (const statement of unit.statement.all('import')) {
    const key = `${statement.text}@${statement.argumentOf('revision-date') ?? ''}`;
    if (seen.has(key)) {
      const message = `module "${statement.text}" is imported twice`;
      compilation.sink.report('duplicate-import', statement.argumentAt, message);
    }
    seen.add(key);
  }
}

/** Section 12: a module includes only submodules of its own YANG version. */
function checkVersions(compilation: Compilation, unit: Unit): void {
  for (const statement of unit.statement.all('include')) {
    const included = unit.includes.find(({ name }) => name === statement.argument);
    if (!included || included.version === unit.version) continue;
    const message = `"${included.name}" has yang-version ${included.version}, "${unit.name}" has ${unit.version}`;
    compilation.sink.report('wrong-include-version', statement.argumentAt, message);
  }
}

interface Graph<T> {
  readonly items: readonly T[];
  readonly next: (item: T) => readonly T[];
  readonly report: (item: T) => void;
}

function checkCycles<T>(graph: Graph<T>): void {
  const done = new Set<T>();
  const path = new Set<T>();
  const visit = (item: T): void => {
    if (path.has(item)) {
      graph.report(item);
      return;
    }
    if (done.has(item)) return;
    path.add(item);
    for (const next of graph.next(item)) visit(next);
    path.delete(item);
    done.add(item);
  };
  for (const item of graph.items) visit(item);
}
