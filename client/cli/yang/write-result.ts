/** Where results of `sami yang` go: standard output or the file of `--output`. */
import { writeFileSync } from 'node:fs';
import type { CliEnvironment } from '../environment.ts';

export function writeResult(
  { output }: CliEnvironment,
  file: string | undefined,
  text: string,
): void {
  if (file === undefined || file === '-') output.out(text);
  else writeFileSync(file, text);
}
