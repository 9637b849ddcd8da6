/** `sami yang` on files of a temporary directory. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand, type CommandResult } from './command-line.ts';
import { withTemporaryDirectory } from './temporary-directory.ts';

/** A run of `sami yang`: arguments with `$D` for the directory, which is `.` in what it prints. */
export async function runYang(
  files: Readonly<Record<string, string>>,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  return withTemporaryDirectory(async (directory) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
    const place = (text: string): string => text.replaceAll('$D', directory);
    const values = Object.entries(variables).map(([name, value]) => [name, place(value)] as const);
    const { code, out, err } = await runCommand(
      ['yang', ...args.map(place)],
      Object.fromEntries(values),
    );
    return {
      code,
      out: out.replaceAll(directory, '.'),
      err: err.replaceAll(directory, '.'),
    };
  });
}

/** A YANG 1.1 module without its head. */
export function moduleText(name: string, body: string): string {
  return `module ${name} { yang-version 1.1; namespace "urn:${name}"; prefix ${name}; ${body} }\n`;
}
