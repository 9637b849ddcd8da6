/**
 * Expands structures with their augments (RFC 8791, section 4) and templates (RFC 8040, section 8), in modules that are
 * only imported too: they are not part of what a server implements.
 */
import { augmentTarget, inOrder, reportNoTarget, type AugmentPath } from './augment-nodes.ts';
import type { Compilation, Module } from './compilation.ts';
import { Draft } from './draft.ts';
import { NodeExpander } from './expand-nodes.ts';
import { findNode, parseSchemaPath } from './schema-path.ts';
import type { Statement } from '../syntax/statement.ts';

export function expandStructures(compilation: Compilation): void {
  const expander = new NodeExpander(compilation);
  const augments: (AugmentPath & { readonly module: Module })[] = [];
  for (const [statement, kind] of compilation.embedded) {
    const { module } = compilation.unitOf(statement);
    if (kind === 'structure') {
      addStructure(compilation, statement, draftStructure(expander, statement, module));
    } else if (kind === 'yang-data') {
      const nodes: Draft[] = [];
      expander.expand(statement, { parent: undefined, module }, nodes);
      checkTemplate(compilation, statement, nodes);
      compilation.structures.push({ source: kind, module, statement, nodes });
    } else if (kind === 'augment-structure' && statement.text.startsWith('/')) {
      const path = parseSchemaPath(compilation, statement);
      if (path) augments.push({ statement, module, path });
    }
  }
  const levels = structuresByModule(compilation);
  for (const augment of inOrder(augments)) {
    const level = levels.get(augment.path[0]?.module.name ?? '') ?? [];
    applyAugment(compilation, expander, augment, level);
  }
}

/** A structure is encoded as a container of its name is. */
function draftStructure(expander: NodeExpander, statement: Statement, module: Module): Draft {
  const draft = new Draft('container', statement.text, module, statement, undefined);
  const ownProperties = ['description', 'must', 'reference', 'status'];
  draft.properties = statement.substatements.filter(
    ({ keyword, isExtension }) => isExtension || ownProperties.includes(keyword),
  );
  expander.expand(statement, { parent: draft, module }, draft.children);
  return draft;
}

function addStructure(compilation: Compilation, statement: Statement, draft: Draft): void {
  const { module } = draft;
  compilation.structures.push({ source: 'structure', module, statement, nodes: [draft] });
}

/** A template results in exactly one container; where it is a choice, each of its cases does. */
function checkTemplate(
  compilation: Compilation,
  statement: Statement,
  nodes: readonly Draft[],
): void {
  if (isOneContainer(nodes)) return;
  const message = `"${statement.keyword} ${statement.text}" must result in exactly one container`;
  compilation.sink.report('invalid-structure', statement.at, message);
}

function isOneContainer(nodes: readonly Draft[]): boolean {
  const [node] = nodes;
  if (!node || nodes.length > 1) return false;
  if (node.keyword === 'container') return true;
  return (
    node.keyword === 'choice' && node.children.every(({ children }) => isOneContainer(children))
  );
}

/** The structures of each module: an identifier begins with the name of one. */
function structuresByModule(compilation: Compilation): ReadonlyMap<string, readonly Draft[]> {
  const levels = new Map<string, Draft[]>();
  for (const { source, module, nodes } of compilation.structures) {
    if (source !== 'structure') continue;
    const level = levels.get(module.name) ?? [];
    levels.set(module.name, level);
    level.push(...nodes);
  }
  return levels;
}

function applyAugment(
  compilation: Compilation,
  expander: NodeExpander,
  { statement, module, path }: AugmentPath & { readonly module: Module },
  level: readonly Draft[],
): void {
  const target = findNode(level, path);
  if (!target) {
    reportNoTarget(compilation, { statement, path }, level);
    return;
  }
  const nodes = augmentTarget(compilation, expander, statement, { target, module });
  compilation.augments.set(statement, { module, target, nodes });
}
