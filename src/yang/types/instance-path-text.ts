/** The text of instance-identifiers (RFC 7950, sections 9.13 and 14, rule "instance-identifier"). */
import type { InstanceStep, PrefixFor, TypedValue } from './type.ts';

export type TextPredicate =
  | {
      readonly kind: 'key';
      readonly prefix: string;
      readonly name: string;
      readonly value: string;
      /** Instead of a value there is `$USER` (RFC 8341, section 3.5.2). */
      readonly isUser?: boolean;
    }
  | { readonly kind: 'value'; readonly value: string; readonly isUser?: boolean }
  | { readonly kind: 'position'; readonly position: number };

/** A step as written, prefixes not resolved. */
export interface TextStep {
  readonly prefix: string;
  readonly name: string;
  readonly predicates: readonly TextPredicate[];
}

/** As deep as a schema may be. */
const MAX_STEPS = 512;
const NAME = '[A-Za-z_][A-Za-z0-9_.\\-]*';
const VALUE = `'([^']*)'|"([^"]*)"`;
const POSITION = /\[[ \t]*([1-9]\d{0,14})[ \t]*\]/y;

interface Forms {
  readonly step: RegExp;
  readonly key: RegExp;
}

/** `qualifier`: the prefix of a name. */
function forms(qualifier: string, value = VALUE): Forms {
  return {
    step: new RegExp(`/${qualifier}(${NAME})`, 'y'),
    key: new RegExp(
      `\\[[ \\t]*(?:${qualifier}(${NAME})|\\.)[ \\t]*=[ \\t]*(?:${value})[ \\t]*\\]`,
      'y',
    ),
  };
}

type Form = 'xml' | 'json' | 'node';

const FORMS: Readonly<Record<Form, Forms>> = {
  xml: forms(`(${NAME}):`),
  json: forms(`(?:(${NAME}):)?`),
  node: forms(`(?:(${NAME}):)?`, `${VALUE}|(\\$USER)`),
};

/**
 * The steps, or what is wrong with the text. In XML every name has a prefix; in JSON that of the first
 * step, and others as {@link TextStep} shows them: '' stands for none. The form `node` is that of paths of access
 * control rules, with prefixes as far as they are there.
 */
export function parseInstancePath(text: string, form: Form = 'xml'): readonly TextStep[] | string {
  const { step: stepForm, key: keyForm } = FORMS[form];
  const qualifier = form === 'json' ? '' : 'prefix:';
  const steps: TextStep[] = [];
  let offset = 0;
  while (offset < text.length) {
    const step = matchAt(stepForm, text, offset);
    if (!step) return `expected "/${qualifier}name" at offset ${offset}`;
    if (steps.length === MAX_STEPS) return `it has more than ${MAX_STEPS} steps`;
    offset += step[0].length;
    const predicates: TextPredicate[] = [];
    while (text[offset] === '[') {
      const match = matchAt(keyForm, text, offset) ?? matchAt(POSITION, text, offset);
      if (!match)
        return `expected [${qualifier}key='value'], [.='value'] or [position] at offset ${offset}`;
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

function readPredicate(match: RegExpExecArray): TextPredicate {
  const [whole, prefix, name, single, double, user] = match;
  if (!whole.includes('=')) return { kind: 'position', position: Number(prefix) };
  const value = { value: single ?? double ?? '', ...(user === undefined ? {} : { isUser: true }) };
  if (name === undefined) return { kind: 'value', ...value };
  return { kind: 'key', prefix: prefix ?? '', name, ...value };
}

/** Writes steps with the prefix of each module; `prefixFor` is for values that hold names. */
export function printInstancePath(
  steps: readonly InstanceStep[],
  prefixOf: (module: string) => string,
  prefixFor: PrefixFor,
): string {
  return printSteps(steps, {
    nameOf: (module, name) => `${prefixOf(module)}:${name}`,
    valueOf: (typed) => typed.type.print(typed.value, prefixFor),
  });
}

/** Writes steps with module names as prefixes, everywhere: equal values have equal text. */
export function canonicalInstancePath(steps: readonly InstanceStep[]): string {
  return printSteps(steps, {
    nameOf: (module, name) => `${module}:${name}`,
    valueOf: canonicalText,
  });
}

/** Writes steps with the name of a module where it is another than that of the step before (RFC 7951, 6.11). */
export function printJsonInstancePath(steps: readonly InstanceStep[]): string {
  return printSteps(steps, {
    nameOf: (module, name, parent) => (module === parent ? name : `${module}:${name}`),
    valueOf: canonicalText,
  });
}

function canonicalText({ type, value }: TypedValue): string {
  return type.canonical(value);
}

interface Manner {
  readonly nameOf: (module: string, name: string, parent: string | undefined) => string;
  readonly valueOf: (typed: TypedValue) => string;
}

function printSteps(steps: readonly InstanceStep[], { nameOf, valueOf }: Manner): string {
  let text = '';
  let parent: string | undefined;
  for (const { module, name, keys, typed, position } of steps) {
    text += `/${nameOf(module, name, parent)}`;
    for (const key of keys) {
      text += `[${nameOf(key.module, key.name, module)}=${literal(valueOf(key.typed))}]`;
    }
    if (typed) text += `[.=${literal(valueOf(typed))}]`;
    if (position !== undefined) text += `[${position}]`;
    parent = module;
  }
  return text;
}

/** XPath literals have no escapes: a value with both kinds of quotes cannot have been parsed. */
export function literal(text: string): string {
  return text.includes("'") ? `"${text}"` : `'${text}'`;
}
