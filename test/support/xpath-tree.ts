/** A small tree of objects to evaluate XPath expressions over, read from a subset of XML. */
import type { NodeModel } from '../../src/xpath/index.ts';

export interface TreeNode {
  readonly kind: 'root' | 'element' | 'text' | 'attribute';
  readonly namespace: string;
  readonly name: string;
  readonly text: string;
  readonly parent: TreeNode | undefined;
  readonly children: TreeNode[];
  readonly attributes: TreeNode[];
  /** Place in document order. */
  readonly index: number;
}

/** Elements without a prefix are in 'urn:t'; `p:name` is in 'urn:p'. White space between elements is dropped. */
export function parseTree(xml: string): TreeNode {
  let index = 0;
  const make = (
    kind: TreeNode['kind'],
    parent: TreeNode | undefined,
    name = '',
    text = '',
  ): TreeNode => {
    const [local = '', prefix] = name.split(':').reverse();
    const unprefixed = kind === 'element' ? 'urn:t' : '';
    const namespace = prefix === undefined ? unprefixed : `urn:${prefix}`;
    const attributes: TreeNode[] = [];
    return { kind, namespace, name: local, text, parent, children: [], attributes, index: index++ };
  };
  const root = make('root', undefined);
  let at = root;
  for (const [, close, open, attributes = '', empty, text] of xml.matchAll(
    /<\/([\w:.-]+)>|<([\w:.-]+)((?:\s+[\w:.-]+="[^"]*")*)\s*(\/)?>|([^<]+)/g,
  )) {
    if (close !== undefined) {
      at = at.parent ?? root;
    } else if (open !== undefined) {
      const element = make('element', at, open);
      at.children.push(element);
      for (const [, name, value] of attributes.matchAll(/([\w:.-]+)="([^"]*)"/g)) {
        element.attributes.push(make('attribute', element, name, value));
      }
      if (empty === undefined) at = element;
    } else if (text !== undefined && text.trim() !== '') {
      at.children.push(make('text', at, '', text));
    }
  }
  return root;
}

/** A model over {@link TreeNode}s that counts how often the evaluator asks for children. */
export class TreeModel implements NodeModel<TreeNode> {
  calls = { children: 0, childrenByKeys: 0, compareOrder: 0 };

  root(node: TreeNode): TreeNode {
    return node.parent ? this.root(node.parent) : node;
  }

  parent(node: TreeNode): TreeNode | undefined {
    return node.parent;
  }

  children(node: TreeNode, namespace?: string, name?: string): readonly TreeNode[] {
    this.calls.children++;
    if (namespace === undefined) return node.children;
    return node.children.filter(
      (child) =>
        child.kind === 'element' &&
        child.namespace === namespace &&
        (name === undefined || child.name === name),
    );
  }

  attributes(node: TreeNode): readonly TreeNode[] {
    return node.attributes;
  }

  namespace(node: TreeNode): string {
    return node.namespace;
  }

  localName(node: TreeNode): string {
    return node.name;
  }

  qualifiedName(node: TreeNode): string {
    return node.namespace === 'urn:p' ? `p:${node.name}` : node.name;
  }

  stringValue(node: TreeNode): string {
    return node.text + node.children.map((child) => this.stringValue(child)).join('');
  }

  kind(node: TreeNode): TreeNode['kind'] {
    return node.kind;
  }

  compareOrder(a: TreeNode, b: TreeNode): number {
    this.calls.compareOrder++;
    return a.index - b.index;
  }

  same(a: TreeNode, b: TreeNode): boolean {
    return a === b;
  }
}
