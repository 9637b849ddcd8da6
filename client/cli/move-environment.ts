/** From what a journal keeps of a command line to what a move works with. */
import { connectNetconf } from '../connect.ts';
import type { ConnectOptions } from '../connect.ts';
import { CommandHypervisor } from '../orchestrate/index.ts';
import type { Connector, Hypervisor, MoveEnvironment } from '../orchestrate/index.ts';
import { connectOptionsOf } from './credentials.ts';
import type { DeviceAccess } from './credentials.ts';
import { printEndpoint } from './endpoint.ts';
import type { CliEnvironment } from './environment.ts';
import { createProgress } from './progress.ts';

/** `details` of the journal's first record: all that `resume` needs, and no secret. */
export interface MoveDetails {
  readonly from: DeviceAccess;
  readonly to: DeviceAccess;
  readonly hook: string | undefined;
}

export interface MovePlace {
  readonly id: string;
  readonly vm: string;
  readonly stateDir: string;
  readonly details: MoveDetails;
}

/** How to get to both devices. Secrets are read, and asked for, before anything begins. */
export async function moveConnectors(
  { variables }: CliEnvironment,
  details: Pick<MoveDetails, 'from' | 'to'>,
): Promise<{ readonly old: Connector; readonly new: Connector }> {
  const from = await connectOptionsOf(details.from, variables, 'SAMI_FROM_PASSWORD');
  const to = await connectOptionsOf(details.to, variables, 'SAMI_TO_PASSWORD');
  return { old: connector(from, details.from), new: connector(to, details.to) };
}

export async function moveEnvironment(
  environment: CliEnvironment,
  { id, vm, stateDir, details }: MovePlace,
): Promise<MoveEnvironment> {
  const { clock, output, signal } = environment;
  return {
    ...(await moveConnectors(environment, details)),
    hypervisor: hypervisorOf(details, id, vm),
    stateDir,
    schemas: environment.schemas(),
    clock,
    signal,
    onProgress: createProgress(output, clock),
  };
}

function connector(options: ConnectOptions, device: DeviceAccess): Connector {
  return {
    name: printEndpoint(device),
    connect: (signal) => connectNetconf({ ...options, signal }),
  };
}

function hypervisorOf(
  { hook, from, to }: MoveDetails,
  id: string,
  vm: string,
): Hypervisor | undefined {
  if (hook === undefined) return undefined;
  return new CommandHypervisor({
    command: hook,
    vm,
    environment: { SAMI_MOVE: id, SAMI_FROM: printEndpoint(from), SAMI_TO: printEndpoint(to) },
  });
}
