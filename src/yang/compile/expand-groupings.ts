/**
 * Expands the groupings that nothing has used by themselves, so that faults in them are found too (RFC 7950,
 * section 7.12). What a grouping needs from its surroundings cannot be said there.
 */
import type { Statement } from '../syntax/statement.ts';
import type { Compilation, Module } from './compilation.ts';
import type { Draft } from './draft.ts';
import { NodeExpander } from './expand-nodes.ts';

export function expandGroupings(compilation: Compilation): void {
  const expander = new NodeExpander(compilation);
  const groupings: { readonly statement: Statement; readonly module: Module }[] = [];
  for (const { statement, module } of compilation.allUnits) {
    visit(compilation, statement, (grouping) => {
      groupings.push({ statement: grouping, module });
    });
  }
  // Those that only other unused groupings use are seen with them.
  const inner = new Set(groupings.flatMap(({ statement }) => usedBy(compilation, statement)));
  for (const { statement, module } of groupings) {
    const { circular, usedGroupings } = compilation;
    if (circular.has(statement) || usedGroupings.has(statement) || inner.has(statement)) continue;
    const nodes: Draft[] = [];
    expander.expand(statement, { parent: undefined, module }, nodes);
    compilation.groupings.push({ module, nodes });
  }
}

function visit(
  compilation: Compilation,
  statement: Statement,
  found: (grouping: Statement) => void,
): void {
  for (const substatement of statement.substatements) {
    if (compilation.isOpaque(substatement)) continue;
    if (substatement.keyword === 'grouping') found(substatement);
    visit(compilation, substatement, found);
  }
}

/** Groupings that a grouping uses; those inside it use theirs for themselves. */
function usedBy(compilation: Compilation, grouping: Statement): readonly Statement[] {
  const used: Statement[] = [];
  const search = (statement: Statement): void => {
    for (const substatement of statement.substatements) {
      const { keyword } = substatement;
      if (keyword === 'grouping' || compilation.isOpaque(substatement)) continue;
      const target = keyword === 'uses' && compilation.findDefinition('grouping', substatement);
      if (target && target !== grouping) used.push(target);
      search(substatement);
    }
  };
  search(grouping);
  return used;
}
