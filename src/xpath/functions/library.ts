/** Calls of functions: those of XPath and YANG, and those that the host adds. */
import type { XPathFunction } from '../compiled.ts';
import type { Compiler } from '../evaluate/compiler.ts';
import {
  asNodeSet,
  booleanEvaluator,
  dynamicEvaluator,
  numberEvaluator,
  stringEvaluator,
  toBoolean,
  toNumber,
  toText,
} from '../evaluate/evaluator.ts';
import type { AnyEvaluator } from '../evaluate/evaluator.ts';
import type { Frame } from '../evaluate/frame.ts';
import type { CallExpression } from '../syntax/ast.ts';
import { BOOLEAN_AND_NUMBER_FUNCTIONS } from './boolean-number.ts';
import { NODE_SET_FUNCTIONS } from './node-set.ts';
import { Call } from './signature.ts';
import type { Signature } from './signature.ts';
import { STRING_FUNCTIONS } from './string.ts';
import { YANG_FUNCTIONS } from './yang.ts';

const LIBRARY: ReadonlyMap<string, Signature> = new Map(
  Object.entries({
    ...NODE_SET_FUNCTIONS,
    ...STRING_FUNCTIONS,
    ...BOOLEAN_AND_NUMBER_FUNCTIONS,
    ...YANG_FUNCTIONS,
  }),
);

export function compileCall(expression: CallExpression, compiler: Compiler): AnyEvaluator {
  const call = new Call(expression, compiler);
  const { name } = expression;
  const signature = LIBRARY.get(name);
  if (signature) {
    checkCount(call, signature.min, signature.max);
    return signature.compile(call);
  }
  const hosted = compiler.options.functions?.get(name);
  if (!hosted) throw call.error(`there is no function "${name}"`);
  checkCount(call, hosted.minArguments, hosted.maxArguments);
  return compileHosted(call, hosted);
}

function checkCount(call: Call, min: number, max: number): void {
  const given = call.args.length;
  if (given >= min && given <= max) return;
  const wanted = max === min ? `${min}` : max === Infinity ? `at least ${min}` : `${min} to ${max}`;
  throw call.error(`${call.expression.name}() takes ${wanted} arguments, not ${given}`);
}

function compileHosted(call: Call, hosted: XPathFunction): AnyEvaluator {
  const value = (frame: Frame) => {
    const { model, node, environment } = frame;
    const args = call.args.map((argument) => argument.value(frame));
    return hosted.call(args, { model, node, current: environment.current });
  };
  switch (hosted.result) {
    case 'string':
      return stringEvaluator((frame) => toText(value(frame), frame));
    case 'number':
      return numberEvaluator((frame) => toNumber(value(frame), frame));
    case 'boolean':
      return booleanEvaluator((frame) => toBoolean(value(frame)));
    case 'node-set': {
      const { name, offset } = call.expression;
      return asNodeSet(dynamicEvaluator(value), `the result of ${name}()`, offset);
    }
    case 'any':
      return dynamicEvaluator(value);
  }
}
