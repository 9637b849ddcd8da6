/**
 * Characters that a regular expression cannot tell apart, numbered.
 *
 * Two characters are of one class when the same ranges and categories of the expression hold them. So an
 * automaton needs one transition for each class instead of one for each of a million characters.
 */
import { hasCharacter, visitAtoms, type CharacterSet } from './character-set.ts';

const ASCII = 128;
const UNKNOWN = 0;
/** Characters beyond ASCII that are remembered with their class. */
const MAX_REMEMBERED = 4096;

export class Alphabet {
  /** First characters of the stretches that no range divides, ascending. */
  readonly #starts: readonly number[];
  readonly #categories: readonly CharacterSet[];
  readonly #classes = new Map<string, number>();
  /** Class of each character of ASCII; {@link UNKNOWN} until it has been asked for. */
  readonly ascii = new Uint16Array(ASCII);
  readonly #others = new Map<number, number>();

  constructor(sets: Iterable<CharacterSet>) {
    const starts = new Set<number>([0]);
    const categories = new Set<CharacterSet>();
    for (const set of sets) {
      visitAtoms(set, (atom) => {
        if (atom.kind === 'category') categories.add(atom);
        else
          for (const [first, last] of atom.ranges) {
            starts.add(first);
            starts.add(last + 1);
          }
      });
    }
    this.#starts = [...starts].sort((a, b) => a - b);
    this.#categories = [...categories];
  }

  /** The highest class so far. */
  get size(): number {
    return this.#classes.size;
  }

  /** The class of a character given by its code point, from 1. */
  classOf(point: number): number {
    if (point < ASCII) {
      const known = this.ascii[point] ?? UNKNOWN;
      return known === UNKNOWN ? (this.ascii[point] = this.#find(point)) : known;
    }
    const known = this.#others.get(point);
    if (known !== undefined) return known;
    const found = this.#find(point);
    if (this.#others.size >= MAX_REMEMBERED) this.#others.clear();
    this.#others.set(point, found);
    return found;
  }

  #find(point: number): number {
    let key = String(this.#stretchOf(point));
    for (const category of this.#categories) key += hasCharacter(category, point) ? '+' : '-';
    const known = this.#classes.get(key);
    if (known !== undefined) return known;
    const added = this.#classes.size + 1;
    this.#classes.set(key, added);
    return added;
  }

  #stretchOf(point: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= point) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
