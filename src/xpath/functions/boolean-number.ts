/** Functions on booleans and numbers (XPath 1.0, sections 4.3 and 4.4). */
import { booleanEvaluator, numberEvaluator } from '../evaluate/evaluator.ts';
import type { Evaluator } from '../evaluate/evaluator.ts';
import { stringValue } from '../evaluate/frame.ts';
import type { Frame, Node } from '../evaluate/frame.ts';
import { roundNumber, stringToNumber } from '../values.ts';
import type { Call, Library } from './signature.ts';

export const BOOLEAN_AND_NUMBER_FUNCTIONS: Library = {
  boolean: { min: 1, max: 1, compile: boolean },
  not: { min: 1, max: 1, compile: not },
  true: { min: 0, max: 0, compile: () => booleanEvaluator(() => true) },
  false: { min: 0, max: 0, compile: () => booleanEvaluator(() => false) },
  lang: { min: 1, max: 1, compile: lang },
  number: { min: 0, max: 1, compile: number },
  sum: { min: 1, max: 1, compile: sum },
  floor: { min: 1, max: 1, compile: (call) => apply(call, Math.floor) },
  ceiling: { min: 1, max: 1, compile: (call) => apply(call, Math.ceil) },
  round: { min: 1, max: 1, compile: (call) => apply(call, roundNumber) },
};

function boolean(call: Call): Evaluator {
  const argument = call.arg(0);
  return booleanEvaluator((frame) => argument.boolean(frame));
}

function not(call: Call): Evaluator {
  const argument = call.arg(0);
  return booleanEvaluator((frame) => !argument.boolean(frame));
}

const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';

/** The language that the nearest xml:lang attribute gives, if the model has attributes. */
function lang(call: Call): Evaluator {
  const argument = call.arg(0);
  return booleanEvaluator((frame) => {
    const wanted = argument.string(frame).toLowerCase();
    const found = languageOf(frame)?.toLowerCase();
    return found !== undefined && (found === wanted || found.startsWith(`${wanted}-`));
  });
}

function languageOf(frame: Frame): string | undefined {
  const { model } = frame;
  for (let at: Node = frame.node; at !== undefined; at = model.parent(at)) {
    for (const attribute of model.attributes?.(at) ?? []) {
      const isLang = model.localName(attribute) === 'lang';
      if (isLang && model.namespace(attribute) === XML_NAMESPACE)
        return stringValue(frame, attribute);
    }
  }
  return undefined;
}

function number(call: Call): Evaluator {
  const argument = call.argOrContext();
  return numberEvaluator((frame) => argument.number(frame));
}

function sum(call: Call): Evaluator {
  const set = call.nodeSet(0);
  return numberEvaluator((frame) => {
    let total = 0;
    for (const node of set.nodes(frame)) total += stringToNumber(stringValue(frame, node));
    return total;
  });
}

function apply(call: Call, calculate: (value: number) => number): Evaluator {
  const argument = call.arg(0);
  return numberEvaluator((frame) => calculate(argument.number(frame)));
}
