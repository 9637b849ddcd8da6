/** What the options of `sami netconf` have in common, whatever they do. */

/**
 * How many words belong to an option: none; one; one that may be left out; any number. A word that begins
 * with `-` and is longer than that is an option and never belongs to another.
 */
export type Arity = 'none' | 'one' | 'optional' | 'many';

/** Headings of the help text. */
export const OPTION_GROUPS = [
  'Connection',
  'Operations',
  'Parameters of operations',
  'Output',
  'Sessions',
] as const;
export type OptionGroup = (typeof OPTION_GROUPS)[number];

export interface OptionRow {
  /** With the dashes. */
  readonly name: string;
  /** Other names, a short one with one dash. */
  readonly aliases: readonly string[];
  readonly arity: Arity;
  /** What the value is called in the help text; `''` for none. */
  readonly value: string;
  /** The only values there are. */
  readonly choices?: readonly string[];
  readonly group: OptionGroup;
  readonly help: string;
}

/** An option as it stands on a line. */
export interface GivenOption<T extends OptionRow = OptionRow> {
  readonly row: T;
  /** As it was written. */
  readonly written: string;
  readonly values: readonly string[];
}

/**
 * A row of a table, from a text such as `-x, --xpath <expression>`: `<>` for a value, `[]` for one that may
 * be left out, `...` inside the brackets for many.
 */
export function optionRow(
  group: OptionGroup,
  text: string,
  help: string,
  choices?: readonly string[],
): OptionRow {
  const [, names = '', , value = ''] = /^(.*?)(\s+[<[](.+)[>\]])?$/.exec(text) ?? [];
  const words = names.split(/,\s*/);
  const name = words.find((word) => word.startsWith('--')) ?? names;
  return {
    name,
    aliases: words.filter((word) => word !== name),
    arity: arityOf(text),
    value: value.replace('...', ''),
    group,
    help,
    ...(choices ? { choices } : {}),
  };
}

function arityOf(flags: string): Arity {
  if (flags.includes('...')) return 'many';
  if (flags.endsWith('>')) return 'one';
  return flags.endsWith(']') ? 'optional' : 'none';
}
