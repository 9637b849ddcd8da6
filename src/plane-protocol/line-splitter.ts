/** Cuts what arrives into lines, and never holds more than one line of the permitted length. */
export class LineSplitter {
  readonly #maxLine: number;
  readonly #onLine: (line: string) => void;
  #pieces: string[] = [];
  #length = 0;

  /** `maxLine` counts the line's end. */
  constructor(maxLine: number, onLine: (line: string) => void) {
    this.#maxLine = maxLine;
    this.#onLine = onLine;
  }

  /** Returns false when a line is longer than permitted. What follows is not looked at then. */
  push(chunk: string): boolean {
    let from = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
      if (this.#length + end - from >= this.#maxLine) return false;
      this.#onLine(this.#take(chunk.slice(from, end)));
      from = end + 1;
    }
    if (from < chunk.length) this.#pieces.push(chunk.slice(from));
    this.#length += chunk.length - from;
    return this.#length < this.#maxLine;
  }

  #take(last: string): string {
    if (this.#pieces.length === 0) return last;
    const line = this.#pieces.join('') + last;
    this.#pieces = [];
    this.#length = 0;
    return line;
  }
}
