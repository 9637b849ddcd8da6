/** `sami plan`: whether a move would go through, and what it would put at risk. Nothing is changed. */
import type { Command } from 'commander';
import { planMove, printPlan } from '../../orchestrate/index.ts';
import type { MovePlan } from '../../orchestrate/index.ts';
import { accessOf, addAccessOptions, addSideOptions } from '../access-arguments.ts';
import type { SharedAccess } from '../access-arguments.ts';
import { addChoiceOptions, choiceOf } from '../choice-arguments.ts';
import type { ChoiceOptions } from '../choice-arguments.ts';
import { parseEndpoint } from '../endpoint.ts';
import type { CliEnvironment } from '../environment.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { moveConnectors } from '../move-environment.ts';
import { printJson } from '../output.ts';

interface PlanOptions extends SharedAccess, ChoiceOptions {
  readonly vm: string;
  readonly from: string;
  readonly to: string;
  readonly json?: boolean;
}

const CODES: Readonly<Record<MovePlan['verdict'], number>> = {
  fits: EXIT_CODES.ok,
  refused: EXIT_CODES.refused,
  risk: EXIT_CODES.risk,
};

export function addPlan(program: Command, environment: CliEnvironment): void {
  const command = program
    .command('plan')
    .description('say whether a VM could be moved and what would be at risk; changes nothing')
    .requiredOption('--vm <id>', 'the VM')
    .requiredOption('--from <user@host:port>', 'old device')
    .requiredOption('--to <user@host:port>', 'new device')
    .option('--json', 'print the plan as JSON');
  addChoiceOptions(command);
  addAccessOptions(command);
  addSideOptions(command, 'from', 'old');
  addSideOptions(command, 'to', 'new');
  command.action((options: PlanOptions) => plan(environment, options));
}

async function plan(environment: CliEnvironment, options: PlanOptions): Promise<void> {
  const { vm, json } = options;
  const { clock, output, username } = environment;
  const choice = choiceOf(options);
  const connectors = await moveConnectors(environment, {
    from: { ...parseEndpoint(options.from, username), access: accessOf(options, 'from') },
    to: { ...parseEndpoint(options.to, username), access: accessOf(options, 'to') },
  });
  const made = await planMove({ vm, ...connectors, schemas: environment.schemas(), clock, choice });
  if (json === true) printJson(output, made);
  else output.out(printPlan(made));
  environment.exit(CODES[made.verdict]);
}
