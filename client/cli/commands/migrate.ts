/** `sami migrate`: moves the state of a VM from one device to another. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { STAGES, createMoveId, failOnceAt, move } from '../../orchestrate/index.ts';
import type { MoveSettings, Stage } from '../../orchestrate/index.ts';
import { accessOf, addAccessOptions, addSideOptions } from '../access-arguments.ts';
import type { SharedAccess } from '../access-arguments.ts';
import { addChoiceOptions, choiceOf } from '../choice-arguments.ts';
import type { ChoiceOptions } from '../choice-arguments.ts';
import { parseEndpoint } from '../endpoint.ts';
import type { CliEnvironment } from '../environment.ts';
import { moveEnvironment } from '../move-environment.ts';
import { parseSeconds } from '../numbers.ts';
import { concludeMove } from '../show-report.ts';
import { defaultStateDir } from '../state-dir.ts';

interface MigrateOptions extends SharedAccess, ChoiceOptions {
  readonly vm: string;
  readonly from: string;
  readonly to: string;
  readonly stateDir: string;
  readonly id?: string;
  readonly hook?: string;
  readonly port?: string;
  readonly confirmTimeout?: number;
  readonly standbyLease?: number;
  readonly grace?: number;
  readonly fail?: Stage;
  readonly json?: boolean;
}

export function addMigrate(program: Command, environment: CliEnvironment): void {
  const command = program
    .command('migrate')
    .description('move the state of a VM from an old device to a new one')
    .requiredOption('--vm <id>', 'the VM')
    .requiredOption('--from <user@host:port>', 'old device')
    .requiredOption('--to <user@host:port>', 'new device')
    .option('--state-dir <dir>', 'where journals are kept', defaultStateDir(environment.variables))
    .option('--id <id>', 'id of the move (default: made up)')
    .option('--hook <command>', 'told of the VM: COMMAND stop|continue|abort VM')
    .option('--port <name>', 'port of the new device that the VM will be attached to')
    .option('--confirm-timeout <seconds>', 'time after which devices undo the move', parseSeconds)
    .option('--standby-lease <seconds>', 'time the new device keeps a VM in standby', parseSeconds)
    .option(
      '--grace <seconds>',
      'time for packets in flight before the old device forgets',
      parseSeconds,
    )
    .option('--json', 'print the report as JSON')
    .addOption(new Option('--fail <stage>', 'make this stage fail once').choices(STAGES));
  addChoiceOptions(command);
  addAccessOptions(command);
  addSideOptions(command, 'from', 'old');
  addSideOptions(command, 'to', 'new');
  command.action((options: MigrateOptions) => migrate(environment, options));
}

async function migrate(environment: CliEnvironment, options: MigrateOptions): Promise<void> {
  const { vm, stateDir, hook, fail } = options;
  const { username } = environment;
  const choice = choiceOf(options);
  const id = options.id ?? createMoveId(environment.clock);
  const details = {
    from: { ...parseEndpoint(options.from, username), access: accessOf(options, 'from') },
    to: { ...parseEndpoint(options.to, username), access: accessOf(options, 'to') },
    hook,
  };
  const place = { id, vm, stateDir, details };
  const report = await move({
    ...(await moveEnvironment(environment, place)),
    vm,
    id,
    choice,
    port: options.port,
    details,
    settings: settingsOf(options),
    onStep: fail && failOnceAt(fail),
  });
  concludeMove(environment, report, options.json === true);
}

function settingsOf(options: MigrateOptions): Partial<MoveSettings> {
  const { confirmTimeout, standbyLease, grace } = options;
  return {
    ...(confirmTimeout === undefined ? {} : { confirmTimeoutS: confirmTimeout }),
    ...(standbyLease === undefined ? {} : { standbyLeaseS: standbyLease }),
    ...(grace === undefined ? {} : { graceMs: grace * 1000 }),
  };
}
