/** Entries that come from elsewhere, in steps. */
import type { ListSelection } from '../../src/data/index.ts';
import type { ListPart, Row } from './source.ts';
import { Pace, wait } from './steps.ts';
import type { Steps } from './steps.ts';

/** Visits batch by batch, until one says stop; then nothing more is read. */
export function* eachRow(
  part: ListPart,
  entries: ListSelection | undefined,
  visit: (row: Row) => Steps | undefined | 'stop',
): Steps {
  const iterator = part.read(entries)[Symbol.asyncIterator]();
  const pace = new Pace();
  let hasEnded = false;
  try {
    for (;;) {
      const next = yield* wait(iterator.next());
      hasEnded = next.done === true;
      if (next.done === true) return;
      for (const row of next.value) {
        const steps = visit(row);
        if (steps === 'stop') return;
        if (steps) yield* steps;
        if (pace.isEnough()) yield;
      }
      yield;
    }
  } finally {
    // Whoever reads is told to stop; a failure to do so concerns nobody here.
    if (!hasEnded) void iterator.return?.().catch(() => undefined);
  }
}
