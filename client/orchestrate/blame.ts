/** Remembers beside an error which party it came from, without wrapping it. */
import { asError } from './clock.ts';
import type { Party } from './report.ts';

const parties = new WeakMap<Error, Party>();

/** Returns what was thrown as an error that is known to come from `party`. */
export function blame(thrown: unknown, party: Party): Error {
  const error = asError(thrown);
  parties.set(error, party);
  return error;
}

export function blamed(thrown: unknown): Party | undefined {
  return thrown instanceof Error ? parties.get(thrown) : undefined;
}
