/**
 * What all types share: parsing that can refuse without an exception, and printing.
 *
 * A union tries its members in turn and most attempts fail, so `read` returns a refusal as a value;
 * only `parse`, the public face, throws.
 */
import { InvalidValueError } from './type.ts';
import type {
  BuiltInType,
  JsonValue,
  LeafValue,
  PrefixFor,
  ResolvePrefix,
  StatedRestriction,
  YangType,
} from './type.ts';
import type { ModuleInfo } from '../schema.ts';
import type { TypeCommon } from './restriction/restriction.ts';
import { printInstancePath } from './instance-path-text.ts';
import { Refusal, show } from './restriction/refusal.ts';

export { Refusal, quote } from './restriction/refusal.ts';

export type JsonKind = 'string' | 'number' | 'boolean' | 'empty';

const SHOWN: Readonly<Record<JsonKind, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'a boolean',
  empty: '[null]',
};

function jsonKindOf(value: JsonValue): JsonKind {
  const kind = typeof value;
  return kind === 'string' || kind === 'number' || kind === 'boolean' ? kind : 'empty';
}

export abstract class TypeBase implements YangType {
  abstract readonly base: BuiltInType;
  readonly typedef: { readonly module: string; readonly name: string } | undefined;
  readonly restrictions: readonly StatedRestriction[];
  protected readonly common: TypeCommon;

  constructor(common: TypeCommon, restrictions: readonly StatedRestriction[] = []) {
    this.common = common;
    this.restrictions = restrictions;
    this.typedef = common.typedef;
  }

  /** Whether a text means something else where other prefixes are declared, although the base type does not say so. */
  get inScope(): boolean {
    return false;
  }

  /** Lexical to canonical, or why not. */
  abstract read(text: string, resolvePrefix: ResolvePrefix): LeafValue | Refusal;

  /** As {@link read}, for a caller who remembers the result itself. */
  readAfresh(text: string, resolvePrefix: ResolvePrefix): LeafValue | Refusal {
    return this.read(text, resolvePrefix);
  }

  /** Whether a value in canonical form is one of this type. */
  abstract accepts(value: LeafValue): boolean;

  /** As {@link read}, for the argument of a default statement. */
  readDefault(text: string, resolvePrefix: ResolvePrefix): LeafValue | Refusal {
    return this.read(text, resolvePrefix);
  }

  /** What values of the type are in JSON. */
  get jsonKind(): JsonKind {
    return 'string';
  }

  /** JSON to canonical, or why not. `module` is that of the leaf. */
  readJson(value: JsonValue, module: ModuleInfo): LeafValue | Refusal {
    const kind = jsonKindOf(value);
    if (kind !== this.jsonKind) {
      // As it stands in the document: the quotes of a string are what is wrong with it.
      const text = (): string => show(JSON.stringify(value), '');
      return new Refusal(() => `${text()} is ${SHOWN[kind]}, not ${SHOWN[this.jsonKind]}`);
    }
    return this.read(String(value), this.prefixesOfJson(module));
  }

  /** In JSON the name of a module stands where XML has a prefix (RFC 7951, section 4). */
  protected prefixesOfJson(module: ModuleInfo): ResolvePrefix {
    return (prefix) =>
      prefix === '' ? module.namespace : this.common.moduleByName(prefix)?.namespace;
  }

  parse(text: string, resolvePrefix: ResolvePrefix): LeafValue {
    return accepted(this.read(text, resolvePrefix));
  }

  parseJson(value: JsonValue, module: ModuleInfo): LeafValue {
    return accepted(this.readJson(value, module));
  }

  toJson(value: LeafValue): JsonValue {
    return this.canonical(value);
  }

  print(value: LeafValue, prefixFor: PrefixFor): string {
    if (typeof value === 'string') return value;
    if (typeof value !== 'object') return String(value);
    if (value === null) return '';
    if (value.kind === 'identity') {
      const { module, name } = value.identity;
      return `${prefixFor(module.namespace, module.prefix)}:${name}`;
    }
    return printInstancePath(value.steps, (name) => this.#prefixOf(name, prefixFor), prefixFor);
  }

  #prefixOf(moduleName: string, prefixFor: PrefixFor): string {
    const module = this.common.moduleByName(moduleName);
    return module ? prefixFor(module.namespace, module.prefix) : moduleName;
  }

  canonical(value: LeafValue): string {
    if (typeof value === 'string') return value;
    if (typeof value !== 'object') return String(value);
    if (value === null) return '';
    if (value.kind === 'identity') return `${value.identity.module.name}:${value.identity.name}`;
    return value.text;
  }
}

/** `type` as one of ours: everything that the constructors of this folder return is. */
export function asTypeBase(type: YangType): TypeBase {
  if (type instanceof TypeBase) return type;
  throw new Error(`type ${type.base} was not made by a constructor of this layer`);
}

/**
 * Parses the argument of a `default` statement, where integers may be hexadecimal or octal (RFC 7950,
 * section 9.2.1). Throws {@link InvalidValueError}.
 */
export function parseDefault(
  type: YangType,
  text: string,
  resolvePrefix: ResolvePrefix,
): LeafValue {
  return accepted(asTypeBase(type).readDefault(text, resolvePrefix));
}

function accepted(value: LeafValue | Refusal): LeafValue {
  if (value instanceof Refusal) throw new InvalidValueError(value.message, value.appTag);
  return value;
}
