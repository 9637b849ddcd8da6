/** Options that say which kinds of state and features a move must not go without, and which it may. */
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { KindChoice } from '../orchestrate/index.ts';
import { UsageError } from './exit-code.ts';

export interface ChoiceOptions {
  readonly essential: readonly string[];
  readonly optional: readonly string[];
}

export function addChoiceOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--essential <kind[/feature]>',
        'refuse the move when the new device lacks it; may be repeated',
      )
        .argParser(collectName)
        .default([], 'kinds with entries'),
    )
    .addOption(
      new Option(
        '--optional <kind[/feature]>',
        'kind: leave it behind when the new device has no place for it; feature: do without; may be repeated',
      )
        .argParser(collectName)
        .default([], 'none'),
    );
}

/** Throws {@link UsageError} when something is said to be both. */
export function choiceOf({ essential, optional }: ChoiceOptions): KindChoice {
  const both = essential.find((name) => optional.includes(name));
  if (both === undefined) return { essential, optional };
  throw new UsageError(`"${both}" cannot be both essential and optional`);
}

function collectName(text: string, before: readonly string[]): readonly string[] {
  if (!/^[a-z][a-z0-9-]*(\/\S+)?$/.test(text)) {
    throw new InvalidArgumentError('expected KIND or KIND/FEATURE, such as session/window-scale');
  }
  return [...before, text];
}
