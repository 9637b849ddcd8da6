/** Work that nobody waits for, but that has to be over before the plane is closed. */
export class Background {
  readonly #tasks = new Set<Promise<void>>();

  /** When `work` fails, the table stays right in what counts: lifetimes too long, counters not stored. */
  run(work: Promise<void>): void {
    const task = work
      .catch(() => undefined)
      .finally(() => {
        this.#tasks.delete(task);
      });
    this.#tasks.add(task);
  }

  /** Resolves when all of it is done. */
  async idle(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
  }
}
