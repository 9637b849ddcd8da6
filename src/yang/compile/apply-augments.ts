/** Applies the augments of all implemented modules (RFC 7950, section 7.17). */
import type { Statement } from '../syntax/statement.ts';
import { augmentTarget, inOrder, reportNoTarget, type AugmentPath } from './augment-nodes.ts';
import type { Compilation, Module } from './compilation.ts';
import { NodeExpander } from './expand-nodes.ts';
import { findAbsolute, parseSchemaPath, topLevel, type SchemaPathStep } from './schema-path.ts';

interface Pending extends AugmentPath {
  readonly module: Module;
}

export function applyAugments(compilation: Compilation): void {
  const expander = new NodeExpander(compilation);
  const augments = compilation.implementedModules.flatMap((module) =>
    augmentsOf(compilation, module),
  );
  for (const { statement, module, path } of inOrder(augments)) {
    const target = findAbsolute(compilation, path);
    if (!target) {
      reportNoTarget(compilation, { statement, path }, topLevel(compilation, path));
      continue;
    }
    checkVisible(compilation, statement, path);
    const nodes = augmentTarget(compilation, expander, statement, { target, module });
    compilation.augments.set(statement, { module, target, nodes });
  }
}

/**
 * In version 1 a submodule sees nothing of its own module but what it includes (RFC 6020, section 5.1). What a
 * grouping brings to the top level is left to the uses.
 */
function checkVisible(
  compilation: Compilation,
  augment: Statement,
  path: readonly SchemaPathStep[],
): void {
  const unit = compilation.unitOf(augment);
  const [first] = path;
  if (unit.version !== '1' || first?.module !== unit.module) return;
  const definition = findAbsolute(compilation, [first])?.statement;
  if (!definition || definition.parent?.parent) return;
  const owner = compilation.unitOf(definition);
  if (owner.module !== unit.module || compilation.definitions.visibleFrom(unit).has(owner)) return;
  const message =
    `"${first.name}" is defined in "${owner.name}", which "${unit.name}" does not include ` +
    '(in YANG version 1 it has to)';
  compilation.sink.report('augment-target-not-found', augment.argumentAt, message);
}

function augmentsOf(compilation: Compilation, module: Module): readonly Pending[] {
  const found: Pending[] = [];
  for (const unit of module.units) {
    for (const statement of unit.statement.all('augment')) {
      // The grammar check has reported the other form.
      if (!statement.text.startsWith('/')) continue;
      const path = parseSchemaPath(compilation, statement);
      if (path) found.push({ statement, module, path });
    }
  }
  return found;
}
