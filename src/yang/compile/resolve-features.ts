/**
 * Decides which features each implemented module supports: those asked for whose own conditions hold
 * (RFC 7950, section 7.20.1).
 */
import type { Statement } from '../syntax/statement.ts';
import { nearest } from '../suggestion.ts';
import type { Compilation, Module } from './compilation.ts';
import { shorten } from '../diagnostic.ts';
import { walkDepthFirst } from './depth-first.ts';
import { evaluateFeatures, featureNames, featureExpressionOf } from './if-feature.ts';

export function resolveFeatures(compilation: Compilation): void {
  checkExpressions(compilation);
  checkCycles(compilation);
  // Import does not make a feature supported; only the request for a module does.
  const wanted = new Set<Statement>();
  for (const module of compilation.modules) addRequested(compilation, module, wanted);
  settle(compilation, wanted);
}

function addRequested(compilation: Compilation, module: Module, wanted: Set<Statement>): void {
  const features = module.request ? module.request.features : compilation.features;
  const known = module.definitions.feature;
  for (const name of features === 'all' ? known.keys() : (features ?? [])) {
    const statement = known.get(name);
    if (statement) wanted.add(statement);
    else reportUnknown(compilation, module, name);
  }
}

function reportUnknown(compilation: Compilation, module: Module, name: string): void {
  const root = module.units[0]?.statement;
  if (!root) return;
  const message = `module "${module.name}" has no feature "${name}"`;
  compilation.sink.report('unknown-feature', root.argumentAt, message, () =>
    nearest(name, module.definitions.feature.keys()),
  );
}

/** A feature that depends on others is supported only if they are. */
function settle(compilation: Compilation, wanted: ReadonlySet<Statement>): void {
  for (const statement of wanted) {
    compilation.unitOf(statement).module.info.features.add(statement.text);
  }
  // Those that a feature depends on are settled before it.
  walkDepthFirst({
    roots: wanted,
    next: (feature) => dependencies(compilation, feature),
    leave: (feature) => {
      if (conditionsHold(compilation, feature.all('if-feature'))) return;
      compilation.unitOf(feature).module.info.features.delete(feature.text);
    },
  });
}

/** Whether all of these if-feature statements are true. */
export function conditionsHold(
  compilation: Compilation,
  conditions: readonly Statement[],
): boolean {
  return conditions.every((statement) => {
    const expression = featureExpressionOf(statement);
    if (!expression) return true;
    return evaluateFeatures(expression, (name) => isSupported(compilation, statement, name));
  });
}

function isSupported(compilation: Compilation, statement: Statement, name: string): boolean {
  const feature = findFeature(compilation, statement, name);
  // What the server supports is a matter of the revision that it implements (section 5.6.5).
  return feature
    ? compilation
        .effectiveRevision(compilation.unitOf(feature).module)
        .info.features.has(feature.text)
    : // An unknown feature has been reported; nothing more is said of the node it is on.
      true;
}

function findFeature(
  compilation: Compilation,
  statement: Statement,
  name: string,
): Statement | undefined {
  return compilation.findDefinition('feature', statement, name);
}

function checkExpressions(compilation: Compilation): void {
  for (const unit of compilation.allUnits) {
    visitConditions(unit.statement, (statement) => {
      checkExpression(compilation, statement, unit.version);
    });
  }
  for (const embedded of compilation.embedded.keys()) {
    const { version } = compilation.unitOf(embedded);
    visitConditions(embedded, (statement) => {
      checkExpression(compilation, statement, version);
    });
  }
}

function visitConditions(statement: Statement, visit: (statement: Statement) => void): void {
  for (const substatement of statement.substatements) {
    if (substatement.keyword === 'if-feature') visit(substatement);
    else if (!substatement.isExtension) visitConditions(substatement, visit);
  }
}

function checkExpression(
  compilation: Compilation,
  statement: Statement,
  version: '1' | '1.1',
): void {
  if (statement.argument === undefined) return;
  const expression = featureExpressionOf(statement);
  if (!expression) {
    const message = `"${shorten(statement.argument)}" is not an expression of features`;
    compilation.sink.report('invalid-argument', statement.argumentAt, message);
    return;
  }
  if (version === '1' && expression.steps.length > 1) {
    const message = 'an expression of features needs yang-version 1.1';
    compilation.sink.report('needs-version-1.1', statement.argumentAt, message);
  }
  for (const name of featureNames(expression)) findFeature(compilation, statement, name);
}

function checkCycles(compilation: Compilation): void {
  walkDepthFirst({
    roots: compilation.modules.flatMap(({ definitions }) => [...definitions.feature.values()]),
    next: (feature) => dependencies(compilation, feature),
    cycle: ([feature]) => {
      if (!feature) return;
      const message = `feature "${feature.text}" depends on itself`;
      compilation.sink.report('circular-feature', feature.argumentAt, message);
    },
  });
}

function dependencies(compilation: Compilation, feature: Statement): readonly Statement[] {
  return feature.all('if-feature').flatMap((statement) => {
    const expression = featureExpressionOf(statement);
    const names = expression ? featureNames(expression) : [];
    return names.flatMap((name) => findFeature(compilation, statement, name) ?? []);
  });
}
