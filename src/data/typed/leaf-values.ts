/**
 * Leaf values between the data tree and typed values.
 *
 * | YANG type | in a typed value |
 * |---|---|
 * | integers up to 32 bits | `number` |
 * | int64, uint64 | `bigint`, always |
 * | boolean | `boolean` |
 * | empty | `true`; in a union `null`, as `true` is a boolean there |
 * | decimal64 | {@link Decimal64}, a text |
 * | string, enumeration | `string` |
 * | identityref | `'module:identity'` |
 * | instance-identifier | canonical text with module names for prefixes |
 * | bits | array of names; in order of position when read |
 * | binary | `Uint8Array` |
 * | leafref | as its target |
 * | union | as the member; the first of that kind that takes the value |
 */
import { InvalidValueError } from '../../yang/index.ts';
import type {
  LeafrefType,
  LeafValue,
  ResolvePrefix,
  UnionType,
  YangType,
} from '../../yang/index.ts';
import { parseBase64 } from './base64.ts';
import { kindOf, textOf, wrongKind } from './leaf-kinds.ts';
import type { Kind } from './leaf-kinds.ts';
import type { PlainLeaf } from './value-types.ts';

export interface LeafConverter {
  /** Both forms are the same. */
  readonly same: boolean;
  /** Throws InvalidValueError. */
  toLeaf(plain: unknown): LeafValue;
  toPlain(leaf: LeafValue): PlainLeaf;
}

/** `resolve` gives the namespace of a module by its name. */
export function leafConverter(type: YangType, resolve: ResolvePrefix): LeafConverter {
  switch (type.base) {
    case 'leafref':
      return leafConverter((type as LeafrefType).target.type, resolve);
    case 'union':
      return unionConverter(type as UnionType, resolve);
    default:
      return new TypeConverter(type, { kind: kindOf(type), resolve });
  }
}

class TypeConverter implements LeafConverter {
  readonly kind: Kind;
  readonly same: boolean;
  readonly #type: YangType;
  readonly #resolve: ResolvePrefix;

  constructor(
    type: YangType,
    { kind, resolve }: { readonly kind: Kind; readonly resolve: ResolvePrefix },
  ) {
    this.#type = type;
    this.#resolve = resolve;
    this.kind = kind;
    const isObject = type.base === 'identityref' || type.base === 'instance-identifier';
    this.same = kind === 'a number' || kind === 'a boolean' || (kind === 'a string' && !isObject);
  }

  /** Whether the value is of the kind that this type has; its text is still to be checked. */
  isOfKind(plain: unknown): boolean {
    return textOf(plain, this.kind) !== undefined;
  }

  toLeaf(plain: unknown): LeafValue {
    const text = textOf(plain, this.kind);
    if (text === undefined) throw wrongKind(plain, this.kind);
    return this.#type.parse(text, this.#resolve);
  }

  toPlain(leaf: LeafValue): PlainLeaf {
    switch (this.kind) {
      case 'a bigint':
        return BigInt(leaf as number | bigint);
      case 'a Uint8Array':
        return parseBase64(leaf as string);
      case 'an array of bit names':
        return leaf === '' ? [] : (leaf as string).split(' ');
      case 'true':
        return true;
      default:
        return typeof leaf === 'object' && leaf !== null ? this.#type.canonical(leaf) : leaf;
    }
  }
}

function unionConverter(type: UnionType, resolve: ResolvePrefix): LeafConverter {
  const members = flatten(type);
  const converters = new Map(members.map((member) => [member, memberConverter(member, resolve)]));
  const all = [...converters.values()];
  return {
    same: all.every(({ same }) => same),
    toLeaf: (plain) => {
      const reasons = new Set<string>();
      for (const converter of all) {
        if (!converter.isOfKind(plain)) continue;
        try {
          return converter.toLeaf(plain);
        } catch (error) {
          if (!(error instanceof InvalidValueError)) throw error;
          reasons.add(error.message);
        }
      }
      if (reasons.size > 0) throw new InvalidValueError([...reasons].join('; '));
      throw wrongKind(plain, [...new Set(all.map(({ kind }) => kind))].join(' or '));
    },
    toPlain: (leaf) => {
      const converter = converters.get(memberOf(type, leaf));
      return converter ? converter.toPlain(leaf) : (leaf as PlainLeaf);
    },
  };
}

function memberConverter(type: YangType, resolve: ResolvePrefix): TypeConverter {
  const kind = kindOf(type);
  return new TypeConverter(type, { kind: kind === 'true' ? 'null' : kind, resolve });
}

/** The types that are neither unions nor references, in order. */
function flatten(type: YangType): readonly YangType[] {
  const target = targetOf(type);
  return target.base === 'union' ? (target as UnionType).members.flatMap(flatten) : [target];
}

/** The member that is no union itself. */
function memberOf(type: YangType, leaf: LeafValue): YangType {
  const target = targetOf(type);
  return target.base === 'union' ? memberOf((target as UnionType).memberOf(leaf), leaf) : target;
}

function targetOf(type: YangType): YangType {
  return type.base === 'leafref' ? targetOf((type as LeafrefType).target.type) : type;
}
