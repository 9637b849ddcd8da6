/**
 * `nacm:node-instance-identifier` (RFC 8341, section 3.5.2): a string to YANG, but one that names nodes by prefixes
 * that are in scope where it stands. A value is the path with the names of modules for prefixes, so it means the same
 * wherever it is stored, and is written with prefixes that are declared.
 */
import type { ModuleInfo, SchemaContext } from '../schema.ts';
import { Refusal, TypeBase } from './base.ts';
import { moduleScope, parseNodePath, printNodePath, printTest } from './node-path.ts';
import type { NodePath, NodePathScope } from './node-path.ts';
import type { TypeCommon } from './restriction/restriction.ts';
import type { JsonValue, LeafValue, PrefixFor, ResolvePrefix, StringType } from './type.ts';

/** `plain` is the type as YANG sees it, with the restrictions that a module adds. */
export function createNodeInstanceIdentifierType(
  plain: StringType,
  context: () => SchemaContext,
  common: TypeCommon,
): StringType {
  return new NodeInstanceIdentifier(plain, context, common);
}

/** Whether a typedef is this type: nothing else in a module says so. */
export function isNodeInstanceIdentifier(module: string, typedef: string): boolean {
  return module === 'ietf-netconf-acm' && typedef === 'node-instance-identifier';
}

class NodeInstanceIdentifier extends TypeBase implements StringType {
  readonly base = 'string';
  readonly lengths: StringType['lengths'];
  readonly patterns: StringType['patterns'];
  readonly #plain: StringType;
  readonly #context: () => SchemaContext;

  constructor(plain: StringType, context: () => SchemaContext, common: TypeCommon) {
    super(common, plain.restrictions);
    this.#plain = plain;
    this.#context = context;
    this.lengths = plain.lengths;
    this.patterns = plain.patterns;
  }

  override get inScope(): boolean {
    return true;
  }

  read(text: string, prefixes: ResolvePrefix): string | Refusal {
    // A name without a prefix is in no namespace, as always in XPath.
    const resolve = (prefix: string): string | undefined =>
      prefix === '' ? undefined : prefixes(prefix);
    return this.#read(text, { resolve, prefixes });
  }

  override readJson(value: JsonValue, module: ModuleInfo): string | Refusal {
    if (typeof value !== 'string') return new Refusal('it is not a string');
    const prefixes = this.prefixesOfJson(module);
    const resolve = (prefix: string, parent: string | undefined): string | undefined =>
      prefix === '' ? parent : prefixes(prefix);
    return this.#read(value, { resolve, prefixes });
  }

  accepts(value: LeafValue): boolean {
    return typeof value === 'string' && !(this.#parse(value) instanceof Refusal);
  }

  override print(value: LeafValue, prefixFor: PrefixFor): string {
    const text = this.canonical(value);
    const path = this.#parse(text);
    if (path instanceof Refusal) return text;
    return printNodePath(
      path,
      ({ module, name }) => `${prefixFor(module.namespace, module.prefix)}:${name}`,
      (test) => printTest(test, prefixFor),
    );
  }

  #read(text: string, scope: NodePathScope): string | Refusal {
    const path = parseNodePath(text, { context: this.#context(), scope });
    if (path instanceof Refusal) return path;
    try {
      this.#plain.parse(text, scope.prefixes);
    } catch (error) {
      return new Refusal(error instanceof Error ? error.message : String(error));
    }
    return canonical(path);
  }

  #parse(text: string): NodePath | Refusal {
    const context = this.#context();
    return parseNodePath(text, { context, scope: moduleScope(context) });
  }
}

function canonical(path: NodePath): string {
  return printNodePath(
    path,
    ({ module, name }) => `${module.name}:${name}`,
    ({ node, value }) => node.type.canonical(value),
  );
}
