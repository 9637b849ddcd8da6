/**
 * Expands every grouping by itself, so that faults in one that nothing uses are found too (RFC 7950,
 * section 7.12).
 */
import type { Statement } from '../syntax/statement.ts';
import type { Compilation, Module } from './compilation.ts';
import type { ExpandNodes } from './draft.ts';
import { NodeExpander } from './expand-nodes.ts';

export function expandGroupings(compilation: Compilation): void {
  const { expand } = new NodeExpander(compilation);
  for (const unit of compilation.allUnits) {
    visit(compilation, unit.statement, unit.module, expand);
  }
}

function visit(
  compilation: Compilation,
  statement: Statement,
  module: Module,
  expand: ExpandNodes,
): void {
  for (const substatement of statement.substatements) {
    if (substatement.isExtension) continue;
    if (substatement.keyword === 'grouping' && !compilation.circular.has(substatement)) {
      compilation.groupings.push(expand(substatement, undefined, module));
    }
    visit(compilation, substatement, module, expand);
  }
}
