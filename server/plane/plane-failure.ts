/** A data plane breaks down while it is asked something: which one goes to the client, why to the log. */
import { RpcErrorException, operationFailed } from '../../src/error/index.ts';
import type { Branch } from '../../src/data/index.ts';
import type { DataPlane } from './plane.ts';

export class PlaneFailure extends RpcErrorException {
  readonly plane: string;

  constructor({ name }: DataPlane, cause: unknown) {
    const message = `data plane "${name}" failed; the log of the server has the details`;
    super(operationFailed(message, { type: 'application' }), { cause });
    this.plane = name;
  }
}

/** Resolves or rejects as `work`, with the plane's name in the reason. */
export async function namingPlane<T>(plane: DataPlane, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw planeFailure(plane, error);
  }
}

/** What the plane itself says as an rpc-error stays as it is. */
export function planeFailure(plane: DataPlane, error: unknown): RpcErrorException {
  return error instanceof RpcErrorException ? error : new PlaneFailure(plane, error);
}

/** Starts a plane. What keeps it from that is for the operator, who has several planes and no client yet. */
export async function startPlane(plane: DataPlane, vms: readonly Branch[]): Promise<void> {
  try {
    await plane.start(vms);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`data plane "${plane.name}": ${reason}`, { cause: error });
  }
}
