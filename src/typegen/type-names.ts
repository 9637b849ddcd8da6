/** Names of generated types. All differ, also from the names that generated code uses itself. */

/** Not to be hidden by a type of a module: what generated code refers to, and what readers know. */
const TAKEN: readonly string[] = (
  'AnyValue Decimal64 EmptyBranch OneOf OneOrNone Uint8Array ' +
  'Array BigInt Boolean Date Error Function Infinity Iterator JSON Map Math NaN Number Object Omit ' +
  'Partial Pick Promise Proxy Readonly ReadonlyArray Record RegExp Required Set String Symbol ' +
  'WeakMap WeakSet'
).split(' ');

export class TypeNames {
  readonly #taken = new Set(TAKEN);

  /** The first of the wishes that is free, or else the last one with a number. */
  allot(...wishes: readonly string[]): string {
    const free =
      wishes.find((wish) => !this.#taken.has(wish)) ?? this.#numbered(wishes.at(-1) ?? '');
    this.#taken.add(free);
    return free;
  }

  #numbered(wish: string): string {
    let number = 2;
    while (this.#taken.has(`${wish}${number}`)) number += 1;
    return `${wish}${number}`;
  }
}
