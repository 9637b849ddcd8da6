/** Finds the leafs that the unique statements of a list name (RFC 7950, section 7.8.3). */
import type { DataSchemaNode } from '../schema.ts';
import type { Statement } from '../syntax/statement.ts';
import { checkLeafStatus } from './check-status.ts';
import type { Compilation } from './compilation.ts';
import type { Draft } from './draft.ts';
import { List } from './nodes.ts';
import { findNode, parseSchemaPath } from './schema-path.ts';
import { suggestPath } from './suggest-path.ts';
import { rootOf } from './walk-path.ts';

export function resolveUnique(compilation: Compilation): void {
  for (const [draft, node] of compilation.frozen) {
    if (!(node instanceof List)) continue;
    const statements = draft.all('unique');
    node.unique = statements.map((statement) => resolve(compilation, draft, node, statement));
  }
}

function resolve(
  compilation: Compilation,
  draft: Draft,
  list: List,
  statement: Statement,
): readonly (readonly DataSchemaNode[])[] {
  const chains: (readonly DataSchemaNode[])[] = [];
  for (const text of statement.text.split(/\s+/).filter((word) => word !== '')) {
    const path = parseSchemaPath(compilation, statement, text);
    const target = path && findNode(draft.children, path);
    const leaf = target && compilation.frozen.get(target);
    const chain = leaf?.kind === 'leaf' ? chainTo(leaf, list) : undefined;
    if (target && chain) {
      chains.push(chain);
      checkLeafStatus(compilation, { list: draft, leaf: target, statement });
    }
    // A leaf that a feature switches off is not part of the combination.
    else if (!target?.disabled && path) {
      const message = `list "${draft.name}" has no leaf "${text}" outside other lists`;
      compilation.sink.report('invalid-unique', statement.argumentAt, message, () =>
        suggestPath(draft.children, path, text),
      );
    }
  }
  const kinds = new Set(chains.map((chain) => chain.at(-1)?.config));
  if (kinds.size > 1 && !compilation.openRoots.has(rootOf(list))) {
    const message = 'unique names both configuration and state';
    compilation.sink.report('invalid-unique', statement.argumentAt, message);
  }
  return chains;
}

/** Data nodes from the list, exclusive, to the leaf; undefined when another list is in between. */
function chainTo(leaf: DataSchemaNode, list: List): readonly DataSchemaNode[] | undefined {
  const chain: DataSchemaNode[] = [leaf];
  for (let node = leaf.dataParent; node !== list; node = node.dataParent) {
    if (node.kind !== 'container') return undefined;
    chain.unshift(node);
  }
  return chain;
}
