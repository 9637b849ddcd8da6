/** Takes away the nodes that an unsupported feature switches off (RFC 7950, section 7.20.2). */
import type { Compilation } from './compilation.ts';
import type { Draft } from './draft.ts';
import { conditionsHold } from './resolve-features.ts';

export function pruneFeatures(compilation: Compilation): void {
  for (const module of compilation.implementedModules) {
    const kept = prune(compilation, module.nodes);
    module.nodes.splice(0, module.nodes.length, ...kept);
  }
}

function prune(compilation: Compilation, drafts: readonly Draft[]): Draft[] {
  return drafts.filter((draft) => {
    const kept = conditionsHold(compilation, draft.all('if-feature'));
    if (kept) draft.children = prune(compilation, draft.children);
    return kept;
  });
}
