/** Progress for people: bars that redraw on a terminal, single lines elsewhere. */

const BAR_WIDTH = 28;

/** Where progress goes; `process.stderr` fits. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export class Progress {
  readonly #out: ProgressOutput | undefined;
  #open = false;

  /** With no output it stays silent. */
  constructor(out: ProgressOutput | undefined) {
    this.#out = out;
  }

  /** A line that stays. */
  say(text: string): void {
    this.#endBar();
    this.#out?.write(`${text}\n`);
  }

  /** Shows `done` of `total` under a label; redraws itself until another line comes. */
  bar(label: string, done: number, total: number): void {
    if (!this.#out?.isTTY) return;
    const share = total > 0 ? Math.min(1, done / total) : 1;
    const filled = Math.round(share * BAR_WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
    this.#out.write(`\r\x1b[K  ${label.padEnd(12)} ${bar} ${done}/${total}`);
    this.#open = true;
  }

  #endBar(): void {
    if (this.#open) this.#out?.write('\n');
    this.#open = false;
  }
}
