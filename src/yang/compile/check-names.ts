/**
 * Checks that nodes which share a place have different names (RFC 7950, sections 6.2.1 and 7.9.2). The
 * nodes of all cases of a choice share the place of the choice; the cases have one of their own.
 */
import type { Compilation } from './compilation.ts';
import type { Draft } from './draft.ts';

export function checkNames(compilation: Compilation): void {
  const { groupings, structures } = compilation;
  const topLevels = new Map(compilation.modules.map((module) => [module, [...module.nodes]]));
  for (const { source, module, nodes } of structures) {
    // A structure shares the names of the top level (RFC 8791, section 2); a template has none of its own.
    if (source === 'structure') topLevels.get(module)?.push(...nodes);
    else checkPlace(compilation, nodes);
  }
  for (const nodes of topLevels.values()) checkPlace(compilation, nodes);
  for (const { nodes } of groupings) checkPlace(compilation, nodes);
}

function checkPlace(compilation: Compilation, drafts: readonly Draft[]): void {
  const names = new Map<string, readonly Draft[]>();
  const visit = (draft: Draft): void => {
    checkName(compilation, draft, names);
    if (draft.keyword !== 'choice') {
      if (draft.children.length > 0) checkPlace(compilation, draft.children);
      return;
    }
    const cases = new Map<string, readonly Draft[]>();
    for (const node of draft.children) {
      checkName(compilation, node, cases);
      for (const child of node.children) visit(child);
    }
  };
  for (const draft of drafts) visit(draft);
}

function checkName(
  compilation: Compilation,
  draft: Draft,
  names: Map<string, readonly Draft[]>,
): void {
  const same = names.get(draft.name) ?? [];
  const first = same.find(({ module }) => module.name === draft.module.name);
  if (!first) {
    names.set(draft.name, [...same, draft]);
    return;
  }
  const { file } = first.statement.source;
  const { line } = first.statement.source.locate(first.statement.at.start);
  const message = `"${draft.name}" is already defined at ${file}:${String(line)}`;
  const { statement, uses = statement } = draft;
  // Within one uses it is the grouping that is wrong, otherwise the place that it is used in.
  const wrong = uses === first.uses ? statement : uses;
  compilation.sink.report('duplicate-node', wrong.argumentAt, message);
}
