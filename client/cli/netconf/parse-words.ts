/** Words of a command line to options in the order in which they stand. */
import { nearest } from '../../../src/yang/suggestion.ts';
import { UsageError } from '../exit-code.ts';
import type { GivenOption, OptionRow } from './option.ts';

export interface ParsedWords<T extends OptionRow> {
  readonly given: readonly GivenOption<T>[];
  /** Words that belong to no option. */
  readonly operands: readonly string[];
}

/** Options by each of their names. */
export class OptionTable<T extends OptionRow> {
  readonly rows: readonly T[];
  readonly #byName = new Map<string, T>();

  constructor(rows: readonly T[]) {
    this.rows = rows;
    for (const row of rows) {
      for (const name of [row.name, ...row.aliases]) {
        if (this.#byName.has(name)) throw new Error(`${name} is there twice`);
        this.#byName.set(name, row);
      }
    }
  }

  get names(): Iterable<string> {
    return this.#byName.keys();
  }

  find(name: string): T | undefined {
    return this.#byName.get(name);
  }

  /** Throws {@link UsageError} for an unknown option and for values that an option cannot have. */
  parse(words: readonly string[]): ParsedWords<T> {
    const given: GivenOption<T>[] = [];
    const operands: string[] = [];
    let at = 0;
    while (at < words.length) {
      const word = words[at] ?? '';
      at += 1;
      if (word === '--') {
        operands.push(...words.slice(at));
        break;
      }
      if (!isOption(word)) {
        operands.push(word);
        continue;
      }
      const { row, attached } = this.#recognize(word);
      const values = attached === undefined ? valuesAt(row, words, at) : [attached];
      if (attached === undefined) at += values.length;
      given.push(checked({ row, written: word.replace(/=.*$/s, ''), values }));
    }
    return { given, operands };
  }

  /** `--name`, `--name=value`, `-n` and `-nVALUE`. */
  #recognize(word: string): { readonly row: T; readonly attached: string | undefined } {
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const name = equals < 0 ? word : word.slice(0, equals);
    const row = this.#byName.get(name);
    if (row) return { row, attached: equals < 0 ? undefined : word.slice(equals + 1) };
    const short = word.startsWith('--') ? undefined : this.#byName.get(word.slice(0, 2));
    if (short && short.arity !== 'none') return { row: short, attached: word.slice(2) };
    const meant = nearest(name, this.#byName.keys());
    throw new UsageError(
      `unknown option '${name}'${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    );
  }
}

/** A single dash is a value: standard input. */
export function isOption(word: string): boolean {
  return word.length > 1 && word.startsWith('-') && !/^-\d/.test(word);
}

function valuesAt(row: OptionRow, words: readonly string[], at: number): readonly string[] {
  if (row.arity === 'none') return [];
  const [next] = words.slice(at);
  // "--password -x" cannot be told from a missing value, which is what it is far more often.
  const isThere = next !== undefined && !isOption(next);
  if (row.arity === 'one') return isThere ? [next] : [];
  if (row.arity === 'optional') {
    return isThere && (!row.choices || row.choices.includes(next)) ? [next] : [];
  }
  const end = words.slice(at).findIndex(isOption);
  return words.slice(at, end < 0 ? words.length : at + end);
}

function checked<T extends OptionRow>(given: GivenOption<T>): GivenOption<T> {
  const { row, written, values } = given;
  if (row.arity === 'none' && values.length > 0) throw new UsageError(`${written} takes no value`);
  if (row.arity === 'one' && values.length === 0) {
    throw new UsageError(`${written} needs a value: ${row.value}`);
  }
  const wrong = row.choices && values.find((value) => !row.choices?.includes(value));
  if (wrong !== undefined) {
    const choices = row.choices?.join(', ') ?? '';
    throw new UsageError(`${written} cannot be "${wrong}". Allowed choices are ${choices}`);
  }
  return given;
}
