/** Switches off the nodes of features that are not supported (RFC 7950, section 7.20.2). */
import type { Compilation } from './compilation.ts';
import { visitDrafts } from './draft.ts';
import { conditionsHold } from './resolve-features.ts';

export function pruneFeatures(compilation: Compilation): void {
  for (const module of compilation.implementedModules) {
    visitDrafts(module.nodes, (draft) => {
      const conditions = draft.all('if-feature');
      draft.disabled = conditions.length > 0 && !conditionsHold(compilation, conditions);
    });
  }
}
