/** Parses an expression to its syntax tree (XPath 1.0, sections 2 and 3). */
import { XPathError } from '../error.ts';
import type { XPathLimits } from '../compiled.ts';
import type { Axis, BinaryOperator, Expression, NodeTest, PathExpression, Step } from './ast.ts';
import { tokenize } from './lexer.ts';
import type { Token } from './lexer.ts';

export interface ParseOptions {
  readonly resolvePrefix: (prefix: string) => string | undefined;
  /** Undefined: names without a prefix are of any. */
  readonly defaultNamespace: string | undefined;
  readonly limits: XPathLimits;
}

/** Throws {@link XPathError}. */
export function parseExpression(text: string, options: ParseOptions): Expression {
  const { maxLength } = options.limits;
  if (text.length > maxLength) {
    throw new XPathError(`longer than ${maxLength} characters`, maxLength);
  }
  return new Parser(tokenize(text), options).run();
}

/** `or` and `and`, the loosest operators (XPath 1.0, section 3.4). */
const LOGICAL = ['or', 'and'] as const;

/** The other operators by precedence, the loosest first (section 3.5). All associate to the left. */
const LEVELS: readonly (readonly string[])[] = [
  ['=', '!='],
  ['<', '<=', '>', '>='],
  ['+', '-'],
  ['*', 'div', 'mod'],
];

const AXES: ReadonlySet<string> = new Set<Axis>([
  'ancestor',
  'ancestor-or-self',
  'attribute',
  'child',
  'descendant',
  'descendant-or-self',
  'following',
  'following-sibling',
  'namespace',
  'parent',
  'preceding',
  'preceding-sibling',
  'self',
]);

const NODE_TYPES = new Set(['node', 'text', 'comment', 'processing-instruction']);
const ANY_NODE: NodeTest = { kind: 'node' };
const NONE: readonly never[] = [];
const DESCENDANTS: Step = { axis: 'descendant-or-self', test: ANY_NODE, predicates: NONE };
const SELF: Step = { axis: 'self', test: ANY_NODE, predicates: NONE };
const PARENT: Step = { axis: 'parent', test: ANY_NODE, predicates: NONE };

/** Of one path: evaluating it takes stack for them. */
const MAX_STEPS = 1000;
/** Operators whose left side is an operator of the same level. */
const MAX_NESTED = 1000;

/** Joins operands two by two, so that the tree is no higher than it has to be. */
function balance(
  operands: readonly Expression[],
  join: (left: Expression, right: Expression) => Expression,
): Expression {
  let level = operands;
  while (level.length > 1) {
    const joined: Expression[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const [left, right] = level.slice(at, at + 2);
      if (left) joined.push(right ? join(left, right) : left);
    }
    level = joined;
  }
  const [root] = level;
  if (!root) throw new Error('nothing to join');
  return root;
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #options: ParseOptions;
  #index = 0;
  #depth = 0;
  #parts = 0;
  #nested = 0;

  constructor(tokens: readonly Token[], options: ParseOptions) {
    this.#tokens = tokens;
    this.#options = options;
  }

  run(): Expression {
    const expression = this.#expression();
    if (this.#token.kind !== 'end') throw this.#expected('the end of the expression');
    return expression;
  }

  #expression(): Expression {
    this.#enter();
    const expression = this.#logical(0);
    this.#depth--;
    return expression;
  }

  /** Chains of these are the longest there are: a tree of low height, evaluated in the order of the text. */
  #logical(level: number): Expression {
    const operator = LOGICAL[level];
    if (!operator) return this.#binary(0);
    const operands = [this.#logical(level + 1)];
    while (this.#isSymbol(operator)) {
      this.#countPart();
      this.#next();
      operands.push(this.#logical(level + 1));
    }
    return balance(operands, (left, right) => ({ kind: 'binary', operator, left, right }));
  }

  #binary(level: number): Expression {
    const operators = LEVELS[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    while (this.#token.kind === 'symbol' && operators.includes(this.#token.text)) {
      if (left.kind === 'binary') this.#countNested();
      this.#countPart();
      const operator = this.#next().text as BinaryOperator;
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1) };
    }
    return left;
  }

  #unary(): Expression {
    let negate = false;
    let signed = false;
    while (this.#take('-')) {
      negate = !negate;
      signed = true;
    }
    const operand = this.#union();
    if (!signed) return operand;
    const negated: Expression = { kind: 'negate', operand };
    return negate ? negated : { kind: 'negate', operand: negated };
  }

  #union(): Expression {
    let left = this.#path();
    while (this.#isSymbol('|')) {
      if (left.kind === 'union') this.#countNested();
      this.#countPart();
      const { offset } = this.#next();
      left = { kind: 'union', left, right: this.#path(), offset };
    }
    return left;
  }

  #path(): Expression {
    if (!this.#startsPrimary()) return this.#locationPath();
    const primary = this.#primary();
    const predicates = this.#predicates();
    const steps = this.#isSymbol('/') || this.#isSymbol('//') ? this.#moreSteps() : [];
    if (predicates.length === 0 && steps.length === 0) return primary;
    return { kind: 'filter', primary, predicates, steps };
  }

  #startsPrimary(): boolean {
    const { kind, text } = this.#token;
    if (kind === 'function') return !NODE_TYPES.has(text);
    if (kind === 'symbol') return text === '(';
    return kind === 'literal' || kind === 'number' || kind === 'variable';
  }

  #primary(): Expression {
    const { kind, text, offset } = this.#next();
    switch (kind) {
      case 'literal':
        return { kind: 'literal', value: text };
      case 'number':
        return { kind: 'number', value: Number(text) };
      case 'variable':
        return { kind: 'variable', name: text, offset };
      case 'function':
        return { kind: 'call', name: text, arguments: this.#arguments(), offset };
      default: {
        const expression = this.#expression();
        this.#expect(')');
        return expression;
      }
    }
  }

  #arguments(): Expression[] {
    this.#expect('(');
    const args: Expression[] = [];
    if (this.#take(')')) return args;
    do args.push(this.#expression());
    while (this.#take(','));
    this.#expect(')');
    return args;
  }

  #locationPath(): PathExpression {
    if (this.#isSymbol('//')) return { kind: 'path', absolute: true, steps: this.#moreSteps() };
    if (!this.#isSymbol('/')) return { kind: 'path', absolute: false, steps: this.#steps() };
    this.#next();
    return { kind: 'path', absolute: true, steps: this.#startsStep() ? this.#steps() : [] };
  }

  /** Steps that begin with "/" or "//". */
  #moreSteps(): Step[] {
    return this.#next().text === '//' ? [DESCENDANTS, ...this.#steps()] : this.#steps();
  }

  #steps(): Step[] {
    const steps = [this.#step()];
    while (this.#isSymbol('/') || this.#isSymbol('//')) {
      if (this.#next().text === '//') steps.push(DESCENDANTS);
      steps.push(this.#step());
      if (steps.length > MAX_STEPS) {
        throw new XPathError(`more than ${MAX_STEPS} steps`, this.#token.offset);
      }
    }
    // The copy has no room to grow, which would be most of the memory of a small array.
    return steps.slice();
  }

  #startsStep(): boolean {
    const { kind, text } = this.#token;
    if (kind === 'symbol') return text === '.' || text === '..' || text === '@';
    return kind === 'name' || kind === 'axis' || kind === 'function';
  }

  #step(): Step {
    this.#countPart();
    if (!this.#startsStep()) throw this.#expected('a step of a path or another operand');
    if (this.#take('.')) return SELF;
    if (this.#take('..')) return PARENT;
    const axis = this.#axis();
    return { axis, test: this.#nodeTest(axis), predicates: this.#predicates() };
  }

  #axis(): Axis {
    if (this.#take('@')) return 'attribute';
    if (this.#token.kind !== 'axis') return 'child';
    const { text, offset } = this.#next();
    if (!AXES.has(text)) throw new XPathError(`there is no axis "${text}"`, offset);
    this.#expect('::');
    return text as Axis;
  }

  #nodeTest(axis: Axis): NodeTest {
    const token = this.#token;
    if (token.kind === 'function' && NODE_TYPES.has(token.text)) return this.#nodeType();
    if (token.kind !== 'name') throw this.#expected('a name, "*" or a node type such as node()');
    this.#next();
    if (token.text === '*') return { kind: 'name', namespace: undefined, name: undefined };
    const [first = '', local] = token.text.split(':');
    if (local === undefined) {
      const namespace = axis === 'attribute' ? '' : this.#options.defaultNamespace;
      return { kind: 'name', namespace, name: first };
    }
    const namespace = this.#options.resolvePrefix(first);
    if (namespace === undefined) {
      throw new XPathError(`prefix "${first}" is not declared`, token.offset);
    }
    return { kind: 'name', namespace, name: local === '*' ? undefined : local };
  }

  #nodeType(): NodeTest {
    const kind = this.#next().text as 'node' | 'text' | 'comment' | 'processing-instruction';
    this.#expect('(');
    if (kind !== 'processing-instruction') {
      this.#expect(')');
      return { kind };
    }
    const target = this.#token.kind === 'literal' ? this.#next().text : undefined;
    this.#expect(')');
    return { kind, target };
  }

  #predicates(): readonly Expression[] {
    if (!this.#isSymbol('[')) return NONE;
    const predicates: Expression[] = [];
    while (this.#take('[')) {
      predicates.push(this.#expression());
      this.#expect(']');
    }
    return predicates.slice();
  }

  get #token(): Token {
    return this.#tokens[this.#index] ?? END;
  }

  #next(): Token {
    const token = this.#token;
    this.#index++;
    return token;
  }

  #isSymbol(text: string): boolean {
    return this.#token.kind === 'symbol' && this.#token.text === text;
  }

  #take(text: string): boolean {
    const found = this.#isSymbol(text);
    if (found) this.#index++;
    return found;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#expected(`"${text}"`);
  }

  #enter(): void {
    const { maxDepth } = this.#options.limits;
    if (++this.#depth <= maxDepth) return;
    throw new XPathError(`nested deeper than ${maxDepth}`, this.#token.offset);
  }

  #countPart(): void {
    const { maxParts } = this.#options.limits;
    if (++this.#parts <= maxParts) return;
    throw new XPathError(`more than ${maxParts} operators and steps`, this.#token.offset);
  }

  /** A chain such as "a + b + c" makes the tree deeper with each operator. */
  #countNested(): void {
    if (++this.#nested <= MAX_NESTED) return;
    throw new XPathError(`more than ${MAX_NESTED} operators in a row`, this.#token.offset);
  }

  #expected(what: string): XPathError {
    const { kind, text, offset } = this.#token;
    const found = kind === 'end' ? 'the end' : `"${text}"`;
    return new XPathError(`expected ${what} instead of ${found}`, offset);
  }
}

const END: Token = { kind: 'end', text: '', offset: 0 };
