/** Where in a document each instance stands, for messages. Made only when somebody asks. */

/** Offset in the text of each child of a branch by slot; one for each entry of a leaf-list. */
export class BranchOffsets {
  start = 0;
  readonly #children = new Map<number, number[]>();

  add(slot: number, offset: number): void {
    const entries = this.#children.get(slot);
    if (entries) entries.push(offset);
    else this.#children.set(slot, [offset]);
  }

  get(slot: number, index = 0): number | undefined {
    return this.#children.get(slot)?.[index];
  }
}

/** By branch of the tree that was decoded. */
export type Offsets = Map<object, BranchOffsets>;
