/** The syntax tree of an expression (XPath 1.0, sections 2 and 3), abbreviations expanded. */

export type Axis =
  | 'ancestor'
  | 'ancestor-or-self'
  | 'attribute'
  | 'child'
  | 'descendant'
  | 'descendant-or-self'
  | 'following'
  | 'following-sibling'
  | 'namespace'
  | 'parent'
  | 'preceding'
  | 'preceding-sibling'
  | 'self';

export type NodeTest =
  /** `namespace` is undefined for `*`, `name` is undefined for `*` and `prefix:*`. */
  | {
      readonly kind: 'name';
      readonly namespace: string | undefined;
      readonly name: string | undefined;
    }
  | { readonly kind: 'node' | 'text' | 'comment' }
  | { readonly kind: 'processing-instruction'; readonly target: string | undefined };

export interface Step {
  readonly axis: Axis;
  readonly test: NodeTest;
  readonly predicates: readonly Expression[];
}

export type BinaryOperator =
  'or' | 'and' | '=' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | 'div' | 'mod';

export interface BinaryExpression {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface PathExpression {
  readonly kind: 'path';
  /** Starts at the root; else at the context node. */
  readonly absolute: boolean;
  readonly steps: readonly Step[];
}

/** A primary expression with predicates, with steps, or with both. */
export interface FilterExpression {
  readonly kind: 'filter';
  readonly primary: Expression;
  readonly predicates: readonly Expression[];
  readonly steps: readonly Step[];
}

export interface CallExpression {
  readonly kind: 'call';
  readonly name: string;
  readonly arguments: readonly Expression[];
  readonly offset: number;
}

export type Expression =
  | BinaryExpression
  | PathExpression
  | FilterExpression
  | CallExpression
  | { readonly kind: 'negate'; readonly operand: Expression }
  | {
      readonly kind: 'union';
      readonly left: Expression;
      readonly right: Expression;
      readonly offset: number;
    }
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'variable'; readonly name: string; readonly offset: number };
