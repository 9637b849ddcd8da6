/** Makes a text that shows a fault smaller: lines first, then tokens, then characters (delta debugging). */

export interface MinimiseOptions {
  /** Whether a text still shows the fault. */
  readonly shows: (text: string) => boolean | Promise<boolean>;
  /** Texts that may be tried. */
  readonly tries: number;
  /** When to stop in any case, in the time of `performance.now()`. */
  readonly deadline: number;
}

const PIECES: readonly RegExp[] = [/(?<=\n)/, /(?<=[;{}<>,[\]])|(?=[{}<,[\]])/, /\b/, /(?:)/];

export async function minimise(
  text: string,
  { shows, tries, deadline }: MinimiseOptions,
): Promise<string> {
  let left = tries;
  let smallest = text;
  const isFault = async (candidate: string): Promise<boolean> => {
    left -= 1;
    return left >= 0 && performance.now() < deadline && (await shows(candidate));
  };
  for (const separator of PIECES) {
    if (smallest.length > 20_000 && separator.source === '(?:)') break;
    smallest = (await withoutPieces(smallest.split(separator), isFault)).join('');
  }
  return smallest;
}

/** Leaves out runs of pieces, long runs first. */
async function withoutPieces(
  pieces: readonly string[],
  isFault: (text: string) => Promise<boolean>,
): Promise<readonly string[]> {
  let kept = pieces;
  for (let length = Math.ceil(kept.length / 2); length >= 1; length = Math.floor(length / 2)) {
    for (let start = 0; start < kept.length;) {
      const without = [...kept.slice(0, start), ...kept.slice(start + length)];
      if (without.length < kept.length && (await isFault(without.join('')))) kept = without;
      else start += length;
    }
  }
  return kept;
}
