/**
 * The expressions of if-feature (RFC 7950, section 7.20.2).
 *
 *     expr   = term   [ "or"  expr ]
 *     term   = factor [ "and" term ]
 *     factor = "not" factor / "(" expr ")" / [prefix ":"] name
 */

export type FeatureExpression =
  | { readonly kind: 'feature'; readonly name: string }
  | { readonly kind: 'not'; readonly operand: FeatureExpression }
  | {
      readonly kind: 'and' | 'or';
      readonly left: FeatureExpression;
      readonly right: FeatureExpression;
    };

/** Undefined when the text is no expression. */
export function parseFeatureExpression(text: string): FeatureExpression | undefined {
  const tokens = text.match(/[()]|[^\s()]+/g) ?? [];
  const parser = new ExpressionParser(tokens);
  const expression = parser.expression();
  return parser.atEnd ? expression : undefined;
}

/** The names of features in an expression. */
export function featureNames(expression: FeatureExpression): readonly string[] {
  switch (expression.kind) {
    case 'feature':
      return [expression.name];
    case 'not':
      return featureNames(expression.operand);
    default:
      return [...featureNames(expression.left), ...featureNames(expression.right)];
  }
}

export function evaluateFeatures(
  expression: FeatureExpression,
  isSupported: (name: string) => boolean,
): boolean {
  switch (expression.kind) {
    case 'feature':
      return isSupported(expression.name);
    case 'not':
      return !evaluateFeatures(expression.operand, isSupported);
    case 'and':
      return (
        evaluateFeatures(expression.left, isSupported) &&
        evaluateFeatures(expression.right, isSupported)
      );
    case 'or':
      return (
        evaluateFeatures(expression.left, isSupported) ||
        evaluateFeatures(expression.right, isSupported)
      );
  }
}

const NAME = /^(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*$/;
const OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'not']);
const MAX_DEPTH = 100;

class ExpressionParser {
  readonly #tokens: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  get atEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  expression(): FeatureExpression | undefined {
    return this.#binary('or', () => this.#binary('and', () => this.#factor()));
  }

  #binary(
    kind: 'and' | 'or',
    operand: () => FeatureExpression | undefined,
  ): FeatureExpression | undefined {
    let left = operand();
    while (left && this.#tokens[this.#at] === kind) {
      this.#at += 1;
      const right = operand();
      left = right && { kind, left, right };
    }
    return left;
  }

  #factor(): FeatureExpression | undefined {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    if (this.#depth > MAX_DEPTH || token === undefined) return undefined;
    if (token === 'not' || token === '(') return this.#nested(token);
    return NAME.test(token) && !OPERATORS.has(token) ? { kind: 'feature', name: token } : undefined;
  }

  #nested(token: 'not' | '('): FeatureExpression | undefined {
    this.#depth += 1;
    const operand = token === 'not' ? this.#factor() : this.expression();
    this.#depth -= 1;
    if (token === 'not') return operand && { kind: 'not', operand };
    if (this.#tokens[this.#at] !== ')') return undefined;
    this.#at += 1;
    return operand;
  }
}
