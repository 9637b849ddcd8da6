/** `sami netconf`: NETCONF operations on one device. What its arguments are is said in ../netconf. */
import type { Command } from 'commander';
import type { CliEnvironment } from '../environment.ts';
import { runConsole } from '../netconf/console.ts';
import { helpText } from '../netconf/help.ts';
import { FULL_TABLE } from '../netconf/plan.ts';

/** Commander keeps one value per option; here the order among all of them matters, so they are read elsewhere. */
export function addNetconf(program: Command, environment: CliEnvironment): void {
  program.enablePositionalOptions();
  const command = program
    .command('netconf')
    .usage('[options] <[user@]host[:port]>')
    .description('perform NETCONF operations on one device, in the order given')
    .argument('[arguments...]')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action((words: readonly string[]) => runConsole(environment, words));
  command.helpInformation = () => helpText(FULL_TABLE.rows);
}
