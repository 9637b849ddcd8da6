/** What data cannot be without (RFC 7950, sections 7.5.1, 7.6.5, 7.7.5, 7.8.2 and 7.9.4). */
import type { CaseNode, ChoiceNode, SchemaNode } from '../../yang/index.ts';

/** Which children of a node a value has: all of them, or those that are configuration. */
export type Content = 'all' | 'config';

/** The children that belong to the content. Operations and notifications are no data. */
export function contentOf(
  { children }: { readonly children: readonly SchemaNode[] },
  content: Content,
): readonly SchemaNode[] {
  return children.filter((child) => isContent(child, content));
}

function isContent(node: SchemaNode, content: Content): boolean {
  switch (node.kind) {
    case 'container':
    case 'list':
    case 'leaf':
    case 'leaf-list':
    case 'anydata':
    case 'anyxml':
      return content === 'all' || node.config;
    case 'choice':
    case 'case':
      return node.children.some((child) => isContent(child, content));
    default:
      return false;
  }
}

/**
 * Whether a value of the parent has to have something of `node`. What a `when` decides over does not, and in a
 * case nothing does unless the case is there.
 */
export function isRequired(node: SchemaNode, content: Content): boolean {
  if (!('when' in node) || node.when.length > 0) return false;
  switch (node.kind) {
    case 'leaf':
      return node.isKey || node.mandatory;
    case 'anydata':
    case 'anyxml':
      return node.mandatory;
    case 'list':
    case 'leaf-list':
      return node.minElements > 0;
    case 'container':
      return !node.presence && needsContent(node, content);
    case 'choice':
      return node.mandatory && hasAllCases(node, content);
    default:
      return false;
  }
}

/** State can be what a mandatory choice has, so that configuration alone need not have anything of it. */
function hasAllCases(choice: ChoiceNode, content: Content): boolean {
  const { length } = casesOf(choice, content);
  return length > 0 && length === casesOf(choice, 'all').length;
}

/** Whether an instance without any content would not do. */
export function needsContent(
  node: { readonly children: readonly SchemaNode[] },
  content: Content,
): boolean {
  return contentOf(node, content).some((child) => isRequired(child, content));
}

/** The cases of a choice that have something of the content. */
export function casesOf(choice: ChoiceNode, content: Content): readonly CaseNode[] {
  return choice.cases.filter((it) => contentOf(it, content).length > 0);
}
