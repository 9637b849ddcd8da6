/** Node tests (XPath 1.0, section 2.3). */
import type { Axis, NodeTest } from '../syntax/ast.ts';
import type { Model, Node } from './frame.ts';

export type Matches = (model: Model, node: Node) => boolean;

/** Whether a node on `axis` passes the test; a name stands for nodes of the axis's principal kind. */
export function compileNodeTest(axis: Axis, test: NodeTest): Matches {
  const principal = axis === 'attribute' ? 'attribute' : 'element';
  switch (test.kind) {
    case 'node':
      return () => true;
    case 'text':
      return (model, node) => model.kind(node) === 'text';
    // A data tree has neither comments nor processing instructions.
    case 'comment':
    case 'processing-instruction':
      return () => false;
    case 'name': {
      const { namespace, name } = test;
      return (model, node) =>
        model.kind(node) === principal &&
        (name === undefined || model.localName(node) === name) &&
        (namespace === undefined || model.namespace(node) === namespace);
    }
  }
}
