/** A branch being changed: a copy is made when the first slot changes. */
import type { DataSchemaNode } from '../../yang/index.ts';
import { Branch } from '../node.ts';
import type { Slot } from '../node.ts';
import { isNonPresence } from '../tree/implied.ts';
import { layoutOf } from '../tree/layout.ts';
import { EditLeaf } from './edit-tree.ts';
import type { EditSlot } from './edit-tree.ts';

export class Draft {
  readonly #base: Branch;
  #slots: Slot[] | undefined;

  constructor(base: Branch) {
    this.#base = base;
  }

  get(slot: number): Slot {
    return (this.#slots ?? this.#base.slots)[slot];
  }

  setKey(slot: number, item: EditSlot): void {
    if (this.get(slot) === undefined) {
      this.#put(slot, (item instanceof EditLeaf ? item.value : item) as Slot);
    }
  }

  /** Sets a child; data of other cases goes when data of a case appears (RFC 7950, section 7.9). */
  set(node: DataSchemaNode, value: Slot): void {
    const { slot } = node;
    const held = value instanceof Branch && isNothing(value) ? undefined : value;
    if (this.get(slot) === held) return;
    if (held !== undefined && this.get(slot) === undefined) this.#leaveOtherCases(node);
    this.#put(slot, held);
  }

  #put(slot: number, value: Slot): void {
    const slots = (this.#slots ??= this.#base.slots.slice());
    while (slots.length < slot) slots.push(undefined);
    slots[slot] = value;
  }

  #leaveOtherCases(node: DataSchemaNode): void {
    const { cases } = layoutOf(this.#base.schema);
    for (const { choice, case: own } of cases[node.slot] ?? []) {
      const length = (this.#slots ?? this.#base.slots).length;
      for (let slot = 0; slot < length; slot += 1) {
        if (this.get(slot) === undefined) continue;
        const other = cases[slot]?.find((membership) => membership.choice === choice);
        if (other && other.case !== own) this.#put(slot, undefined);
      }
    }
  }

  done(): Branch {
    const slots = this.#slots;
    if (!slots) return this.#base;
    while (slots.length > 0 && slots.at(-1) === undefined) slots.pop();
    return new Branch(this.#base.schema, slots.slice());
  }
}

/** A container without presence and content, which is the same as none (RFC 7950, section 7.5.1). */
export function isNothing({ schema, slots }: Branch): boolean {
  const isImplied = schema.kind === 'container' && isNonPresence(schema);
  return isImplied && slots.every((value) => value === undefined);
}
