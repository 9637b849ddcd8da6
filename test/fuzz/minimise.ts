/** Makes a text that shows a fault smaller: lines first, then tokens, then characters (delta debugging). */

export interface MinimiseOptions {
  /** Whether a text still shows the fault. */
  readonly shows: (text: string) => boolean;
  /** Texts that may be tried. */
  readonly tries: number;
  /** When to stop in any case, in the time of `performance.now()`. */
  readonly deadline: number;
}

const PIECES: readonly RegExp[] = [/(?<=\n)/, /(?<=[;{}<>,[\]])|(?=[{}<,[\]])/, /\b/, /(?:)/];

export function minimise(text: string, { shows, tries, deadline }: MinimiseOptions): string {
  let left = tries;
  let smallest = text;
  const isFault = (candidate: string): boolean => {
    left -= 1;
    return left >= 0 && performance.now() < deadline && shows(candidate);
  };
  for (const separator of PIECES) {
    if (smallest.length > 20_000 && separator.source === '(?:)') break;
    smallest = withoutPieces(smallest.split(separator), isFault).join('');
  }
  return smallest;
}

/** Leaves out runs of pieces, long runs first. */
function withoutPieces(
  pieces: readonly string[],
  isFault: (text: string) => boolean,
): readonly string[] {
  let kept = pieces;
  for (let length = Math.ceil(kept.length / 2); length >= 1; length = Math.floor(length / 2)) {
    for (let start = 0; start < kept.length;) {
      const without = [...kept.slice(0, start), ...kept.slice(start + length)];
      if (without.length < kept.length && isFault(without.join(''))) kept = without;
      else start += length;
    }
  }
  return kept;
}
