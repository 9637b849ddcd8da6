/** XPath 1.0 with the functions of YANG 1.1, compiled to closures, over any tree. */
export type * from './syntax/ast.ts';
export type * from './compiled.ts';
export type { NodeKind, NodeModel, PrefixOf } from './model.ts';
export { VisitBudget } from './budget.ts';
export { callsIn } from './calls.ts';
export { XPathError } from './error.ts';
export { compilePart, compileXPath } from './compile.ts';
export {
  RegularExpressionError,
  compileRegularExpression,
  matchingSteps,
} from './regular-expression/index.ts';
export type { RegularExpression } from './regular-expression/index.ts';
