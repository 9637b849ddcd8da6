/** Functions on strings (XPath 1.0, section 4.2). Characters are Unicode characters, not UTF-16 units. */
import { booleanEvaluator, numberEvaluator, stringEvaluator } from '../evaluate/evaluator.ts';
import type { Evaluator } from '../evaluate/evaluator.ts';
import { normalizeSpace, roundNumber } from '../values.ts';
import type { Call, Library } from './signature.ts';

export const STRING_FUNCTIONS: Library = {
  string: { min: 0, max: 1, compile: string },
  concat: { min: 2, max: Infinity, compile: concat },
  'starts-with': { min: 2, max: 2, compile: (call) => test(call, (a, b) => a.startsWith(b)) },
  contains: { min: 2, max: 2, compile: (call) => test(call, (a, b) => a.includes(b)) },
  'substring-before': { min: 2, max: 2, compile: (call) => combine(call, substringBefore) },
  'substring-after': { min: 2, max: 2, compile: (call) => combine(call, substringAfter) },
  substring: { min: 2, max: 3, compile: substring },
  'string-length': { min: 0, max: 1, compile: stringLength },
  'normalize-space': { min: 0, max: 1, compile: normalizeSpaceOf },
  translate: { min: 3, max: 3, compile: translate },
};

function string(call: Call): Evaluator {
  const argument = call.argOrContext();
  return stringEvaluator((frame) => argument.string(frame));
}

function concat({ args }: Call): Evaluator {
  return stringEvaluator((frame) => args.map((argument) => argument.string(frame)).join(''));
}

function test(call: Call, holds: (a: string, b: string) => boolean): Evaluator {
  const [a, b] = [call.arg(0), call.arg(1)];
  return booleanEvaluator((frame) => holds(a.string(frame), b.string(frame)));
}

function combine(call: Call, apply: (a: string, b: string) => string): Evaluator {
  const [a, b] = [call.arg(0), call.arg(1)];
  return stringEvaluator((frame) => apply(a.string(frame), b.string(frame)));
}

function substringBefore(text: string, mark: string): string {
  return text.slice(0, Math.max(text.indexOf(mark), 0));
}

function substringAfter(text: string, mark: string): string {
  const index = text.indexOf(mark);
  return index < 0 ? '' : text.slice(index + mark.length);
}

function substring(call: Call): Evaluator {
  const text = call.arg(0);
  const start = call.arg(1);
  const length = call.args[2];
  return stringEvaluator((frame) => {
    const first = roundNumber(start.number(frame));
    const end = length ? first + roundNumber(length.number(frame)) : Infinity;
    // Positions count from 1; comparisons with NaN are false, which leaves nothing.
    const within = (_: string, index: number): boolean => index + 1 >= first && index + 1 < end;
    return Array.from(text.string(frame)).filter(within).join('');
  });
}

function stringLength(call: Call): Evaluator {
  const argument = call.argOrContext();
  return numberEvaluator((frame) => {
    let length = 0;
    for (const character of argument.string(frame)) length += character ? 1 : 0;
    return length;
  });
}

function normalizeSpaceOf(call: Call): Evaluator {
  const argument = call.argOrContext();
  return stringEvaluator((frame) => normalizeSpace(argument.string(frame)));
}

function translate(call: Call): Evaluator {
  const [text, from, to] = [call.arg(0), call.arg(1), call.arg(2)];
  return stringEvaluator((frame) => {
    const targets = Array.from(to.string(frame));
    const replacements = new Map<string, string>();
    for (const [index, character] of Array.from(from.string(frame)).entries()) {
      if (!replacements.has(character)) replacements.set(character, targets[index] ?? '');
    }
    const translated = Array.from(text.string(frame), (it) => replacements.get(it) ?? it);
    return translated.join('');
  });
}
