/** union (RFC 7950, section 9.12): the first member type that allows the text decides. */
import { Refusal, TypeBase, asTypeBase, quote } from './base.ts';
import { RecentTexts } from './recent-texts.ts';
import type { TypeCommon } from './restriction/restriction.ts';
import type { ModuleInfo } from '../schema.ts';
import type { JsonValue, LeafValue, ResolvePrefix, UnionType, YangType } from './type.ts';

/** `members` in the order of the type statements. */
export function createUnionType(members: readonly YangType[], common: TypeCommon): UnionType {
  return new Union(members.map(asTypeBase), common);
}

/** Whether a text means the same whatever prefixes are declared. A leafref may not know its target yet. */
function isFreeOfScope(type: TypeBase): boolean {
  if (type instanceof Union) return type.isFreeOfScope;
  return !type.inScope && !['identityref', 'instance-identifier', 'leafref'].includes(type.base);
}

/** Characters that all members together may have to look at: each looks at all of the text. */
const MAX_EFFORT = 200_000_000;

class Union extends TypeBase implements UnionType {
  readonly base = 'union';
  readonly isFreeOfScope: boolean;
  readonly #direct: readonly TypeBase[];
  #members: readonly TypeBase[] | undefined;
  /** Texts whose meaning is the same wherever they stand, so that only one member need look at them. */
  readonly #recent: RecentTexts | undefined;

  constructor(members: readonly TypeBase[], common: TypeCommon) {
    super(common);
    this.#direct = members;
    this.isFreeOfScope = members.every(isFreeOfScope);
    this.#recent = this.isFreeOfScope ? new RecentTexts() : undefined;
  }

  /** Unions in unions dissolved. A type that is there twice cannot do the second time what it could not before. */
  get members(): readonly TypeBase[] {
    if (this.#members) return this.#members;
    const seen = new Set<TypeBase>();
    const queue = this.#direct.toReversed();
    for (let type = queue.pop(); type; type = queue.pop()) {
      if (seen.has(type)) continue;
      seen.add(type);
      if (!(type instanceof Union)) continue;
      for (const member of type.#direct.toReversed()) queue.push(member);
    }
    return (this.#members = [...seen].filter((type) => !(type instanceof Union)));
  }

  read(text: string, resolvePrefix: ResolvePrefix): LeafValue | Refusal {
    if (!this.#recent) return this.readAfresh(text, resolvePrefix);
    const known = this.#recent.get(text);
    if (known !== undefined) return known;
    const value = this.readAfresh(text, resolvePrefix);
    return typeof value === 'string' ? this.#recent.add(text, value) : value;
  }

  override readAfresh(text: string, resolvePrefix: ResolvePrefix): LeafValue | Refusal {
    if (text.length * this.members.length > MAX_EFFORT) {
      return new Refusal(`${quote(text)} is too long for a union of ${this.members.length} types`);
    }
    for (const member of this.members) {
      const value = this.#recent
        ? member.readAfresh(text, resolvePrefix)
        : member.read(text, resolvePrefix);
      if (!(value instanceof Refusal)) return value;
    }
    return this.#refuse(text, (member) => member.read(text, resolvePrefix));
  }

  override readDefault(text: string, resolvePrefix: ResolvePrefix): LeafValue | Refusal {
    for (const member of this.members) {
      const value = member.readDefault(text, resolvePrefix);
      if (!(value instanceof Refusal)) return value;
    }
    return this.#refuse(text, (member) => member.readDefault(text, resolvePrefix));
  }

  /** The kind of the JSON value decides too (RFC 7951, section 6.10). */
  override readJson(value: JsonValue, module: ModuleInfo): LeafValue | Refusal {
    for (const member of this.members) {
      const read = member.readJson(value, module);
      if (!(read instanceof Refusal)) return read;
    }
    return this.#refuse(JSON.stringify(value), (member) => member.readJson(value, module));
  }

  override toJson(value: LeafValue): JsonValue {
    return this.memberOf(value).toJson(value);
  }

  accepts(value: LeafValue): boolean {
    return this.members.some((member) => member.accepts(value));
  }

  memberOf(value: LeafValue): YangType {
    const member = this.members.find((candidate) => candidate.accepts(value));
    if (!member) throw new Error(`no member of the union has the value ${this.canonical(value)}`);
    return member;
  }

  /** Says why each member refused. */
  #refuse(text: string, read: (member: TypeBase) => LeafValue | Refusal): Refusal {
    const reasons = new Set<string>();
    for (const member of this.members) {
      const refusal = read(member);
      if (refusal instanceof Refusal) reasons.add(refusal.message);
    }
    return new Refusal(`${quote(text)} fits no member of the union: ${[...reasons].join('; ')}`);
  }
}
