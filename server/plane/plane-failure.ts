/** A data plane breaks down while it is asked something: which one goes to the client, why to the log. */
import { RpcErrorException, operationFailed } from '../../src/error/index.ts';
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
