/** leafref (RFC 7950, section 9.9): values are those of the leaf that the path leads to. */
import { TypeBase, asTypeBase } from './base.ts';
import type { Refusal } from './base.ts';
import type { CompiledXPath } from '../../xpath/index.ts';
import type { LeafListNode, LeafNode, ModuleInfo } from '../schema.ts';
import type { JsonValue, LeafValue, LeafrefType, PrefixFor, ResolvePrefix } from './type.ts';
import type { TypeCommon } from './restriction/restriction.ts';

/** `target` is asked when a value is parsed before the type has been bound to a target, see {@link bindLeafref}. */
export function createLeafrefType(
  path: CompiledXPath,
  requireInstance: boolean,
  target: () => LeafNode | LeafListNode,
  common: TypeCommon,
): LeafrefType {
  return new Leafref(path, requireInstance, target, common);
}

/** Says which leaf a leafref refers to, since that may be compiled later; undefined takes it back. */
export function bindLeafref(type: LeafrefType, target: LeafNode | LeafListNode | undefined): void {
  if (type instanceof Leafref) type.bind(target);
}

class Leafref extends TypeBase implements LeafrefType {
  readonly base = 'leafref';
  readonly path: CompiledXPath;
  readonly requireInstance: boolean;
  readonly #findTarget: () => LeafNode | LeafListNode;
  #target: LeafNode | LeafListNode | undefined;
  #targetType: TypeBase | undefined;

  constructor(
    path: CompiledXPath,
    requireInstance: boolean,
    findTarget: () => LeafNode | LeafListNode,
    common: TypeCommon,
  ) {
    super(common);
    this.path = path;
    this.requireInstance = requireInstance;
    this.#findTarget = findTarget;
  }

  bind(target: LeafNode | LeafListNode | undefined): void {
    this.#target = target;
  }

  get target(): LeafNode | LeafListNode {
    return (this.#target ??= this.#findTarget());
  }

  read(text: string, resolvePrefix: ResolvePrefix): LeafValue | Refusal {
    return this.#type.read(text, resolvePrefix);
  }

  override readDefault(text: string, resolvePrefix: ResolvePrefix): LeafValue | Refusal {
    return this.#type.readDefault(text, resolvePrefix);
  }

  accepts(value: LeafValue): boolean {
    return this.#type.accepts(value);
  }

  override print(value: LeafValue, prefixFor: PrefixFor): string {
    return this.#type.print(value, prefixFor);
  }

  override readJson(value: JsonValue, module: ModuleInfo): LeafValue | Refusal {
    return this.#type.readJson(value, module);
  }

  override toJson(value: LeafValue): JsonValue {
    return this.#type.toJson(value);
  }

  override canonical(value: LeafValue): string {
    return this.#type.canonical(value);
  }

  get #type(): TypeBase {
    if (this.#targetType) return this.#targetType;
    // Not by recursion: a chain may be as long as its module.
    let type = asTypeBase(this.target.type);
    while (type instanceof Leafref) type = type.#targetType ?? asTypeBase(type.target.type);
    return (this.#targetType = type);
  }
}
