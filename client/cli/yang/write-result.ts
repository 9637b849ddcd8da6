/** Where results of `sami yang` go: standard output or the file of `--output`. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import type { CliEnvironment } from '../environment.ts';

/** Characters that are gathered before they are written. */
const PIECE = 1 << 16;

/** Writes a result as a whole. */
export function writeResult(
  environment: CliEnvironment,
  file: string | undefined,
  text: string,
): void {
  writePieces(environment, file, (write) => {
    write(text);
  });
}

/** Writes a result that comes in pieces, so that a large one is never there as a whole. */
export function writePieces(
  { output }: CliEnvironment,
  file: string | undefined,
  produce: (write: (piece: string) => void) => void,
): void {
  const descriptor = file === undefined || file === '-' ? undefined : openSync(file, 'w');
  try {
    let pending = '';
    const flush = (): void => {
      if (descriptor === undefined) output.out(pending);
      else writeFileSync(descriptor, pending);
      pending = '';
    };
    produce((piece) => {
      pending += piece;
      if (pending.length >= PIECE) flush();
    });
    if (pending !== '') flush();
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
