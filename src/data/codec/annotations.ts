/**
 * Metadata annotations of a tree (RFC 7952), kept beside it: the tree itself has no place for them.
 *
 * What an annotation is about is found by the branch that it is on or in. So a table belongs to the very
 * objects that it was made for, and not to trees that were made from them by a change.
 */
import { qnameKey } from '../../yang/index.ts';
import type { Annotation, LeafValue, SchemaContext } from '../../yang/index.ts';

/** An annotation on one instance. The value is in canonical form. */
export interface AnnotationValue {
  readonly annotation: Annotation;
  readonly value: LeafValue;
}

type Values = readonly AnnotationValue[];

/** Annotations on a branch and on the leaves in it. */
export class BranchAnnotations {
  own: Values | undefined;
  /** Of a leaf, anydata or anyxml by slot; of an entry of a leaf-list by slot and index. */
  readonly #children = new Map<number, (Values | undefined)[]>();

  set(slot: number, index: number, values: Values): void {
    let entries = this.#children.get(slot);
    if (!entries) this.#children.set(slot, (entries = []));
    entries[index] = values;
  }

  get(slot: number, index = 0): Values | undefined {
    return this.#children.get(slot)?.[index];
  }

  /** By index, with holes; undefined when no entry of the slot has any. */
  entries(slot: number): readonly (Values | undefined)[] | undefined {
    return this.#children.get(slot);
  }
}

/** The annotations of a whole tree. */
export class Annotations {
  readonly #defined: SchemaContext['annotations'];
  readonly #branches = new Map<object, BranchAnnotations>();

  /** `context` says which annotations there are. */
  constructor(context: SchemaContext) {
    this.#defined = context.annotations;
  }

  /** The definition of an annotation. */
  definition(namespace: string, name: string): Annotation | undefined {
    return this.#defined.get(qnameKey(namespace, name));
  }

  /** Those of a branch and of the leaves in it; `branch` is a Branch or an EditBranch. */
  of(branch: object): BranchAnnotations | undefined {
    return this.#branches.get(branch);
  }

  set(branch: object, annotations: BranchAnnotations): void {
    this.#branches.set(branch, annotations);
  }
}
