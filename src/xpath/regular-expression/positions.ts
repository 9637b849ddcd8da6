/**
 * A regular expression as a nondeterministic automaton (Thompson's construction), made as far as a text
 * leads into it: `a{1,60000}` costs what the texts that are tried need of it.
 */
import type { CharacterSet } from './character-set.ts';
import type { Regex } from './parse.ts';

export interface Position {
  readonly id: number;
  /** Characters that lead from here to `next`; undefined for a fork and for the end. */
  readonly set: CharacterSet | undefined;
  readonly next: Position | undefined;
  /** Where a fork leads without reading anything; none for the end. */
  readonly fork: (() => readonly Position[]) | undefined;
  /** The last search that came by. */
  visited: number;
}

export class PositionFactory {
  readonly end: Position;
  #count = 0;

  constructor() {
    this.end = this.#create({});
  }

  /** How many positions have been made. */
  get count(): number {
    return this.#count;
  }

  /** The position from which `regex` leads to `next`. */
  enter(regex: Regex, next: Position): Position {
    switch (regex.kind) {
      case 'set':
        return this.#create({ set: regex.set, next });
      case 'sequence':
        return regex.items.reduceRight((after, item) => this.enter(item, after), next);
      case 'choice':
        return this.#fork(() => regex.branches.map((branch) => this.enter(branch, next)));
      case 'repeat':
        return this.#repeat(regex, regex.least, regex.most, next);
    }
  }

  #repeat(
    regex: Regex & { readonly kind: 'repeat' },
    least: number,
    most: number,
    next: Position,
  ): Position {
    if (most === 0) return next;
    const { item } = regex;
    if (least === 0 && most === Infinity) {
      const loop: Position = this.#fork(() => [this.enter(item, loop), next]);
      return loop;
    }
    return this.#fork(() => {
      const rest = this.#repeat(regex, Math.max(least - 1, 0), most - 1, next);
      const once = this.enter(item, rest);
      return least > 0 ? [once] : [once, next];
    });
  }

  #fork(expand: () => readonly Position[]): Position {
    let targets: readonly Position[] | undefined;
    return this.#create({ fork: () => (targets ??= expand()) });
  }

  #create({ set, next, fork }: Partial<Position>): Position {
    return { id: this.#count++, set, next, fork, visited: 0 };
  }
}

/** How many positions there are at most, with every repetition written out. */
export function countPositions(regex: Regex): number {
  switch (regex.kind) {
    case 'set':
      return 1;
    case 'sequence':
      return regex.items.reduce((sum, item) => sum + countPositions(item), 1);
    case 'choice':
      return regex.branches.reduce((sum, branch) => sum + countPositions(branch), 1);
    case 'repeat': {
      const { item, least, most } = regex;
      const times = most === Infinity ? Math.max(least, 1) : most;
      return countPositions(item) * times + 1;
    }
  }
}

/** Every set that the expression reads. */
export function* setsOf(regex: Regex): Generator<CharacterSet> {
  switch (regex.kind) {
    case 'set':
      yield regex.set;
      return;
    case 'sequence':
      for (const item of regex.items) yield* setsOf(item);
      return;
    case 'choice':
      for (const branch of regex.branches) yield* setsOf(branch);
      return;
    case 'repeat':
      yield* setsOf(regex.item);
  }
}
