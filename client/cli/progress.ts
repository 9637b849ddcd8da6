/** Progress of a move on a terminal: one line that is written over and over, then kept at the end of a stage. */
import type { Clock } from '../../src/util/index.ts';
import type { ProgressEvent } from '../orchestrate/index.ts';
import { formatBytes, formatMs } from '../orchestrate/report-table.ts';
import type { Output } from './output.ts';

const WIDTH = 24;
const SHORTEST_PAUSE_MS = 50;
const ERASE_LINE = '\r\u001b[K';

/** Undefined when nobody looks. */
export function createProgress(
  output: Output,
  clock: Clock,
): ((event: ProgressEvent) => void) | undefined {
  if (!output.interactive) return undefined;
  let start = clock.now();
  let shown = 0;
  return (event) => {
    const now = clock.now();
    if (event.state === 'begin') start = now;
    if (event.state === 'running' && now - shown < SHORTEST_PAUSE_MS) return;
    shown = now;
    const line = describe(event, now - start);
    output.err(`${ERASE_LINE}${line}${event.state === 'end' ? '\n' : ''}`);
  };
}

function describe({ stage, state, entries, expected, bytes }: ProgressEvent, ms: number): string {
  const done = state === 'end' ? 1 : expected ? Math.min(1, entries / expected) : 0;
  const filled = Math.round(done * WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
  const count = entries > 0 ? `${entries} entries` : '';
  return [stage.padEnd(11), bar, formatMs(ms).padStart(8), formatBytes(bytes).padStart(9), count]
    .join('  ')
    .trimEnd();
}
