/**
 * From a line of options to operations with their parameters, in the order of the line.
 *
 * A parameter holds for the operations after it. netconf-console2 takes parameters from anywhere on its line,
 * and `--get-config -x /interfaces` is how people write: so a parameter that is given once, with nothing after
 * it that uses it, holds for what is before it. What would be of no effect is refused.
 */
import { UsageError } from '../exit-code.ts';
import type { CommandRow } from './commands/command.ts';
import { COMMIT_PARAMETERS } from './commands/commit.ts';
import { COMMANDS } from './commands/table.ts';
import { optionRow } from './option.ts';
import type { GivenOption, OptionRow } from './option.ts';
import { PARAMETER_ROWS, applyParameter } from './parameters.ts';
import type { ParameterName, ParameterRow, Parameters } from './parameters.ts';
import { OptionTable, isOption } from './parse-words.ts';
import { SETTING_ROWS } from './settings.ts';
import type { SettingRow } from './settings.ts';
import { splitWords } from './words.ts';

/** An operation with its parameters as text: a line inside the line. */
export interface ExpressionRow extends OptionRow {
  readonly kind: 'expression';
}

export type LineRow = CommandRow | ParameterRow | ExpressionRow;
export type AnyRow = LineRow | SettingRow;

export interface PlannedStep {
  readonly row: CommandRow;
  readonly values: readonly string[];
  readonly parameters: Parameters;
}

export interface Plan {
  readonly steps: readonly PlannedStep[];
  /** What holds after the line. */
  readonly parameters: Parameters;
}

const EXPRESSION: ExpressionRow = {
  ...optionRow(
    'Sessions',
    '-e, --expr <expression>',
    'an operation with its parameters as one argument',
  ),
  kind: 'expression',
};

/** What may stand on a line of the console. */
export const LINE_TABLE = new OptionTable<LineRow>([...COMMANDS, ...PARAMETER_ROWS, EXPRESSION]);
/** What may stand on the command line. */
export const FULL_TABLE = new OptionTable<AnyRow>([
  ...SETTING_ROWS,
  ...COMMANDS,
  ...PARAMETER_ROWS,
  EXPRESSION,
]);

/** Throws {@link UsageError}. */
export function planOptions(given: readonly GivenOption<LineRow>[], base: Parameters): Plan {
  const trailing = new Set(given.filter((_, at) => isTrailing(given, at)));
  let current = base;
  for (const option of trailing) current = applied(current, option);
  const steps: PlannedStep[] = [];
  for (const option of given) {
    if (trailing.has(option)) continue;
    const { row, values } = option;
    if (row.kind === 'parameter') {
      current = applied(current, option);
    } else if (row.kind === 'expression') {
      const inner = planText(values[0] ?? '', current);
      steps.push(...inner.steps);
    } else {
      steps.push({ row, values, parameters: current });
      if (row.uses.includes('persistId')) current = without(current, COMMIT_PARAMETERS);
    }
  }
  return { steps, parameters: current };
}

/** A line of the interactive console, or an expression: the first word needs no dashes. */
export function planText(text: string, base: Parameters): Plan {
  return planWords(splitWords(text), base);
}

function planWords(words: readonly string[], base: Parameters): Plan {
  const [first = '', ...rest] = words;
  if (first === '') return { steps: [], parameters: base };
  const { given, operands } = LINE_TABLE.parse([isOption(first) ? first : `--${first}`, ...rest]);
  const [stray] = operands;
  if (stray !== undefined) throw new UsageError(`"${stray}" belongs to nothing`);
  return planOptions(given, base);
}

/** A line of parameters alone sets them; on the command line it would do nothing. */
export function isParametersAlone(given: readonly GivenOption<LineRow>[]): boolean {
  return given.every(({ row }) => row.kind === 'parameter');
}

function isTrailing(given: readonly GivenOption<LineRow>[], at: number): boolean {
  const row = given[at]?.row;
  if (row?.kind !== 'parameter' || isParametersAlone(given)) return false;
  const { parameter } = row;
  const uses = (option: GivenOption<LineRow>): boolean => isUsed(parameter, option.row);
  if (given.slice(at + 1).some(uses)) return false;
  const users = given.slice(0, at).filter(uses);
  const isOnly =
    parameter === 'ns' ||
    given.filter((other) => other.row.kind === 'parameter' && other.row.parameter === parameter)
      .length === 1;
  if (users.length > 0 && isOnly) return true;
  const written = given[at]?.written ?? row.name;
  if (users.length > 0) {
    const names = [...new Set(users.map((user) => user.written))].join(' or ');
    throw new UsageError(`${written} has to come before the ${names} that it is for`);
  }
  const names = COMMANDS.filter((command) => command.uses.includes(parameter)).map((it) => it.name);
  throw new UsageError(`${written} is for ${names.join(', ')}, and none of them is given`);
}

function isUsed(parameter: ParameterName, row: LineRow): boolean {
  return row.kind === 'expression' || (row.kind === 'command' && row.uses.includes(parameter));
}

function applied(current: Parameters, option: GivenOption<LineRow>): Parameters {
  const { row } = option;
  return row.kind === 'parameter' ? applyParameter(current, { ...option, row }) : current;
}

function without(parameters: Parameters, names: readonly (keyof Parameters)[]): Parameters {
  const entries = Object.entries(parameters).filter(
    ([name]) => !names.includes(name as keyof Parameters),
  );
  return Object.fromEntries(entries) as unknown as Parameters;
}
