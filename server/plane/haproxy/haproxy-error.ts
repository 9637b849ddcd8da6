import { RpcErrorException, operationFailed } from '../../../src/error/index.ts';

/** HAProxy is not there, does not answer, or says what was not expected. */
export class HaproxyError extends RpcErrorException {
  override readonly name = 'HaproxyError';

  constructor(message: string, options?: ErrorOptions) {
    super(operationFailed(message, { appTag: 'plane-unavailable' }), options);
  }
}

/** For an answer that cannot be understood: what was expected, and what came. */
export function unexpected(what: string, answer: string): HaproxyError {
  const shown = answer.length > 200 ? `${answer.slice(0, 200)}…` : answer;
  return new HaproxyError(`HAProxy: expected ${what}, not ${JSON.stringify(shown)}`);
}
