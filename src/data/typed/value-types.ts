/** Types that generated types are made of. */
import type { AnyValue } from '../node.ts';

/**
 * A decimal64 as text (RFC 7950, section 9.3), because a double cannot hold all of them: `'1.5'`. Values that
 * are read are in canonical form.
 */
export type Decimal64 = `${number}`;

/** A leaf as typed values have it; see `leaf-values.ts` for which type has which. */
export type PlainLeaf = string | number | bigint | boolean | null | Uint8Array | readonly string[];

declare const nothing: unique symbol;

/** An instance without properties. */
export interface EmptyBranch {
  readonly [nothing]?: never;
}

/** Every property of any member of a union. */
export type KeyOfAny<T> = T extends unknown ? keyof T : never;

/** Type of a property that at least one member of a union has. */
export type PropertyOf<T, Name> = T extends unknown
  ? Name extends keyof T
    ? T[Name]
    : undefined
  : never;

/**
 * Content of one case of a choice (RFC 7950, section 7.9): properties of one member of the union, and none
 * of the others.
 */
export type OneOf<Case, All = Case> = Case extends unknown
  ? Case & { readonly [Other in Exclude<KeyOfAny<All>, keyof Case>]?: undefined }
  : never;

/** As {@link OneOf}, or nothing of any case. */
export type OneOrNone<Case> = OneOf<Case> | { readonly [Name in KeyOfAny<Case>]?: undefined };

/** What is left of a value when anything may be missing, as in the answer to a filter. */
export type PartialTree<T> = T extends PlainLeaf | AnyValue | undefined
  ? T
  : T extends readonly (infer Entry)[]
    ? readonly PartialTree<Entry>[]
    : { readonly [Name in keyof T]?: PartialTree<T[Name]> | undefined };
