/** Patterns of strings (RFC 7950, section 9.4.5). */
import { RegularExpressionError, compileRegularExpression } from '../../../xpath/index.ts';
import { RestrictionError } from './restriction.ts';

export interface Pattern {
  /** Whether the whole of `text` matches. */
  test(text: string): boolean;
}

/** Throws {@link RestrictionError} when `text` is no regular expression of XML Schema. */
export function compilePattern(text: string): Pattern {
  try {
    return compileRegularExpression(text);
  } catch (error) {
    if (!(error instanceof RegularExpressionError)) throw error;
    throw new RestrictionError(`pattern "${text}": ${error.message}`);
  }
}
