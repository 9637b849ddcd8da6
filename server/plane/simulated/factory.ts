/** `samid --plane simulated,…`: a device without a kernel, for tests, demonstrations and first steps. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { limitsOf, optionValue } from '../factory.ts';
import type {
  OpenPlane,
  PlaneFactory,
  PlaneOption,
  PlaneOptionValues,
  PlaneSurroundings,
} from '../factory.ts';
import { PacketSocket } from './packet-socket.ts';
import { parsePolicy } from './model/policy.ts';
import type { PolicyOptions } from './model/policy.ts';
import { SimulatedPlane } from './simulated-plane.ts';

const OPTIONS: readonly PlaneOption[] = [
  {
    name: 'kind',
    description: 'serve this kind of state only; all that the schema has when absent',
    repeatable: true,
  },
  { name: 'limit.KIND', description: 'entries of this kind that fit; no limit when absent' },
  { name: 'policy', description: 'JSON file with what an operator configures on the device' },
  { name: 'packet-socket', description: 'path of a UNIX socket that takes packets' },
];

export const simulatedFactory: PlaneFactory = {
  name: 'simulated',
  kinds: 'any',
  options: OPTIONS,
  open,
};

async function open(
  values: PlaneOptionValues,
  { context, clock, logger, stateDirectory }: PlaneSurroundings,
): Promise<OpenPlane> {
  const kinds = values.get('kind');
  const policyFile = optionValue(values, 'policy');
  const policy = policyFile === undefined ? undefined : await readPolicy(policyFile);
  const plane = new SimulatedPlane(context, {
    clock,
    stateFile: join(stateDirectory, 'simulated-plane.state'),
    onStateFileFailure: (error) => {
      logger.log('error', 'state-file-failed', { plane: 'simulated', error });
    },
    limits: limitsOf(values),
    ...(kinds ? { kinds } : {}),
    ...(policy ? { policy } : {}),
  });
  const path = optionValue(values, 'packet-socket');
  if (path === undefined) return { plane };
  const socket = await listen(path, plane);
  return { plane, close: () => socket.close() };
}

async function listen(path: string, plane: SimulatedPlane): Promise<PacketSocket> {
  try {
    return await PacketSocket.listen(path, plane);
  } catch (cause) {
    throw new Error(`packet-socket "${path}": ${messageOf(cause)}`, { cause });
  }
}

async function readPolicy(path: string): Promise<PolicyOptions> {
  try {
    return parsePolicy(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new Error(`policy "${path}": ${messageOf(cause)}`, { cause });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
