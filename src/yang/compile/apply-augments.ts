/** Applies the augments of all implemented modules (RFC 7950, section 7.17). */
import { augmentTarget, inOrder, reportNoTarget, type AugmentPath } from './augment-nodes.ts';
import type { Compilation, Module } from './compilation.ts';
import { NodeExpander } from './expand-nodes.ts';
import { findAbsolute, parseSchemaPath, topLevel } from './schema-path.ts';

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
    const nodes = augmentTarget(compilation, expander, statement, { target, module });
    compilation.augments.set(statement, { module, target, nodes });
  }
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
