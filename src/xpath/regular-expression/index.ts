/**
 * Regular expressions of XML Schema, for re-match() (RFC 7950, section 10.2.1) and for the pattern
 * statement (section 9.4.5).
 */
import { RegularExpressionError, translate } from './translate.ts';

export { RegularExpressionError } from './translate.ts';

const MAX_LENGTH = 20_000;

/** An expression whose `test` says whether the whole of a text matches. Throws {@link RegularExpressionError}. */
export function compileRegularExpression(text: string): { test(text: string): boolean } {
  if (text.length > MAX_LENGTH)
    throw new RegularExpressionError(`longer than ${MAX_LENGTH} characters`, 0);
  const { source, unicode } = translate(text);
  try {
    return new RegExp(source, unicode ? 'v' : '');
  } catch (error) {
    throw new RegularExpressionError(error instanceof Error ? error.message : String(error), 0);
  }
}
