/**
 * Walks a graph depth first without recursion, because how long chains get is up to the modules: imports,
 * typedefs, groupings, features and identities that refer to each other.
 */
export interface Graph<T> {
  readonly roots: Iterable<T>;
  readonly next: (item: T) => readonly T[];
  /** Called once for each item, when everything it leads to has been left. */
  readonly leave?: (item: T) => void;
  /** Called with the items of a cycle, in order; the first one closes it. */
  readonly cycle?: (members: readonly T[]) => void;
}

interface Frame<T> {
  readonly item: T;
  readonly next: readonly T[];
  at: number;
}

export function walkDepthFirst<T>({ roots, next, leave, cycle }: Graph<T>): void {
  const done = new Set<T>();
  const path: Frame<T>[] = [];
  const places = new Map<T, number>();
  const enter = (item: T): void => {
    if (done.has(item)) return;
    const place = places.get(item);
    if (place !== undefined) {
      cycle?.(path.slice(place).map((frame) => frame.item));
      return;
    }
    places.set(item, path.length);
    path.push({ item, next: next(item), at: 0 });
  };
  for (const root of roots) {
    enter(root);
    for (let frame = path.at(-1); frame; frame = path.at(-1)) {
      if (frame.at < frame.next.length) {
        const item = frame.next[frame.at] as T;
        frame.at += 1;
        enter(item);
        continue;
      }
      path.pop();
      places.delete(frame.item);
      done.add(frame.item);
      leave?.(frame.item);
    }
  }
}
