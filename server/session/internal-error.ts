/** What a client is told when something throws. */
import { RpcErrorException, operationFailed } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import type { Logger } from '../logger.ts';
import { PlaneFailure } from '../plane/plane-failure.ts';

/** A fault of our own goes to the log; the client gets operation-failed without details. */
export function toRpcErrors(error: unknown, logger: Logger, session: number): readonly RpcError[] {
  if (error instanceof PlaneFailure) {
    logger.log('error', 'plane-failed', { session, plane: error.plane, error: error.cause });
  }
  if (error instanceof RpcErrorException) return error.errors;
  logger.log('error', 'bug', { session, error });
  return [operationFailed('internal error; the log of the server has the details')];
}
