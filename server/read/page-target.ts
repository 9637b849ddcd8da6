/** The list or leaf-list that a filter is about (draft-ietf-netconf-list-pagination-nc, section 3). */
import { childElements, textContent } from '../../src/xml/index.ts';
import type { XmlElement } from '../../src/xml/index.ts';
import { XPathError, compileXPath } from '../../src/xpath/index.ts';
import type { BranchSchemaNode, DataSchemaNode, SchemaContext } from '../../src/yang/index.ts';

/** Undefined unless the filter leads to one list or leaf-list; conditions on the way do not matter. */
export function subtreeTarget(
  filter: XmlElement,
  context: SchemaContext,
): DataSchemaNode | undefined {
  let node: BranchSchemaNode = context.root;
  let element = filter;
  for (;;) {
    const [next, another] = childElements(element).filter((it) => !isContentMatch(it));
    if (another) return undefined;
    if (!next) return node.kind === 'list' ? node : undefined;
    const child = childNamed(node, next.namespace, next.local);
    if (child?.kind === 'leaf-list') return child;
    if (child?.kind !== 'container' && child?.kind !== 'list') return undefined;
    node = child;
    element = next;
  }
}

export function xpathTarget(
  text: string,
  bindings: ReadonlyMap<string, string>,
  context: SchemaContext,
): DataSchemaNode | undefined {
  const path = pathOf(text, bindings);
  let node: BranchSchemaNode | DataSchemaNode | undefined = path && context.root;
  for (const { axis, test } of path?.steps ?? []) {
    if (axis !== 'child' || test.kind !== 'name' || test.name === undefined) return undefined;
    if (!node || !('dataChildren' in node)) return undefined;
    node = childNamed(node, test.namespace ?? '', test.name);
  }
  return node?.kind === 'list' || node?.kind === 'leaf-list' ? node : undefined;
}

function pathOf(
  text: string,
  bindings: ReadonlyMap<string, string>,
): Extract<ReturnType<typeof compileXPath>['ast'], { kind: 'path' }> | undefined {
  try {
    const { ast } = compileXPath(text, {
      resolvePrefix: (prefix) => bindings.get(prefix),
      defaultNamespace: '',
    });
    return ast.kind === 'path' ? ast : undefined;
  } catch (error) {
    // Whoever compiles the filter says what is wrong with it.
    if (error instanceof XPathError) return undefined;
    throw error;
  }
}

function isContentMatch(element: XmlElement): boolean {
  return childElements(element).length === 0 && textContent(element).trim() !== '';
}

/** A name without namespace stands for the one node of that name. */
function childNamed(
  node: BranchSchemaNode,
  namespace: string,
  name: string,
): DataSchemaNode | undefined {
  if (namespace !== '') return node.dataChild(namespace, name);
  const [only, another] = node.dataChildren.filter((child) => child.name === name);
  return another ? undefined : only;
}
