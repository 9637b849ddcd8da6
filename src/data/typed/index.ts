/** Typed values for data trees: what code that is generated from YANG modules uses. */
export { typedModules } from './typed-branch.ts';
export type { BuildResult, TypedBranch, TypedConfigBranch, TypedModules } from './typed-branch.ts';
export { camelCase, pascalCase, propertyNames } from './property-names.ts';
export type { NamedNode, PropertyNameOptions } from './property-names.ts';
export { casesOf, contentOf, isRequired, needsContent } from './required.ts';
export type { Content } from './required.ts';
export type {
  Decimal64,
  EmptyBranch,
  KeyOfAny,
  OneOf,
  OneOrNone,
  PartialTree,
  PlainLeaf,
  PropertyOf,
} from './value-types.ts';
