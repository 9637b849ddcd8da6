/** What there is to know of a branch schema node for typed values, worked out when it is first needed. */
import type { BranchSchemaNode, DataSchemaNode, ResolvePrefix } from '../../yang/index.ts';
import { layoutOf } from '../tree/layout.ts';
import type { CaseMembership } from '../tree/layout.ts';
import { leafConverter } from './leaf-values.ts';
import type { LeafConverter } from './leaf-values.ts';
import { propertyNames } from './property-names.ts';
import { isRequired } from './required.ts';
import type { Content } from './required.ts';

export interface FieldOptions {
  readonly content: Content;
  /** Whether the types know a module. */
  readonly knows: (module: string) => boolean;
  /** Gives the namespace of a module. */
  readonly resolve: ResolvePrefix;
}

/** A data node as a property. */
export type Field = FieldCommon &
  (
    | { readonly kind: 'leaf' | 'leaf-list'; readonly leaf: LeafConverter }
    | { readonly kind: 'container' | 'list'; readonly inner: BranchFields }
    | { readonly kind: 'anydata' | 'anyxml' }
  );

interface FieldCommon {
  readonly node: DataSchemaNode;
  readonly property: string;
  /** Has to be there with the branch; never so for what is in a case. */
  readonly required: boolean;
}

export class BranchFields {
  readonly schema: BranchSchemaNode;
  readonly #options: FieldOptions;
  #fields: readonly Field[] | undefined;
  #nodes: Readonly<Record<string, DataSchemaNode>> | undefined;
  #required: readonly Field[] | undefined;
  #hasCases: boolean | undefined;
  #byProperty: ReadonlyMap<string, Field> | undefined;

  constructor(schema: BranchSchemaNode, options: FieldOptions) {
    this.schema = schema;
    this.#options = options;
  }

  /** The schema nodes by property. */
  get nodes(): Readonly<Record<string, DataSchemaNode>> {
    return (this.#nodes ??= Object.fromEntries(this.all.map((it) => [it.property, it.node])));
  }

  /** In the order of slots; those that are not of the content are left out. */
  get all(): readonly Field[] {
    return (this.#fields ??= this.#make());
  }

  get(property: string): Field | undefined {
    this.#byProperty ??= new Map(this.all.map((field) => [field.property, field]));
    return this.#byProperty.get(property);
  }

  /** Those that have to be there with the branch. */
  get required(): readonly Field[] {
    return (this.#required ??= this.all.filter(({ required }) => required));
  }

  /** Whether there are choices among the children. */
  get hasCases(): boolean {
    return (this.#hasCases ??= this.all.some(({ node }) => this.casesOf(node.slot)));
  }

  /** The cases that a child lies in, the outermost first; undefined outside of choices. */
  casesOf(slot: number): readonly CaseMembership[] | undefined {
    return layoutOf(this.schema).cases[slot];
  }

  #make(): readonly Field[] {
    const { schema } = this;
    const { content, knows } = this.#options;
    const parentModule = schema.kind === 'root' ? undefined : schema.module.name;
    const names = propertyNames(schema.dataChildren, { parentModule, knows });
    return schema.dataChildren
      .map((node, slot) => this.#field(node, names[slot] ?? node.name))
      .filter(({ node }) => content === 'all' || node.config);
  }

  #field(node: DataSchemaNode, property: string): Field {
    const { content, resolve } = this.#options;
    const required = this.casesOf(node.slot) === undefined && isRequired(node, content);
    const common = { node, property, required };
    switch (node.kind) {
      case 'leaf':
      case 'leaf-list':
        return { ...common, kind: node.kind, leaf: leafConverter(node.type, resolve) };
      case 'container':
      case 'list':
        return { ...common, kind: node.kind, inner: new BranchFields(node, this.#options) };
      default:
        return { ...common, kind: node.kind };
    }
  }
}
