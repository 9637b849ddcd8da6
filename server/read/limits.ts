/** What one request may cost that reads. */
import { RpcErrorException } from '../../src/data/index.ts';
import { resourceDenied } from '../../src/error/index.ts';

/** What a client may cost that reads; over it the answer is `resource-denied`. */
export interface ReadLimits {
  /**
   * Nodes that the evaluation of one filter may visit. It cannot be interrupted, so everybody waits meanwhile: about
   * 10 million a second. Filters that look at one entry at a time are not evaluated and have no limit.
   */
  readonly maxFilterVisits: number;
  /** Entries of lists that are held at once: to evaluate a filter on the whole, to compare, to sort. */
  readonly maxHeldEntries: number;
}

/** Some 40 ms of evaluation, and what a large configuration has in entries. */
export const DEFAULT_READ_LIMITS: ReadLimits = {
  maxFilterVisits: 400_000,
  maxHeldEntries: 200_000,
};

export function tooMuch(what: string): RpcErrorException {
  const message = `${what}: narrow the request`;
  return new RpcErrorException(resourceDenied(message, { type: 'application' }));
}
