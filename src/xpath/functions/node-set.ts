/** Functions on node-sets (XPath 1.0, section 4.1). */
import {
  firstOf,
  nodeSetEvaluator,
  numberEvaluator,
  stringEvaluator,
} from '../evaluate/evaluator.ts';
import type { Evaluator } from '../evaluate/evaluator.ts';
import type { Frame, Model, Node } from '../evaluate/frame.ts';
import type { Call, Library } from './signature.ts';

export const NODE_SET_FUNCTIONS: Library = {
  last: { min: 0, max: 0, compile: () => numberEvaluator((frame) => frame.size) },
  position: { min: 0, max: 0, compile: () => numberEvaluator((frame) => frame.position) },
  count: { min: 1, max: 1, compile: count },
  // No element of a data tree has an attribute of type ID.
  id: {
    min: 1,
    max: 1,
    compile: () => nodeSetEvaluator({ order: 'single', unique: true, weight: 0 }, () => false),
  },
  'local-name': { min: 0, max: 1, compile: (call) => nameOf(call, localName) },
  'namespace-uri': { min: 0, max: 1, compile: (call) => nameOf(call, namespace) },
  name: { min: 0, max: 1, compile: (call) => nameOf(call, qualifiedName) },
};

function count(call: Call): Evaluator {
  const set = call.nodeSet(0);
  if (!set.unique) return numberEvaluator((frame) => set.nodes(frame).length);
  return numberEvaluator((frame) => {
    let found = 0;
    set.some(frame, () => {
      found++;
      return false;
    });
    return found;
  });
}

function nameOf(call: Call, read: (model: Model, node: Node) => string): Evaluator {
  const first =
    call.args.length > 0 ? firstOf(call.nodeSet(0)) : (frame: Frame): Node => frame.node;
  return stringEvaluator((frame) => {
    const node = first(frame);
    return node === undefined ? '' : read(frame.model, node);
  });
}

function localName(model: Model, node: Node): string {
  return model.localName(node);
}

function namespace(model: Model, node: Node): string {
  return model.namespace(node);
}

function qualifiedName(model: Model, node: Node): string {
  return model.qualifiedName ? model.qualifiedName(node) : model.localName(node);
}
