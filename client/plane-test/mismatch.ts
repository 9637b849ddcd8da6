/** What a plane did is not what the protocol says. */
import { visibleText } from '../../src/util/index.ts';

export class Mismatch extends Error {
  readonly expected: string;
  readonly came: string;

  constructor(expected: string, came: unknown) {
    const text = visibleText(typeof came === 'string' ? came : JSON.stringify(came));
    super(`expected ${expected}, came ${text}`);
    this.name = 'Mismatch';
    this.expected = expected;
    this.came = text.length > 300 ? `${text.slice(0, 300)}…` : text;
  }
}

/** Throws {@link Mismatch} unless `holds`. */
export function expect(holds: boolean, expected: string, came: unknown): void {
  if (!holds) throw new Mismatch(expected, came);
}
