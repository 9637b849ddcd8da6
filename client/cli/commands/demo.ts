/** `sami demo`: see client/demo. It is loaded only when it is asked for. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { STAGES } from '../../orchestrate/index.ts';
import type { Stage } from '../../orchestrate/index.ts';
import type { CliEnvironment } from '../environment.ts';
import { parseCount } from '../numbers.ts';

interface DemoArguments {
  readonly plane?: 'linux' | 'simulated';
  readonly sessions: number;
  readonly flows: number;
  readonly fail?: Stage;
  readonly json?: boolean;
}

export function addDemo(program: Command, environment: CliEnvironment): void {
  program
    .command('demo')
    .description('move a VM with live connections between two firewalls on this machine')
    .addOption(
      new Option('--plane <plane>', 'data plane (default: linux where it can run)').choices([
        'linux',
        'simulated',
      ]),
    )
    .option('--sessions <n>', 'entries of the VM in all, made up where need be', parseCount, 20_000)
    .option('--flows <n>', 'live connections', parseCount, 20)
    .addOption(new Option('--fail <stage>', 'make this stage fail').choices(STAGES))
    .option('--json', 'print one JSON object and nothing else')
    .action(async (options: DemoArguments) => {
      const { runDemo } = await import('../../demo/index.ts');
      const { plane, sessions, flows, fail, json = false } = options;
      environment.exit(await runDemo({ plane, sessions, flows, fail, json }));
    });
}
