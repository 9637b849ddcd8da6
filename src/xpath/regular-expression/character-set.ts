/**
 * Sets of characters as classes and escapes describe them (XML Schema part 2, appendix F.1).
 *
 * General categories are asked of the engine, one character at a time: as ranges they would be thousands of
 * numbers, and a value has few different characters.
 */

type Range = readonly [first: number, last: number];

export type CharacterSet =
  /** First and last code point of each range, in ascending order and apart from each other. */
  | { readonly kind: 'ranges'; readonly ranges: readonly Range[] }
  | { readonly kind: 'category'; readonly name: string; readonly test: RegExp }
  | { readonly kind: 'not'; readonly of: CharacterSet }
  | { readonly kind: 'union'; readonly of: readonly CharacterSet[] }
  | { readonly kind: 'minus'; readonly from: CharacterSet; readonly what: CharacterSet };

/** `ranges` may overlap and be in any order. */
export function rangesSet(...ranges: readonly Range[]): CharacterSet {
  const merged: Range[] = [];
  for (const [first, last] of ranges.toSorted(([a], [b]) => a - b)) {
    const before = merged.at(-1);
    if (before && first <= before[1] + 1) {
      merged[merged.length - 1] = [before[0], Math.max(before[1], last)];
    } else {
      merged.push([first, last]);
    }
  }
  return { kind: 'ranges', ranges: merged };
}

const categories = new Map<string, CharacterSet>();

/** The general category of that name; `name` has been checked. */
export function categorySet(name: string): CharacterSet {
  let set = categories.get(name);
  if (!set) {
    set = { kind: 'category', name, test: new RegExp(`^\\p{${name}}$`, 'u') };
    categories.set(name, set);
  }
  return set;
}

export function complement(of: CharacterSet): CharacterSet {
  return { kind: 'not', of };
}

export function hasCharacter(set: CharacterSet, point: number): boolean {
  switch (set.kind) {
    case 'ranges':
      return hasPoint(set.ranges, point);
    case 'category':
      return set.test.test(String.fromCodePoint(point));
    case 'not':
      return !hasCharacter(set.of, point);
    case 'union':
      return set.of.some((part) => hasCharacter(part, point));
    case 'minus':
      return hasCharacter(set.from, point) && !hasCharacter(set.what, point);
  }
}

function hasPoint(ranges: readonly Range[], point: number): boolean {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [first, last] = ranges[middle] ?? [0, 0];
    if (point < first) high = middle - 1;
    else if (point > last) low = middle + 1;
    else return true;
  }
  return false;
}

/** The ranges and categories that `set` is made of. */
export function visitAtoms(
  set: CharacterSet,
  visit: (atom: CharacterSet & { readonly kind: 'ranges' | 'category' }) => void,
): void {
  switch (set.kind) {
    case 'ranges':
    case 'category':
      visit(set);
      return;
    case 'not':
      visitAtoms(set.of, visit);
      return;
    case 'union':
      for (const part of set.of) visitAtoms(part, visit);
      return;
    case 'minus':
      visitAtoms(set.from, visit);
      visitAtoms(set.what, visit);
  }
}
