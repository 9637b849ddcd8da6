/** A row of the table of options. */
import { reported } from './arguments.ts';

export type OptionGroup =
  'Options:' | 'Transports:' | 'Modules and features:' | 'Operation:' | 'Limits:';

export interface OptionRow {
  readonly flags: string;
  readonly about: string;
  readonly group: OptionGroup;
  readonly parse?: (text: string) => unknown;
  /** May be given several times; `parse` makes one item of the list. */
  readonly repeats?: boolean;
  readonly required?: boolean;
  readonly value?: unknown;
  /** The default as the help text says it, where the value does not say it itself. */
  readonly valueText?: string;
}

const asText = (text: string): string => text;

/** An option that may be given several times. */
export function list(
  group: OptionGroup,
  flags: string,
  about: string,
  parse: (text: string) => unknown,
  valueText = 'none',
): OptionRow {
  return { group, flags, about, parse: reported(parse), repeats: true, value: [], valueText };
}

/** An option with a default. */
export function one<T>(
  group: OptionGroup,
  flags: string,
  about: string,
  parse: (text: string) => T,
  value: T,
  valueText?: string,
): OptionRow {
  const text = valueText === undefined ? {} : { valueText };
  return { group, flags, about, parse: reported(parse), value, ...text };
}

/** An option that may be absent. */
export function maybe(
  group: OptionGroup,
  flags: string,
  about: string,
  parse: (text: string) => unknown = asText,
): OptionRow {
  return { group, flags, about, parse: reported(parse) };
}

export function required(group: OptionGroup, flags: string, about: string): OptionRow {
  return { group, flags, about, parse: asText, required: true };
}
