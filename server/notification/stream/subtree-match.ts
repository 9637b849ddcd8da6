/**
 * Subtree filters on notifications: whether they select anything at all (RFC 5277, section 3.6; RFC 6241,
 * section 6). A notification is passed on whole or not at all, so nothing is pruned.
 */
import { Branch, DataList } from '../../../src/data/index.ts';
import type { Slot } from '../../../src/data/index.ts';
import { childElements, textContent } from '../../../src/xml/index.ts';
import type { XmlElement } from '../../../src/xml/index.ts';
import type { DataSchemaNode, LeafListNode, LeafNode, LeafValue } from '../../../src/yang/index.ts';

/** An element with a name, as the filter sees it. */
interface Named {
  readonly name: string;
  readonly module: { readonly namespace: string };
}

/** Whether what is in `filter` selects something of a tree whose only path is `chain`, from the top down. */
export function subtreeMatches(filter: XmlElement, chain: readonly Branch[]): boolean {
  return childElements(filter).some((element) => chainMatches(element, chain));
}

function chainMatches(element: XmlElement, [top, ...below]: readonly Branch[]): boolean {
  if (!top || !isNamed(element, top.schema as unknown as Named)) return false;
  return branchMatches(childElements(element), top, below);
}

/** `below` is what stands in the branch beside its own children: the rest of the way to the notification. */
function branchMatches(
  elements: readonly XmlElement[],
  branch: Branch,
  below: readonly Branch[],
): boolean {
  const conditions = elements.filter(isContentMatch);
  if (!conditions.every((condition) => holds(condition, branch))) return false;
  const selections = elements.filter((element) => !isContentMatch(element));
  if (selections.length === 0) return true;
  return selections.some(
    (element) => chainMatches(element, below) || selectsChild(element, branch),
  );
}

function selectsChild(element: XmlElement, branch: Branch): boolean {
  const inner = childElements(element);
  return childrenNamed(element, branch).some(({ value }) => {
    if (inner.length === 0) return true;
    if (value instanceof Branch) return branchMatches(inner, value, []);
    return value instanceof DataList && [...value].some((row) => branchMatches(inner, row, []));
  });
}

function holds(condition: XmlElement, branch: Branch): boolean {
  const text = textContent(condition).trim();
  return childrenNamed(condition, branch).some(({ node, value }) => {
    if (node.kind !== 'leaf' && node.kind !== 'leaf-list') return false;
    const wanted = canonical(node, text, condition.bindings);
    const values = (node.kind === 'leaf' ? [value] : value) as readonly LeafValue[];
    return wanted !== undefined && values.some((it) => node.type.canonical(it) === wanted);
  });
}

/** Undefined for a text that the type does not allow. */
function canonical(
  node: LeafNode | LeafListNode,
  text: string,
  bindings: ReadonlyMap<string, string>,
): string | undefined {
  try {
    return node.type.canonical(node.type.parse(text, (prefix) => bindings.get(prefix)));
  } catch {
    return undefined;
  }
}

function childrenNamed(
  element: XmlElement,
  { schema, slots }: Branch,
): readonly { readonly node: DataSchemaNode; readonly value: Slot }[] {
  return schema.dataChildren.flatMap((node) => {
    const value = slots[node.slot];
    return value !== undefined && isNamed(element, node) ? [{ node, value }] : [];
  });
}

function isContentMatch(element: XmlElement): boolean {
  return childElements(element).length === 0 && textContent(element).trim() !== '';
}

/** Data has no attributes (section 6.2.2); no namespace stands for any (section 6.2.1). */
function isNamed(element: XmlElement, { name, module }: Named): boolean {
  if (element.attributes.length > 0 || element.local !== name) return false;
  return element.namespace === '' || element.namespace === module.namespace;
}
