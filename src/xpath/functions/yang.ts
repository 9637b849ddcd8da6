/** Functions of YANG 1.1 (RFC 7950, section 10). */
import {
  booleanEvaluator,
  firstOf,
  nodeSetEvaluator,
  numberEvaluator,
} from '../evaluate/evaluator.ts';
import type { Evaluator, NodeSetEvaluator } from '../evaluate/evaluator.ts';
import { RegularExpressionError, compileRegularExpression } from '../regular-expression/index.ts';
import type { Call, Library } from './signature.ts';

export const YANG_FUNCTIONS: Library = {
  current: { min: 0, max: 0, compile: current },
  're-match': { min: 2, max: 2, compile: reMatch },
  deref: { min: 1, max: 1, compile: deref },
  'derived-from': { min: 2, max: 2, compile: (call) => derivedFrom(call, false) },
  'derived-from-or-self': { min: 2, max: 2, compile: (call) => derivedFrom(call, true) },
  'enum-value': { min: 1, max: 1, compile: enumValue },
  'bit-is-set': { min: 2, max: 2, compile: bitIsSet },
};

function current(): NodeSetEvaluator {
  return nodeSetEvaluator({ order: 'single', unique: true, weight: 1 }, (frame, visit) =>
    visit(frame.environment.current),
  );
}

/** How many patterns that are not literals a call remembers. */
const MAX_PATTERNS = 32;

function reMatch(call: Call): Evaluator {
  const [subject, pattern] = [call.arg(0), call.arg(1)];
  const literal = call.literal(1);
  if (literal !== undefined) {
    const fixed = compileRegex(call, literal);
    return booleanEvaluator((frame) => fixed.test(subject.string(frame)));
  }
  const known = new Map<string, { test(text: string): boolean }>();
  return booleanEvaluator((frame) => {
    const text = pattern.string(frame);
    let compiled = known.get(text);
    if (!compiled) {
      if (known.size >= MAX_PATTERNS) known.clear();
      known.set(text, (compiled = compileRegex(call, text)));
    }
    return compiled.test(subject.string(frame));
  });
}

function compileRegex(call: Call, text: string): { test(text: string): boolean } {
  try {
    return compileRegularExpression(text);
  } catch (error) {
    if (!(error instanceof RegularExpressionError)) throw error;
    throw call.error(`the pattern of re-match() is no regular expression: ${error.message}`);
  }
}

function deref(call: Call): NodeSetEvaluator {
  const first = firstOf(call.nodeSet(0));
  return nodeSetEvaluator({ order: 'ordered', unique: true, weight: 2 }, (frame, visit) => {
    const node = first(frame);
    if (node === undefined) return false;
    for (const target of frame.model.deref?.(node) ?? []) if (visit(target)) return true;
    return false;
  });
}

function derivedFrom(call: Call, orSelf: boolean): Evaluator {
  const nodes = call.nodeSet(0);
  const identity = call.arg(1);
  const resolve = (prefix: string): string | undefined => call.compiler.resolve(prefix);
  const literal = call.literal(1);
  if (literal !== undefined) checkPrefix(call, literal);
  return booleanEvaluator((frame) => {
    const { model } = frame;
    const name = literal ?? identity.string(frame);
    return nodes.some(frame, (node) => model.isDerivedFrom?.(node, name, resolve, orSelf) ?? false);
  });
}

function checkPrefix(call: Call, identity: string): void {
  const [prefix, name] = identity.split(':', 2);
  if (name !== undefined && prefix !== undefined && call.compiler.resolve(prefix) === undefined) {
    throw call.error(`prefix "${prefix}" of identity "${identity}" is not declared`);
  }
}

function enumValue(call: Call): Evaluator {
  const first = firstOf(call.nodeSet(0));
  return numberEvaluator((frame) => {
    const node = first(frame);
    return node === undefined ? NaN : (frame.model.enumValue?.(node) ?? NaN);
  });
}

function bitIsSet(call: Call): Evaluator {
  const first = firstOf(call.nodeSet(0));
  const bit = call.arg(1);
  return booleanEvaluator((frame) => {
    const node = first(frame);
    return node !== undefined && (frame.model.bitIsSet?.(node, bit.string(frame)) ?? false);
  });
}
