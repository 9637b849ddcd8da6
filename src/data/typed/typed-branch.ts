/**
 * What generated types use at run time: a typed value to a data tree and back (`src/typegen`).
 *
 * The types know the modules that they were generated from. A schema may have more: nodes that others add
 * are read under their qualified names and never get in the way of a name that the types have.
 */
import { RpcErrorException } from '../../error/index.ts';
import type { RpcError } from '../../error/index.ts';
import type { BranchSchemaNode, DataSchemaNode, SchemaContext } from '../../yang/index.ts';
import type { Branch } from '../node.ts';
import { BranchFields } from './fields.ts';
import { propertyOf, toPlain } from './from-tree.ts';
import { contextOf, findBranch } from './find-branch.ts';
import type { Content } from './required.ts';
import { TreeBuilder } from './to-tree.ts';
import type { KeyOfAny, PartialTree, PropertyOf } from './value-types.ts';

export interface BuildResult {
  /** Undefined when there are errors. */
  readonly tree: Branch | undefined;
  readonly errors: readonly RpcError[];
}

/** A container, list entry, input, output, notification, structure or root as a TypeScript type. */
export interface TypedBranch<Value> {
  /** Names of nodes, with that of the module where it changes: `/sami:sami/vm`. */
  readonly path: string;
  /** The schema node; undefined when the schema lacks it. */
  find(context: SchemaContext): BranchSchemaNode | undefined;
  /** The schema nodes of the children by property, for code that works on slots. */
  nodes(context: SchemaContext): { readonly [Name in KeyOfAny<Value>]-?: DataSchemaNode };
  /** The value as a branch, or what is wrong with it: ranges, patterns, missing keys and the like. */
  build(context: SchemaContext, value: Value): BuildResult;
  /** As `build`, and throws {@link RpcErrorException} with all that is wrong. */
  toTree(context: SchemaContext, value: Value): Branch;
  /**
   * The value of an instance. Defaults are not filled in. Throws {@link RpcErrorException} when something
   * is missing that the type demands.
   */
  fromTree(branch: Branch): Value;
  /** One property of the value, without the cost of the others. Throws as `fromTree` does. */
  get<Name extends KeyOfAny<Value>>(branch: Branch, name: Name): PropertyOf<Value, Name>;
  /** As `fromTree`, for data of which anything may be missing, such as the answer to a filter. */
  fromPartialTree(branch: Branch): PartialTree<Value>;
}

/** A node that can be configuration. */
export interface TypedConfigBranch<Value, Config> extends TypedBranch<Value> {
  /** The same node without state. */
  readonly config: TypedBranch<Config>;
}

/** Makes the typed branches of generated code. */
export interface TypedModules {
  branch<Value>(path: string): TypedBranch<Value>;
  configBranch<Value, Config = Value>(path: string): TypedConfigBranch<Value, Config>;
}

/** `modules` are those that the types were generated from. */
export function typedModules(modules: readonly string[]): TypedModules {
  const known = new Set(modules);
  const knows = (module: string): boolean => known.has(module);
  return {
    branch: <Value>(path: string) => new Typed<Value>(path, 'all', knows),
    configBranch: <Value, Config = Value>(path: string) =>
      new TypedWithConfig<Value, Config>(path, 'all', knows),
  };
}

class Typed<Value> implements TypedBranch<Value> {
  readonly path: string;
  readonly #content: Content;
  readonly #knows: (module: string) => boolean;
  readonly #bySchema = new WeakMap<BranchSchemaNode, BranchFields>();
  readonly #found = new WeakMap<SchemaContext, BranchSchemaNode>();

  constructor(path: string, content: Content, knows: (module: string) => boolean) {
    this.path = path;
    this.#content = content;
    this.#knows = knows;
  }

  find(context: SchemaContext): BranchSchemaNode | undefined {
    const known = this.#found.get(context);
    if (known) return known;
    const found = findBranch(context, this.path);
    if (found) this.#found.set(context, found);
    return found;
  }

  nodes(context: SchemaContext): { readonly [Name in KeyOfAny<Value>]-?: DataSchemaNode } {
    const { nodes } = this.#fields(context, this.#schema(context));
    return nodes as { readonly [Name in KeyOfAny<Value>]-?: DataSchemaNode };
  }

  build(context: SchemaContext, value: Value): BuildResult {
    const builder = new TreeBuilder();
    const tree = builder.branch(this.#fields(context, this.#schema(context)), value, undefined);
    const { errors } = builder;
    return { tree: errors.length > 0 ? undefined : tree, errors };
  }

  toTree(context: SchemaContext, value: Value): Branch {
    const { tree, errors } = this.build(context, value);
    if (!tree) throw new RpcErrorException(errors);
    return tree;
  }

  fromTree(branch: Branch): Value {
    const errors: RpcError[] = [];
    const value = toPlain(this.#fieldsOf(branch), branch, (error) => errors.push(error));
    if (errors.length > 0) throw new RpcErrorException(errors);
    return value as Value;
  }

  get<Name extends KeyOfAny<Value>>(branch: Branch, name: Name): PropertyOf<Value, Name> {
    const fields = this.#fieldsOf(branch);
    const field = fields.get(String(name));
    if (!field) throw new Error(`the schema has no "${String(name)}" at ${this.path}`);
    const errors: RpcError[] = [];
    const value = propertyOf(fields, field, branch, (error) => errors.push(error));
    if (errors.length > 0) throw new RpcErrorException(errors);
    return value as PropertyOf<Value, Name>;
  }

  fromPartialTree(branch: Branch): PartialTree<Value> {
    return toPlain(this.#fieldsOf(branch), branch, undefined) as PartialTree<Value>;
  }

  #schema(context: SchemaContext): BranchSchemaNode {
    const schema = this.find(context);
    if (!schema) throw new Error(`the schema has no ${this.path}`);
    return schema;
  }

  #fieldsOf({ schema }: Branch): BranchFields {
    const known = this.#bySchema.get(schema);
    if (known) return known;
    const context = contextOf(schema);
    if (this.find(context) !== schema) throw new Error(`the branch is no ${this.path}`);
    return this.#fields(context, schema);
  }

  #fields(context: SchemaContext, schema: BranchSchemaNode): BranchFields {
    let fields = this.#bySchema.get(schema);
    if (!fields) {
      const resolve = (name: string): string | undefined => context.modules.get(name)?.namespace;
      fields = new BranchFields(schema, { content: this.#content, knows: this.#knows, resolve });
      this.#bySchema.set(schema, fields);
    }
    return fields;
  }
}

class TypedWithConfig<Value, Config>
  extends Typed<Value>
  implements TypedConfigBranch<Value, Config>
{
  readonly config: TypedBranch<Config>;

  constructor(path: string, content: Content, knows: (module: string) => boolean) {
    super(path, content, knows);
    this.config = new Typed<Config>(path, 'config', knows);
  }
}
