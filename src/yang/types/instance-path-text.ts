/** The text of instance-identifiers (RFC 7950, sections 9.13 and 14, rule "instance-identifier"). */
import type { InstanceStep } from './type.ts';

export type TextPredicate =
  | { readonly kind: 'key'; readonly prefix: string; readonly name: string; readonly value: string }
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'position'; readonly position: number };

/** A step as written, prefixes not resolved. */
export interface TextStep {
  readonly prefix: string;
  readonly name: string;
  readonly predicates: readonly TextPredicate[];
}

const MAX_STEPS = 128;
const NAME = '[A-Za-z_][A-Za-z0-9_.\\-]*';
const STEP = new RegExp(`/(${NAME}):(${NAME})`, 'y');
const VALUE = `[ \\t]*=[ \\t]*(?:'([^']*)'|"([^"]*)")`;
const KEY = new RegExp(`\\[[ \\t]*(?:(${NAME}):(${NAME})|\\.)${VALUE}[ \\t]*\\]`, 'y');
const POSITION = /\[[ \t]*([1-9]\d{0,14})[ \t]*\]/y;

/** The steps, or what is wrong with the text. */
export function parseInstancePath(text: string): readonly TextStep[] | string {
  const steps: TextStep[] = [];
  let offset = 0;
  while (offset < text.length) {
    const step = matchAt(STEP, text, offset);
    if (!step) return `expected "/prefix:name" at offset ${offset}`;
    if (steps.length === MAX_STEPS) return `it has more than ${MAX_STEPS} steps`;
    offset += step[0].length;
    const predicates: TextPredicate[] = [];
    while (text[offset] === '[') {
      const match = matchAt(KEY, text, offset) ?? matchAt(POSITION, text, offset);
      if (!match)
        return `expected [prefix:key='value'], [.='value'] or [position] at offset ${offset}`;
      predicates.push(readPredicate(match));
      offset += match[0].length;
    }
    const [, prefix = '', name = ''] = step;
    steps.push({ prefix, name, predicates });
  }
  return steps.length > 0 ? steps : 'it is empty';
}

function matchAt(pattern: RegExp, text: string, offset: number): RegExpExecArray | null {
  pattern.lastIndex = offset;
  return pattern.exec(text);
}

function readPredicate([whole, prefix, name, single, double]: RegExpExecArray): TextPredicate {
  if (!whole.includes('=')) return { kind: 'position', position: Number(prefix) };
  const value = single ?? double ?? '';
  if (prefix === undefined || name === undefined) return { kind: 'value', value };
  return { kind: 'key', prefix, name, value };
}

/** Writes steps with the prefix of each module. */
export function printInstancePath(
  steps: readonly InstanceStep[],
  prefixOf: (module: string) => string,
): string {
  return steps.map((step) => printStep(step, prefixOf)).join('');
}

function printStep(step: InstanceStep, prefixOf: (module: string) => string): string {
  let text = `/${prefixOf(step.module)}:${step.name}`;
  for (const key of step.keys) {
    text += `[${prefixOf(key.module)}:${key.name}=${literal(key.value)}]`;
  }
  if (step.value !== undefined) text += `[.=${literal(step.value)}]`;
  if (step.position !== undefined) text += `[${step.position}]`;
  return text;
}

/** XPath literals have no escapes: a value with both kinds of quotes cannot have been parsed. */
function literal(text: string): string {
  return text.includes("'") ? `"${text}"` : `'${text}'`;
}
