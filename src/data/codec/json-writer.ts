/** Writes JSON as a stream of text (RFC 8259). */
import { JsonNumber, isArray, isObject } from './json-tree.ts';
import type { JsonTree } from './json-tree.ts';

export interface JsonWriterOptions {
  /** How many characters to collect before they are handed on. */
  readonly flushAt?: number;
  /** Each member and element goes on a line of its own, indented by so many spaces. Default 0: no. */
  readonly indent?: number;
}

const DEFAULT_FLUSH_AT = 32 * 1024;

export class JsonWriter {
  readonly #flush: (text: string) => void;
  readonly #flushAt: number;
  readonly #indent: number;
  #out = '';
  /** For each open object or array, whether something is in it. */
  readonly #filled: boolean[] = [];
  /** A name has been written, and its value has not. */
  #isNamed = false;

  constructor(
    flush: (text: string) => void,
    { flushAt = DEFAULT_FLUSH_AT, indent = 0 }: JsonWriterOptions = {},
  ) {
    this.#flush = flush;
    this.#flushAt = flushAt;
    this.#indent = indent;
  }

  openObject(): void {
    this.#open('{');
  }

  closeObject(): void {
    this.#close('}');
  }

  openArray(): void {
    this.#open('[');
  }

  closeArray(): void {
    this.#close(']');
  }

  /** The name of a member, whose value comes next. */
  name(name: string): void {
    this.#separate();
    this.#out += this.#indent > 0 ? `${JSON.stringify(name)}: ` : `${JSON.stringify(name)}:`;
    this.#isNamed = true;
  }

  /** A value that is JSON already. */
  raw(json: string): void {
    this.#separate();
    this.#out += json;
    if (this.#out.length >= this.#flushAt) this.flush();
  }

  /** A value of any kind. */
  tree(tree: JsonTree): void {
    if (tree instanceof JsonNumber) this.raw(tree.text);
    else if (isObject(tree)) {
      this.openObject();
      for (const [name, value] of tree) {
        this.name(name);
        this.tree(value);
      }
      this.closeObject();
    } else if (isArray(tree)) {
      this.openArray();
      for (const element of tree) this.tree(element);
      this.closeArray();
    } else this.raw(JSON.stringify(tree));
  }

  /** Hands on what has been collected. */
  flush(): void {
    if (this.#out === '') return;
    const text = this.#out;
    this.#out = '';
    this.#flush(text);
  }

  /** Everything must have been closed. */
  end(): void {
    if (this.#filled.length > 0) throw new Error('an object or array was not closed');
    if (this.#indent > 0) this.#out += '\n';
    this.flush();
  }

  #open(bracket: string): void {
    this.#separate();
    this.#out += bracket;
    this.#filled.push(false);
  }

  #close(bracket: string): void {
    const isFilled = this.#filled.pop();
    if (isFilled === undefined) throw new Error('close without open');
    if (isFilled) this.#breakLine();
    this.#out += bracket;
    if (this.#out.length >= this.#flushAt) this.flush();
  }

  /** Before a member, an element or the value of a member. */
  #separate(): void {
    if (this.#isNamed) {
      this.#isNamed = false;
      return;
    }
    const depth = this.#filled.length;
    if (depth === 0) return;
    if (this.#filled[depth - 1] === true) this.#out += ',';
    this.#filled[depth - 1] = true;
    this.#breakLine();
  }

  #breakLine(): void {
    if (this.#indent > 0) this.#out += `\n${' '.repeat(this.#indent * this.#filled.length)}`;
  }
}

/** A tree as text. */
export function printJsonTree(tree: JsonTree): string {
  let text = '';
  const writer = new JsonWriter((part) => {
    text += part;
  });
  writer.tree(tree);
  writer.end();
  return text;
}
