/** HAProxy is not there, does not answer, or says what was not expected. */
export class HaproxyError extends Error {
  override readonly name = 'HaproxyError';
}

/** For an answer that cannot be understood: what was expected, and what came. */
export function unexpected(what: string, answer: string): HaproxyError {
  const shown = answer.length > 200 ? `${answer.slice(0, 200)}…` : answer;
  return new HaproxyError(`HAProxy: expected ${what}, not ${JSON.stringify(shown)}`);
}
