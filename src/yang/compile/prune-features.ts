/** Switches off the nodes of features that are not supported (RFC 7950, section 7.20.2). */
import type { Compilation } from './compilation.ts';
import { visitDrafts, type Draft } from './draft.ts';
import { conditionsHold } from './resolve-features.ts';

export function pruneFeatures(compilation: Compilation): void {
  const prune = (draft: Draft): void => {
    const conditions = draft.all('if-feature');
    if (conditions.length > 0) draft.disabled = !conditionsHold(compilation, conditions);
  };
  for (const module of compilation.implementedModules) visitDrafts(module.nodes, prune);
  for (const { source, nodes } of compilation.structures) {
    // Conditions in a template are ignored (RFC 8040, section 8).
    if (source === 'structure') visitDrafts(nodes, prune);
  }
}
