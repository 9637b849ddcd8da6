/** What the paths of rules ask of the entries of one list or leaf-list. */
import type { LeafListNode, LeafNode, LeafValue, NodePathTest } from '../../src/yang/index.ts';

/** The predicates of one step of a rule's path. */
export interface Condition {
  readonly rule: number;
  readonly permit: boolean;
  /** How many steps of the path with predicates come before. */
  readonly stage: number;
  readonly tests: readonly NodePathTest[];
  /** Set for an entry by its position, which nobody knows while entries stream by. */
  readonly position: number | undefined;
}

/** The value of the leaf in a slot of an entry; of an entry of a leaf-list its value, whatever the slot. */
export type ValueOf = (slot: number) => LeafValue | undefined;

type KeyNode = LeafNode | LeafListNode;

export class Conditions {
  readonly #username: string;
  /** By what the first test asks: many rules for one entry each cost as much as one. */
  readonly #bySlot = new Map<number, Map<LeafValue, Condition[]>>();
  readonly #others: Condition[] = [];

  constructor(username: string) {
    this.#username = username;
  }

  add(condition: Condition): void {
    const [test] = condition.tests;
    if (test?.value === undefined || !isPlain(test.value)) {
      this.#others.push(condition);
      return;
    }
    const { slot } = test.node;
    let values = this.#bySlot.get(slot);
    if (!values) this.#bySlot.set(slot, (values = new Map<LeafValue, Condition[]>()));
    const known = values.get(test.value);
    if (known) known.push(condition);
    else values.set(test.value, [condition]);
  }

  /** Those that hold for an entry. */
  among(valueOf: ValueOf): readonly Condition[] {
    let held: Condition[] | undefined;
    const check = (condition: Condition): void => {
      if (this.#holds(condition, valueOf)) (held ??= []).push(condition);
    };
    for (const [slot, values] of this.#bySlot) {
      const actual = valueOf(slot);
      if (actual !== undefined) values.get(actual)?.forEach(check);
    }
    this.#others.forEach(check);
    return held ?? NONE;
  }

  /**
   * Positions are not known: a rule that denies takes every entry for the one that it means, and one that permits
   * none, so that nothing is opened by mistake.
   */
  #holds({ tests, position, permit }: Condition, valueOf: ValueOf): boolean {
    if (position !== undefined) return !permit;
    return tests.every(({ node, value }) => this.#isSame(node, valueOf(node.slot), value));
  }

  #isSame(node: KeyNode, actual: LeafValue | undefined, wanted: LeafValue | undefined): boolean {
    if (actual === undefined) return false;
    // The one variable of the expressions, `$USER` (RFC 8341, section 3.5.2).
    if (wanted === undefined) return node.type.canonical(actual) === this.#username;
    if (actual === wanted) return true;
    return !isPlain(actual) && node.type.canonical(actual) === node.type.canonical(wanted);
  }
}

const NONE: readonly Condition[] = [];

/** Whether equal values are the same value to JavaScript. */
function isPlain(value: LeafValue): boolean {
  return typeof value !== 'object';
}
