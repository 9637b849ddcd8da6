/**
 * Applies the augments of all implemented modules (RFC 7950, section 7.17). An augment may add to nodes
 * that another one adds, so they are tried again as long as one of them finds its target.
 */
import type { Statement } from '../syntax/statement.ts';
import { augmentTarget, reportNoTarget } from './augment-nodes.ts';
import type { Compilation, Module } from './compilation.ts';
import { NodeExpander } from './expand-nodes.ts';
import { findAbsolute, parseSchemaPath, type SchemaPathStep } from './schema-path.ts';

interface Pending {
  readonly statement: Statement;
  readonly module: Module;
  readonly path: readonly SchemaPathStep[];
}

export function applyAugments(compilation: Compilation): void {
  const { expand } = new NodeExpander(compilation);
  let pending = compilation.implementedModules.flatMap((module) => pendingOf(compilation, module));
  for (let count = Infinity; pending.length > 0 && pending.length < count;) {
    count = pending.length;
    pending = pending.filter(({ statement, module, path }) => {
      const target = findAbsolute(path);
      if (target) augmentTarget(compilation, expand, statement, { target, module });
      return !target;
    });
  }
  for (const { statement } of pending) reportNoTarget(compilation, statement);
}

function pendingOf(compilation: Compilation, module: Module): readonly Pending[] {
  const found: Pending[] = [];
  for (const unit of module.units) {
    for (const statement of unit.statement.all('augment')) {
      if (!statement.text.startsWith('/')) {
        const message = 'an augment of a module needs an absolute schema node identifier';
        compilation.sink.report('invalid-argument', statement.argumentAt, message);
        continue;
      }
      const path = parseSchemaPath(compilation, statement);
      if (path) found.push({ statement, module, path });
    }
  }
  return found;
}
