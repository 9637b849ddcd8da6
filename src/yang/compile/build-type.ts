/**
 * Builds the types of leafs: gathers the restrictions along the chain of typedefs, checks that each one
 * restricts, and calls the constructor of the built-in type (RFC 7950, sections 7.4 and 9).
 */
import type { Identity, LeafListNode, LeafNode, SchemaContext } from '../schema.ts';
import type { Statement } from '../syntax/statement.ts';
import {
  canonicalizerOf,
  createBinaryType,
  createBitsType,
  createBooleanType,
  createDecimal64Type,
  createEmptyType,
  createEnumerationType,
  createIdentityrefType,
  createInstanceIdentifierType,
  createIntegerType,
  createNodeInstanceIdentifierType,
  createLeafrefType,
  createStringType,
  createUnionType,
  isNodeInstanceIdentifier,
  type LeafrefType,
  type StringType,
  type TypeCommon,
  type UnionType,
  type YangType,
} from '../types/index.ts';
import type { Compilation } from './compilation.ts';
import { collectEnums } from './collect-enums.ts';
import {
  checkRestrictionKeywords,
  collectLengths,
  collectPatterns,
  collectRanges,
} from './collect-restrictions.ts';
import { readLeafrefPath } from './leafref-path.ts';
import { conditionsHold } from './resolve-features.ts';
import { followType, type TypeChain } from './type-chain.ts';

/** The leaf or leaf-list that a type is built for. */
export interface TypeUser {
  readonly namespace: string;
  /** Asked for the target of a leafref that has not been bound to one, see `bindLeafref`. */
  targetOf(path: Statement): LeafNode | LeafListNode;
}

/** How deep unions may be nested, by way of typedefs. */
const MAX_UNIONS = 100;

/** Types with the statements that have their paths. */
type Leafrefs = readonly (readonly [path: Statement, type: LeafrefType])[];

const NO_LEAFREFS: Leafrefs = [];

export class TypeBuilder {
  readonly #compilation: Compilation;
  /** Types that do not depend on the leaf, by the statement that defines them. */
  readonly #shared = new Map<Statement | string, YangType | undefined>();
  /** The others, for the leaf whose type is being built. */
  readonly #own = new Map<Statement | string, YangType | undefined>();
  /** Types, or typedefs, that are a leafref or a union with one. */
  readonly #dependent = new Map<Statement | string, boolean>();
  /** The leafrefs in a type, by the statement with the path. */
  readonly #leafrefs = new Map<YangType, Leafrefs>();
  /** Enums and bits of a type that have conditions. */
  readonly #conditional = new Map<YangType, ReadonlySet<string>>();
  readonly #commons = new Map<Statement | undefined, TypeCommon>();
  #depth = 0;
  readonly #modules: Pick<TypeCommon, 'resolveModule' | 'moduleByName'>;

  constructor(compilation: Compilation) {
    this.#compilation = compilation;
    this.#modules = {
      resolveModule: (namespace) => this.#context().moduleByNamespace.get(namespace),
      moduleByName: (name) => this.#context().modules.get(name),
    };
  }

  /** Values are parsed only when the schema is complete. */
  #context(): SchemaContext {
    const { context } = this.#compilation;
    if (!context) throw new Error('the schema is not complete');
    return context;
  }

  /** The type that a type statement stands for; undefined when it has faults, which are reported. */
  build(type: Statement, user: TypeUser): YangType | undefined {
    const chain = followType(this.#compilation, type);
    if (!chain) return undefined;
    const known = this.#dependsOnLeaf(chain) ? this.#own : this.#shared;
    const key = sharingKey(chain);
    if (known.has(key)) return known.get(key);
    if (this.#depth === MAX_UNIONS) {
      const message = `unions are nested deeper than ${MAX_UNIONS}`;
      this.#compilation.sink.report('nested-too-deep', type.argumentAt, message);
      return undefined;
    }
    this.#depth++;
    const built = this.#create(chain, user);
    this.#depth--;
    known.set(key, built);
    if (this.#depth === 0) this.#own.clear();
    return built;
  }

  /** The leafrefs in a type, members of unions included, by the statement with the path. */
  leafrefsOf(type: YangType): Leafrefs {
    return this.#leafrefs.get(type) ?? NO_LEAFREFS;
  }

  /** The names in a value of an enumeration, bits or union of them that are marked with if-feature. */
  conditionalNames(type: YangType, value: string): readonly string[] {
    const member = type.base === 'union' ? (type as UnionType).memberOf(value) : type;
    const names = this.#conditional.get(member);
    if (!names) return [];
    const used = member.base === 'bits' ? value.split(' ') : [value];
    return used.filter((name) => names.has(name));
  }

  release(): void {
    this.#shared.clear();
    this.#dependent.clear();
    this.#commons.clear();
    this.#leafrefs.clear();
    this.#conditional.clear();
  }

  /** The type if it is the same for every leaf. */
  sharedType(type: Statement): YangType | undefined {
    const chain = followType(this.#compilation, type);
    return chain && !this.#dependsOnLeaf(chain) ? this.#shared.get(sharingKey(chain)) : undefined;
  }

  /** A leafref without prefixes means something else in each module. */
  #dependsOnLeaf(chain: TypeChain, depth = 0): boolean {
    if (chain.base === 'leafref') return true;
    if (chain.base !== 'union') return false;
    const key = sharingKey(chain);
    const known = this.#dependent.get(key);
    if (known !== undefined) return known;
    // Too deep is reported when the type is built.
    if (depth > MAX_UNIONS) return false;
    const depends = memberStatements(chain).some((member) => {
      const memberChain = followType(this.#compilation, member);
      return memberChain !== undefined && this.#dependsOnLeaf(memberChain, depth + 1);
    });
    this.#dependent.set(key, depends);
    return depends;
  }

  #create(chain: TypeChain, user: TypeUser): YangType | undefined {
    checkRestrictionKeywords(this.#compilation, chain);
    return this.#construct(chain, user, this.#commonOf(chain));
  }

  #commonOf(chain: TypeChain): TypeCommon {
    const [typedef] = chain.typedefs;
    const known = this.#commons.get(typedef);
    if (known) return known;
    const name = typedef && {
      module: this.#compilation.unitOf(typedef).module.name,
      name: typedef.text,
    };
    const common: TypeCommon = { ...this.#modules, typedef: name };
    this.#commons.set(typedef, common);
    return common;
  }

  #construct(chain: TypeChain, user: TypeUser, common: TypeCommon): YangType | undefined {
    const { base } = chain;
    switch (base) {
      case 'binary':
        return createBinaryType(collectLengths(this.#compilation, chain), common);
      case 'bits':
        return this.#named(chain, 'bit', (bits) => createBitsType(bits, common));
      case 'boolean':
        return createBooleanType(common);
      case 'decimal64':
        return this.#decimal64(chain, common);
      case 'empty':
        return createEmptyType(common);
      case 'enumeration':
        return this.#named(chain, 'enum', (enums) => createEnumerationType(enums, common));
      case 'identityref':
        return this.#identityref(chain, common);
      case 'instance-identifier':
        return createInstanceIdentifierType(requireInstance(chain), () => this.#context(), common);
      case 'leafref':
        return this.#leafref(chain, user, common);
      case 'string':
        return this.#string(chain, common);
      case 'union':
        return this.#union(chain, user, common);
      default:
        return createIntegerType(base, collectRanges(this.#compilation, chain, base), common);
    }
  }

  #string(chain: TypeChain, common: TypeCommon): StringType {
    const lengths = collectLengths(this.#compilation, chain);
    const patterns = collectPatterns(this.#compilation, chain);
    const type = createStringType(lengths, patterns, common, this.#canonicalizer(chain));
    const namesNodes = chain.typedefs.some((typedef) => {
      const { name } = this.#compilation.unitOf(typedef).module.info;
      return !typedef.parent?.parent && isNodeInstanceIdentifier(name, typedef.text);
    });
    if (!namesNodes) return type;
    return createNodeInstanceIdentifierType(type, () => this.#context(), common);
  }

  /** Of the nearest typedef whose description defines a canonical form. */
  #canonicalizer(chain: TypeChain): ((text: string) => string) | undefined {
    for (const typedef of chain.typedefs) {
      if (typedef.parent?.parent) continue;
      const { name, revision } = this.#compilation.unitOf(typedef).module.info;
      const canonicalizer = canonicalizerOf(name, typedef.text, revision);
      if (canonicalizer) return canonicalizer;
    }
    return undefined;
  }

  #decimal64(chain: TypeChain, common: TypeCommon): YangType | undefined {
    const digits = this.#required(chain, 'fraction-digits');
    if (!digits) return undefined;
    const fractionDigits = Number(digits.argument);
    // A malformed number has been reported by the grammar check.
    if (!/^(?:[1-9]|1[0-8])$/.test(digits.text)) return undefined;
    const ranges = collectRanges(this.#compilation, chain, { fractionDigits });
    return createDecimal64Type(fractionDigits, ranges, common);
  }

  #named(
    chain: TypeChain,
    keyword: 'enum' | 'bit',
    create: (names: ReadonlyMap<string, number>) => YangType,
  ): YangType | undefined {
    if (!this.#required(chain, keyword)) return undefined;
    const entries = collectEnums(this.#compilation, chain, keyword);
    const supported = new Map<string, number>();
    const conditional = new Set<string>();
    for (const [name, { value, statements }] of entries) {
      const conditions = statements.flatMap((statement) => statement.all('if-feature'));
      if (conditions.length > 0) conditional.add(name);
      if (conditionsHold(this.#compilation, conditions)) supported.set(name, value);
    }
    const type = create(supported);
    if (conditional.size > 0) this.#conditional.set(type, conditional);
    return type;
  }

  #identityref(chain: TypeChain, common: TypeCommon): YangType | undefined {
    if (!this.#required(chain, 'base')) return undefined;
    const { identities } = this.#compilation;
    const statements = chain.types.at(-1)?.all('base') ?? [];
    const found = statements.flatMap(
      (base) => this.#compilation.findDefinition('identity', base) ?? [],
    );
    const bases = found.flatMap((base) => identities.get(base) ?? []);
    // Nothing is derived from a base that a feature switches off.
    const isEmpty = bases.length < found.length;
    // Only identities of implemented modules are values (section 9.10.2).
    const candidates = (): readonly Identity[] =>
      isEmpty ? [] : [...identities.values()].filter(({ module }) => module.implemented);
    return createIdentityrefType(bases, candidates, common);
  }

  #leafref(chain: TypeChain, user: TypeUser, common: TypeCommon): YangType | undefined {
    const path = this.#required(chain, 'path');
    if (!path) return undefined;
    const expression = this.#compilation.expressions.compile(path, user.namespace, 'invalid-path');
    if (!expression) return undefined;
    const plan = readLeafrefPath(expression.ast);
    if (typeof plan === 'string') {
      const message = `"${path.text}" is not the path of a leafref: ${plan}`;
      this.#compilation.sink.report('invalid-path', path.argumentAt, message);
      return undefined;
    }
    if (plan.deref) {
      const message = 'the path of a leafref cannot begin with deref()';
      this.#compilation.sink.report('loose-path', path.argumentAt, message);
    }
    const target = (): LeafNode | LeafListNode => user.targetOf(path);
    const type = createLeafrefType(expression, requireInstance(chain), target, common);
    this.#leafrefs.set(type, [[path, type]]);
    return type;
  }

  #union(chain: TypeChain, user: TypeUser, common: TypeCommon): YangType | undefined {
    if (!this.#required(chain, 'type')) return undefined;
    const statements = memberStatements(chain);
    for (const statement of statements) this.#checkMember(statement);
    const members = statements.map((member) => this.build(member, user));
    const built = members.filter((member) => member !== undefined);
    if (built.length < members.length) return undefined;
    const union = createUnionType(built, common);
    const leafrefs = [...new Set(built.flatMap((member) => this.leafrefsOf(member)))];
    if (leafrefs.length > 0) this.#leafrefs.set(union, leafrefs);
    return union;
  }

  /** YANG version 1 has no such members (RFC 6020, section 9.12). */
  #checkMember(statement: Statement): void {
    if (this.#compilation.unitOf(statement).version === '1.1') return;
    const base = followType(this.#compilation, statement)?.base;
    if (base !== 'empty' && base !== 'leafref') return;
    const message = `a union with a member of type ${base} needs yang-version 1.1`;
    this.#compilation.sink.report('needs-version-1.1', statement.argumentAt, message);
  }

  /** The substatement that the built-in type cannot do without. */
  #required(chain: TypeChain, keyword: string): Statement | undefined {
    const type = chain.types.at(-1);
    const found = type?.find(keyword);
    if (type && !found) {
      const message = `type "${chain.base}" needs "${keyword}"`;
      this.#compilation.sink.report('missing-restriction', type.argumentAt, message);
    }
    return found;
  }
}

function memberStatements(chain: TypeChain): readonly Statement[] {
  return chain.types.at(-1)?.all('type') ?? [];
}

/** In YANG 1.1 a derived type may state it anew: the nearest statement counts. */
function requireInstance(chain: TypeChain): boolean {
  for (const type of chain.types) {
    const statement = type.find('require-instance');
    if (statement) return statement.argument !== 'false';
  }
  return true;
}

/** Two uses of a typedef without restrictions of their own can share one type. */
function sharingKey(chain: TypeChain): Statement | string {
  const [type] = chain.types;
  if (!type || type.substatements.length > 0) return type ?? chain.base;
  return chain.typedefs[0] ?? chain.base;
}
