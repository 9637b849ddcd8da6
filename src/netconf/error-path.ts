/** Paths in errors: instance-identifiers with prefixes (RFC 6241, section 4.3; RFC 7950, section 9.13). */
import type { ReceivedName, ReceivedStep } from './received-error.ts';

const NAME = '[A-Za-z_][\\w.-]*';
const QUALIFIED = `(?:(${NAME}):)?(${NAME})`;
const LITERAL = `"([^"]*)"|'([^']*)'`;
const STEP = new RegExp(`/${QUALIFIED}`, 'y');
const KEY = new RegExp(`\\[\\s*${QUALIFIED}\\s*=\\s*(?:${LITERAL})\\s*\\]`, 'y');
const VALUE = new RegExp(`\\[\\s*\\.\\s*=\\s*(?:${LITERAL})\\s*\\]`, 'y');
const POSITION = /\[\s*(\d{1,15})\s*\]/y;

/** Longer ones are not looked into: nobody reads them. */
const MAX_LENGTH = 64 * 1024;

/** The steps of a path; `undefined` when it is something else, as Junos' `[edit system]`. */
export function parseErrorPath(
  text: string,
  bindings: ReadonlyMap<string, string>,
): readonly ReceivedStep[] | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  if (text === '/') return [];
  const reader = new PathReader(text, bindings);
  const steps: ReceivedStep[] = [];
  while (!reader.atEnd) {
    const step = reader.step();
    if (!step) return undefined;
    steps.push(step);
  }
  return steps.length > 0 ? steps : undefined;
}

class PathReader {
  readonly #text: string;
  readonly #bindings: ReadonlyMap<string, string>;
  #at = 0;

  constructor(text: string, bindings: ReadonlyMap<string, string>) {
    this.#text = text;
    this.#bindings = bindings;
  }

  get atEnd(): boolean {
    return this.#at === this.#text.length;
  }

  step(): ReceivedStep | undefined {
    const head = this.#match(STEP);
    if (!head) return undefined;
    const name = this.#name(head[1], head[2]);
    const keys: (ReceivedName & { readonly value: string })[] = [];
    for (let key = this.#match(KEY); key; key = this.#match(KEY)) {
      keys.push({ ...this.#name(key[1], key[2]), value: key[3] ?? key[4] ?? '' });
    }
    const value = this.#match(VALUE);
    const position = this.#match(POSITION);
    return {
      ...name,
      keys,
      ...(value ? { value: value[1] ?? value[2] ?? '' } : {}),
      ...(position ? { position: Number(position[1]) } : {}),
    };
  }

  /** In XPath a name without a prefix is in no namespace; servers mean the default namespace by it. */
  #name(prefix = '', name = ''): ReceivedName {
    return { namespace: this.#bindings.get(prefix), name };
  }

  #match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    const match = expression.exec(this.#text);
    if (match) this.#at = expression.lastIndex;
    return match;
  }
}
