/**
 * What a compiled YANG type can do (RFC 7950, section 9).
 *
 * Values are held in canonical form as bare JavaScript values, because a table row holds them without
 * a wrapper: integers as `number`, or `bigint` where they exceed 2^53; boolean as `boolean`; empty as
 * `null`; identityref and instance-identifier as small objects, because their text depends on the
 * prefixes in scope; all else (string, enumeration, bits, binary, decimal64) as canonical `string`.
 */
import type { CompiledXPath } from '../../xpath/index.ts';
import type { Interval } from './restriction/intervals.ts';
import type { Identity, LeafListNode, LeafNode, ModuleInfo, SchemaNode } from '../schema.ts';

/** RFC 7950, section 4.2.4. */
export type BuiltInType =
  | 'binary'
  | 'bits'
  | 'boolean'
  | 'decimal64'
  | 'empty'
  | 'enumeration'
  | 'identityref'
  | 'instance-identifier'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'leafref'
  | 'string'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'union';

/** One object per identity, so `===` compares identityref values. */
export interface IdentityValue {
  readonly kind: 'identity';
  readonly identity: Identity;
}

/** A value inside an instance-identifier, with its type: its text depends on the encoding. */
export interface TypedValue {
  readonly type: YangType;
  readonly value: LeafValue;
}

/** A step of an instance-identifier value; node names are module-qualified. */
export interface InstanceStep {
  readonly module: string;
  readonly name: string;
  /** Key predicates in the order written, a leaf-list's `.` predicate, or a position. */
  readonly keys: readonly {
    readonly module: string;
    readonly name: string;
    /** Canonical text. */
    readonly value: string;
    readonly typed: TypedValue;
  }[];
  /** Canonical text of a leaf-list entry. */
  readonly value: string | undefined;
  readonly typed: TypedValue | undefined;
  readonly position: number | undefined;
}

/** A path to an instance (RFC 7950, section 9.13). */
export interface InstanceIdentifierValue {
  readonly kind: 'instance-identifier';
  readonly steps: readonly InstanceStep[];
  /** Canonical text with module names as prefixes: equal values have equal text. */
  readonly text: string;
}

/** A value in canonical form; the head of this file says what each type holds. */
export type LeafValue =
  string | number | bigint | boolean | null | IdentityValue | InstanceIdentifierValue;

/** Resolves a prefix in the scope where a value stands to a namespace; '' is the default namespace. */
export type ResolvePrefix = (prefix: string) => string | undefined;

/** Gives a prefix for a module when a value is written. */
export type PrefixFor = (namespace: string, preferredPrefix: string) => string;

/**
 * A leaf's value as JSON has it (RFC 7951, section 6): what `JSON.parse` gives for it. `[null]` is the
 * value of type empty.
 */
export type JsonValue = string | number | boolean | readonly [null];

/** A value that the type does not allow; the message says what was expected. */
export class InvalidValueError extends Error {
  readonly appTag: string | undefined;

  constructor(message: string, appTag?: string) {
    super(message);
    this.name = 'InvalidValueError';
    this.appTag = appTag;
  }
}

/** A type with its restrictions, ready to read and write values. What each type adds is in the interfaces below. */
export interface YangType {
  readonly base: BuiltInType;
  /** The typedef that names it, if any: module and name. */
  readonly typedef: { readonly module: string; readonly name: string } | undefined;
  /** Ranges, lengths and patterns along the chain of typedefs, outermost base first. */
  readonly restrictions: readonly StatedRestriction[];
  /** Whether texts depend on the prefixes in scope although values are strings, as those of rules' paths (RFC 8341). */
  readonly inScope: boolean;
  /** Lexical to canonical. Throws {@link InvalidValueError}. */
  parse(text: string, resolvePrefix: ResolvePrefix): LeafValue;
  /** Canonical to the text of XML content. */
  print(value: LeafValue, prefixFor: PrefixFor): string;
  /**
   * JSON to canonical (RFC 7951, section 6), by the kind of the value as well as by its text.
   * `module` is that of the leaf: names without a prefix are of it. Throws {@link InvalidValueError}.
   */
  parseJson(value: JsonValue, module: ModuleInfo): LeafValue;
  /** Canonical to JSON (RFC 7951, section 6); identities always with the name of their module. */
  toJson(value: LeafValue): JsonValue;
  /** Canonical text with module names as prefixes: for keys in paths, for XPath, for digests. */
  canonical(value: LeafValue): string;
}

/** A restriction as a module states it. */
export interface StatedRestriction {
  readonly keyword: 'fraction-digits' | 'length' | 'pattern' | 'range';
  readonly text: string;
  /** A pattern that values must not match. */
  readonly invert?: boolean;
}

/** RFC 7950, section 9.2. */
export interface IntegerType extends YangType {
  readonly base: 'int8' | 'int16' | 'int32' | 'int64' | 'uint8' | 'uint16' | 'uint32' | 'uint64';
  /** Values in effect, ascending. */
  readonly ranges: readonly Interval[];
}

/** RFC 7950, section 9.3. */
export interface Decimal64Type extends YangType {
  readonly base: 'decimal64';
  readonly fractionDigits: number;
  /** Values in effect, ascending, in units of the last fraction digit. */
  readonly ranges: readonly Interval[];
}

/** RFC 7950, section 9.4. */
export interface StringType extends YangType {
  readonly base: 'string';
  /** Lengths in effect, in characters; undefined when they are not restricted. */
  readonly lengths: readonly Interval[] | undefined;
  /** Of the whole chain; a value has to match all that are not inverted and no other. */
  readonly patterns: readonly { readonly text: string; readonly invert: boolean }[];
}

/** RFC 7950, section 9.8. */
export interface BinaryType extends YangType {
  readonly base: 'binary';
  /** Lengths in effect, in octets; undefined when they are not restricted. */
  readonly lengths: readonly Interval[] | undefined;
}

/** RFC 7950, section 9.9. */
export interface LeafrefType extends YangType {
  readonly base: 'leafref';
  readonly path: CompiledXPath;
  readonly requireInstance: boolean;
  /** The leaf that the path leads to. */
  readonly target: LeafNode | LeafListNode;
}

/** RFC 7950, section 9.13. */
export interface InstanceIdentifierType extends YangType {
  readonly base: 'instance-identifier';
  readonly requireInstance: boolean;
}

/** RFC 7950, section 9.6. */
export interface EnumerationType extends YangType {
  readonly base: 'enumeration';
  /** Name to value. */
  readonly enums: ReadonlyMap<string, number>;
}

/** RFC 7950, section 9.7. */
export interface BitsType extends YangType {
  readonly base: 'bits';
  /** Name to position, in order of position. */
  readonly bits: ReadonlyMap<string, number>;
}

/** RFC 7950, section 9.12. */
export interface UnionType extends YangType {
  readonly base: 'union';
  /** In order; of members that are unions, their members. */
  readonly members: readonly YangType[];
  /** The member type that a canonical value belongs to. */
  memberOf(value: LeafValue): YangType;
}

/** RFC 7950, section 9.10. */
export interface IdentityrefType extends YangType {
  readonly base: 'identityref';
  readonly bases: readonly Identity[];
}

/** Whatever a schema node may refer to while types are compiled. */
export type TypeOwner = SchemaNode;
