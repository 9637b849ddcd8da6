/**
 * A bounded memory of texts and their canonical form.
 *
 * Two maps take turns: when the young one is full it becomes the old one and the old one is dropped. What
 * is in use moves back to the young one, so what stays is about what was used last.
 */
const GENERATION = 4096;

/** Longer texts are not remembered: they are rarely repeated and would take much memory. */
const MAX_LENGTH = 64;

export class RecentTexts {
  #young = new Map<string, string>();
  #old = new Map<string, string>();

  /** The canonical form of a text that was added before, unless it has been forgotten. */
  get(text: string): string | undefined {
    const canonical = this.#young.get(text);
    if (canonical !== undefined) return canonical;
    const older = this.#old.get(text);
    if (older !== undefined) this.#store(copy(text), older);
    return older;
  }

  /** Remembers a text and returns its canonical form as a string that shares memory with no other. */
  add(text: string, canonical: string): string {
    if (text.length > MAX_LENGTH) return canonical;
    const own = copy(text);
    const result = text === canonical ? own : copy(canonical);
    this.#store(own, result);
    return result;
  }

  #store(text: string, canonical: string): void {
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, canonical);
  }
}

/** Shorter texts are never slices: the engine copies them. */
const MIN_SLICE = 13;

/** A slice of a big text keeps all of it in memory; a string made of character codes does not. */
function copy(text: string): string {
  if (text.length < MIN_SLICE) return text;
  const codes: number[] = [];
  for (let index = 0; index < text.length; index++) codes.push(text.charCodeAt(index));
  return String.fromCharCode.apply(undefined, codes);
}
