/** The help text of `sami netconf`, made of its options. */
import { OPTION_GROUPS } from './option.ts';
import type { OptionRow } from './option.ts';

const HEAD = `Usage: sami netconf [options] <[user@]host[:port]>
       sami netconf --host <host> [options] [file]

Performs NETCONF operations on one device, in the order given. Without any it asks for them line by line.
Parameters hold for the operations after them, or for the whole line when nothing after them uses them.
Prefixes in paths are names or prefixes of the device's modules; most can be left out. A file has messages
that are separated by ]]>]]>; - is standard input.
`;

const TAIL = `
Exit codes: 0 done, 1 error, 2 wrong usage.
`;

export function helpText(rows: readonly OptionRow[]): string {
  const width = Math.max(...rows.map((row) => flagsOf(row).length));
  const groups = OPTION_GROUPS.map((group) => {
    const lines = rows
      .filter((row) => row.group === group)
      .map((row) => `  ${flagsOf(row).padEnd(width)}  ${row.help}\n`);
    return `\n${group}:\n${lines.join('')}`;
  });
  return `${HEAD}${groups.join('')}${TAIL}`;
}

export function flagsOf({ name, aliases, arity, value }: OptionRow): string {
  const names = [...aliases.filter((it) => !it.startsWith('--')), name];
  const others = aliases.filter((it) => it.startsWith('--'));
  const text = [...names, ...others].join(', ');
  switch (arity) {
    case 'none':
      return text;
    case 'one':
      return `${text} <${value}>`;
    case 'optional':
      return `${text} [${value}]`;
    case 'many':
      return `${text} <${value}>...`;
  }
}
