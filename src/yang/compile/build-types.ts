/**
 * Builds every type and compiles every expression where it is written, used or not, so that faults in
 * unused typedefs and groupings are found; what is built here is shared with the nodes.
 */
import type { Statement } from '../syntax/statement.ts';
import { UnboundLeafrefError } from './resolve-leafrefs.ts';
import type { Compilation, Unit } from './compilation.ts';

export function buildTypes(compilation: Compilation): void {
  for (const unit of compilation.allUnits) visit(compilation, unit, unit.statement);
}

function visit(compilation: Compilation, unit: Unit, statement: Statement): void {
  const { namespace } = unit.module.info;
  for (const substatement of statement.substatements) {
    const { keyword } = substatement;
    if (compilation.isOpaque(substatement)) continue;
    if (keyword === 'type') {
      compilation.types.build(substatement, { namespace, targetOf: noTarget });
    } else if (keyword === 'must' || keyword === 'when') {
      compilation.expressions.compile(substatement, namespace);
    }
    visit(compilation, unit, substatement);
  }
}

/** Types that are built here are thrown away when they depend on the leaf. */
function noTarget(path: Statement): never {
  throw new UnboundLeafrefError(path.text);
}
