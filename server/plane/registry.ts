/** Data planes by the name that `samid --plane` takes. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kindsOf, vmListNode } from '../../src/sami/index.ts';
import type { Clock } from '../../src/util/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import type { Logger } from '../logger.ts';
import { LinuxDataPlane } from './linux/index.ts';
import type { DataPlane } from './plane.ts';
import { PacketSocket, SimulatedPlane } from './simulated/index.ts';
import type { PolicyOptions } from './simulated/index.ts';

export const PLANE_NAMES = ['none', 'simulated', 'linux'] as const;
export type PlaneName = (typeof PLANE_NAMES)[number];

export interface PlaneOptions {
  readonly context: SchemaContext;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A directory that outlives the process. */
  readonly stateDirectory: string;
  /** linux: the network namespace; absent for that of the process. */
  readonly netns?: string | undefined;
  /** simulated: kinds to serve; absent for all. */
  readonly kinds?: readonly string[] | undefined;
  /** simulated: entries that fit, by kind. */
  readonly limits?: ReadonlyMap<string, number> | undefined;
  /** simulated: path of a JSON file with what an operator would configure on the device. */
  readonly policyFile?: string | undefined;
  /** simulated: path of a UNIX socket that takes packets. */
  readonly packetSocket?: string | undefined;
}

/** Planes that have been made, and what has to be closed after them. */
export interface OpenPlanes {
  readonly planes: readonly DataPlane[];
  close(): Promise<void>;
}

const NOTHING = { close: () => Promise.resolve() };

export async function openPlanes(name: PlaneName, options: PlaneOptions): Promise<OpenPlanes> {
  switch (name) {
    case 'none':
      return { planes: [], ...NOTHING };
    case 'simulated':
      return openSimulated(options);
    case 'linux':
      return openLinux(options);
  }
}

async function openSimulated(options: PlaneOptions): Promise<OpenPlanes> {
  const { context, clock, stateDirectory, kinds, limits, policyFile, packetSocket } = options;
  checkKindNames(context, [...(kinds ?? []), ...(limits?.keys() ?? [])]);
  const policy = policyFile === undefined ? undefined : await readPolicy(policyFile);
  const plane = new SimulatedPlane(context, {
    clock,
    stateFile: join(stateDirectory, 'simulated-plane.state'),
    ...(kinds ? { kinds } : {}),
    ...(limits ? { limits: Object.fromEntries(limits) } : {}),
    ...(policy ? { policy } : {}),
  });
  if (packetSocket === undefined) return { planes: [plane], ...NOTHING };
  const socket = await PacketSocket.listen(packetSocket, plane);
  return { planes: [plane], close: () => socket.close() };
}

/** A name that is spelled wrong would have no effect, and nobody would notice. */
function checkKindNames(context: SchemaContext, names: readonly string[]): void {
  const vm = vmListNode(context);
  const known = vm ? kindsOf(vm).map(({ name }) => name) : [];
  const wrong = names.find((name) => !known.includes(name));
  if (wrong === undefined) return;
  throw new Error(`there is no kind "${wrong}"; there are: ${known.join(', ')}`);
}

async function readPolicy(path: string): Promise<PolicyOptions> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as PolicyOptions;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`policy file "${path}": ${reason}`, { cause });
  }
}

function openLinux({ context, clock, netns }: PlaneOptions): Promise<OpenPlanes> {
  const plane = new LinuxDataPlane({
    schema: context,
    clock,
    ...(netns === undefined ? {} : { netns }),
  });
  return Promise.resolve({ planes: [plane], ...NOTHING });
}
