/**
 * The expressions of if-feature (RFC 7950, sections 7.20.2 and 14).
 *
 *     expr   = term   [ sep "or"  sep expr ]
 *     term   = factor [ sep "and" sep term ]
 *     factor = "not" sep factor / "(" expr ")" / [prefix ":"] name
 *
 * An expression is kept in postfix order, and read and evaluated with a stack of its own, so that no
 * expression is nested too deep.
 */
import type { Statement } from '../syntax/statement.ts';

export interface FeatureExpression {
  /** Names and operators, each operator behind its operands. */
  readonly steps: readonly FeatureStep[];
}

type FeatureStep =
  { readonly kind: 'feature'; readonly name: string } | { readonly kind: 'not' | 'and' | 'or' };

const PRECEDENCE = { not: 3, and: 2, or: 1 } as const;

type Operator = keyof typeof PRECEDENCE;

const NAME = /^(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*$/;

const known = new WeakMap<Statement, FeatureExpression | 'none'>();

/** The expression in the argument of an if-feature statement, read once. */
export function featureExpressionOf(statement: Statement): FeatureExpression | undefined {
  const expression = known.get(statement) ?? parseFeatureExpression(statement.text) ?? 'none';
  known.set(statement, expression);
  return expression === 'none' ? undefined : expression;
}

/** Undefined when the text is no expression. */
export function parseFeatureExpression(text: string): FeatureExpression | undefined {
  const reader = new ExpressionReader();
  for (let at = skipSpaces(text, 0); at < text.length;) {
    const end = endOfToken(text, at);
    const next = skipSpaces(text, end);
    const token = text.slice(at, end);
    // Operators are words by themselves: a parenthesis beside them does not separate.
    const spaceBefore = isSpace(text.charCodeAt(at - 1));
    const isLast = next === text.length || text[next] === ')';
    const canRead = reader.wantsOperand
      ? reader.readOperand(token, isLast, next > end)
      : reader.readOperator(token, spaceBefore && next > end);
    if (!canRead) return undefined;
    at = next;
  }
  return reader.finish();
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

function endOfToken(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x28 || code === 0x29) return at === start ? at + 1 : at;
    if (isSpace(code)) return at;
  }
  return at;
}

/** The names of features in an expression, each once. */
export function featureNames({ steps }: FeatureExpression): readonly string[] {
  return [...new Set(steps.flatMap((step) => (step.kind === 'feature' ? step.name : [])))];
}

export function evaluateFeatures(
  { steps }: FeatureExpression,
  isSupported: (name: string) => boolean,
): boolean {
  const values: boolean[] = [];
  for (const step of steps) {
    const last = step.kind === 'feature' ? isSupported(step.name) : (values.pop() ?? false);
    if (step.kind === 'feature') values.push(last);
    else if (step.kind === 'not') values.push(!last);
    else {
      const first = values.pop() ?? false;
      values.push(step.kind === 'and' ? first && last : first || last);
    }
  }
  return values.at(-1) ?? false;
}

/** Orders operators by precedence: grouping, not, and, or. */
class ExpressionReader {
  readonly #steps: FeatureStep[] = [];
  readonly #waiting: (Operator | '(')[] = [];
  wantsOperand = true;

  finish(): FeatureExpression | undefined {
    if (this.wantsOperand) return undefined;
    this.#release(0);
    return this.#waiting.length > 0 ? undefined : { steps: this.#steps };
  }

  /** Takes a name, "not" or "("; false when the token is none. A feature may be called "not". */
  readOperand(token: string, isLast: boolean, spaceAfter: boolean): boolean {
    if (token === '(' || (token === 'not' && !isLast)) {
      this.#waiting.push(token);
      return token === '(' || spaceAfter;
    }
    if (!NAME.test(token) || token === 'and' || token === 'or') return false;
    this.#steps.push({ kind: 'feature', name: token });
    this.wantsOperand = false;
    return true;
  }

  /** Takes "and", "or" or ")"; false when the token is none. */
  readOperator(token: string, isWord: boolean): boolean {
    if (token === ')') {
      this.#release(0);
      return this.#waiting.pop() === '(';
    }
    if ((token !== 'and' && token !== 'or') || !isWord) return false;
    this.#release(PRECEDENCE[token]);
    this.#waiting.push(token);
    this.wantsOperand = true;
    return true;
  }

  /** Moves operators that bind at least as strongly, up to a parenthesis, behind their operands. */
  #release(precedence: number): void {
    for (let top = this.#waiting.at(-1); top && top !== '('; top = this.#waiting.at(-1)) {
      if (PRECEDENCE[top] < precedence) return;
      this.#steps.push({ kind: top });
      this.#waiting.pop();
    }
  }
}
