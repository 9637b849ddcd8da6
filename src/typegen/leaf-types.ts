/** TypeScript types of leafs; `src/data/typed/leaf-values.ts` has the table. */
import { pascalCase } from '../data/index.ts';
import type {
  BitsType,
  EnumerationType,
  Identity,
  IdentityrefType,
  LeafrefType,
  SchemaContext,
  UnionType,
  YangType,
} from '../yang/index.ts';
import { comment, literal, unionLine } from './text.ts';
import type { TypeNames } from './type-names.ts';

/** A member of the union that stands for a type. */
interface Member {
  readonly text: string;
  /** All its values are strings, so `string` beside it says as much. */
  readonly isText: boolean;
}

/** Types of leafs, and the aliases that they need. */
export class LeafTypes {
  readonly #context: SchemaContext;
  readonly #names: TypeNames;
  /** By what they stand for. */
  readonly #aliases = new Map<string, { readonly name: string; readonly declaration: string }>();
  /** What is derived from an identity directly. */
  #below: Map<Identity, Identity[]> | undefined;
  /** Names of `sami/data` that the types use. */
  readonly imports = new Set<string>();

  constructor(context: SchemaContext, names: TypeNames) {
    this.#context = context;
    this.#names = names;
  }

  /** Declarations of all aliases that were used, in the order of their first use. */
  get declarations(): readonly string[] {
    return Array.from(this.#aliases.values(), ({ declaration }) => declaration);
  }

  /** The members of the union that stands for a type; one member for most types. */
  membersOf(type: YangType): readonly string[] {
    const members = this.#members(type, false);
    const hasString = members.some(({ text }) => text === 'string');
    const kept = members.filter(({ text, isText }) => !hasString || !isText || text === 'string');
    return [...new Set(kept.map(({ text }) => text))];
  }

  #members(type: YangType, inUnion: boolean): readonly Member[] {
    switch (type.base) {
      case 'leafref':
        return this.#members((type as LeafrefType).target.type, inUnion);
      case 'union':
        return (type as UnionType).members.flatMap((member) => this.#members(member, true));
      case 'enumeration':
        return this.#enumeration(type as EnumerationType);
      case 'identityref':
        return [textual(this.#identities(type as IdentityrefType))];
      case 'bits':
        return [other(`readonly ${this.#bits(type as BitsType)}[]`)];
      case 'decimal64':
        this.imports.add('Decimal64');
        return [textual('Decimal64')];
      case 'binary':
        return [other('Uint8Array')];
      case 'boolean':
        return [other('boolean')];
      case 'empty':
        return [other(inUnion ? 'null' : 'true')];
      case 'int64':
      case 'uint64':
        return [other('bigint')];
      case 'string':
      case 'instance-identifier':
        return [textual('string')];
      default:
        return [other('number')];
    }
  }

  #enumeration(type: EnumerationType): readonly Member[] {
    const literals = [...type.enums.keys()].map(literal);
    if (!type.typedef) return orNever(literals).map(textual);
    const { module, name } = type.typedef;
    const about = `Typedef \`${module}:${name}\`.`;
    return [textual(this.#alias(literals, [pascalCase(name)], about))];
  }

  #bits(type: BitsType): string {
    const literals = [...type.bits.keys()].map(literal);
    const name = type.typedef ? pascalCase(type.typedef.name) : '';
    const of = type.typedef ? ` of typedef \`${type.typedef.module}:${type.typedef.name}\`` : '';
    return this.#alias(literals, [`${name}Bit`], `A bit${of}.`);
  }

  #identities(type: IdentityrefType): string {
    const bases = type.bases.map(({ module, name }) => `\`${module.name}:${name}\``);
    const about = `Identities derived from ${bases.join(' and ')}.`;
    const name = type.bases.map((base) => pascalCase(base.name)).join('And');
    const derived = this.#derivedFrom(type.bases[0]).filter((it) => isDerived(it, type.bases));
    const literals = derived.map((it) => literal(`${it.module.name}:${it.name}`)).sort();
    return this.#alias(literals, [`${name}Identity`], about);
  }

  /** All identities below one, without looking at the others: schemas may have thousands. */
  #derivedFrom(base: Identity | undefined): readonly Identity[] {
    if (!this.#below) {
      this.#below = new Map();
      for (const identity of this.#context.identities) {
        for (const it of identity.bases) {
          const known = this.#below.get(it);
          if (known) known.push(identity);
          else this.#below.set(it, [identity]);
        }
      }
    }
    const found = new Set(base && this.#below.get(base));
    // The set grows while it is walked.
    for (const identity of found) {
      for (const it of this.#below.get(identity) ?? []) found.add(it);
    }
    return [...found];
  }

  /** One alias for each meaning: what is the same in name and values is one type. */
  #alias(literals: readonly string[], wishes: readonly string[], about: string): string {
    const id = JSON.stringify([about, literals]);
    const known = this.#aliases.get(id);
    if (known) return known.name;
    const name = this.#names.allot(...wishes);
    const union = unionLine(`export type ${name} =`, orNever(literals), '');
    this.#aliases.set(id, { name, declaration: comment([about], '') + union });
    return name;
  }
}

/** Derived from all bases, and of an implemented module (RFC 7950, section 9.10.2). */
function isDerived(identity: Identity, bases: readonly Identity[]): boolean {
  if (!identity.module.implemented) return false;
  return bases.every((base) => base !== identity && identity.ancestors.has(base));
}

function orNever(literals: readonly string[]): readonly string[] {
  return literals.length > 0 ? literals : ['never'];
}

function textual(text: string): Member {
  return { text, isText: true };
}

function other(text: string): Member {
  return { text, isText: false };
}
