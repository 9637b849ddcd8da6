/** Patterns of strings (RFC 7950, section 9.4.5). */
import {
  RegularExpressionError,
  compileRegularExpression,
  type RegularExpression,
} from '../../../xpath/index.ts';
import { quote } from './refusal.ts';
import { RestrictionError } from './restriction.ts';

export type Pattern = RegularExpression;

/** Throws {@link RestrictionError} when `text` is no regular expression of XML Schema. */
export function compilePattern(text: string): Pattern {
  try {
    return compileRegularExpression(text);
  } catch (error) {
    if (!(error instanceof RegularExpressionError)) throw error;
    throw new RestrictionError(`${quote(text)} is no pattern: ${error.reason}`, error.offset);
  }
}
