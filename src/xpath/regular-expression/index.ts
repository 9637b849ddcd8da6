/**
 * Regular expressions of XML Schema, for re-match() (RFC 7950, section 10.2.1) and for the pattern
 * statement (section 9.4.5).
 */
import { Automaton, type Verdict } from './automaton.ts';
import { RegularExpressionError } from './error.ts';
import { parseRegularExpression, type Looseness } from './parse.ts';
import { countPositions } from './positions.ts';

export { RegularExpressionError } from './error.ts';
export { matchingSteps } from './automaton.ts';
export type { Verdict } from './automaton.ts';

const MAX_LENGTH = 20_000;
const MAX_POSITIONS = 100_000;
/** Expressions kept: the same pattern stands in many types. */
const MAX_KEPT = 500;

export interface RegularExpression {
  /** Where the text is not quite what XML Schema asks for, but means one thing only. */
  readonly loose: readonly Looseness[];
  /** Whether the whole of `text` matches. False also when that would cost too much to find out. */
  test(text: string): boolean;
  /** Whether the whole of `text` matches, or that it would cost too much to find out. */
  match(text: string): Verdict;
}

const kept = new Map<string, RegularExpression>();

/**
 * The expression that `text` stands for. Texts are matched in time linear in their length. Throws
 * {@link RegularExpressionError} when `text` is no expression, or one that is too large.
 */
export function compileRegularExpression(text: string): RegularExpression {
  const known = kept.get(text);
  if (known) return known;
  if (text.length > MAX_LENGTH)
    throw new RegularExpressionError(`longer than ${MAX_LENGTH} characters`, 0);
  const { regex, loose } = parseRegularExpression(text);
  const positions = countPositions(regex);
  if (positions > MAX_POSITIONS) {
    throw new RegularExpressionError(
      `with repetitions written out it is longer than ${MAX_POSITIONS} characters`,
      0,
    );
  }
  const automaton = new Automaton(regex);
  const expression: RegularExpression = {
    loose,
    match: (value) => automaton.match(value),
    test: (value) => automaton.match(value) === 'match',
  };
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(text, expression);
  return expression;
}
