/**
 * Edits that wait for an update: the latest of each node only, so a slow reader costs no more than what changes is
 * large, and what it gets at last is true (RFC 8641, section 3.3).
 */
import type { Edit } from './edit.ts';

export class PendingEdits {
  #edits = new Map<string, Edit>();

  get size(): number {
    return this.#edits.size;
  }

  add(edit: Edit): void {
    const { target } = edit;
    const waiting = this.#edits.get(target);
    // The last change comes last.
    if (waiting) this.#edits.delete(target);
    this.#edits.set(target, waiting ? combined(waiting, edit) : edit);
  }

  /** Everything that waits. What is inside something else that has come or gone is told with that. */
  take(): readonly Edit[] {
    const edits = this.#edits;
    this.#edits = new Map();
    return [...edits.values()].filter(
      ({ ancestors }) => !ancestors.some((ancestor) => isWhole(edits.get(ancestor))),
    );
  }

  clear(): void {
    this.#edits = new Map();
  }
}

/** Of a node that has come and then changed it is told that it has come. */
function combined(waiting: Edit, edit: Edit): Edit {
  const isNew = waiting.operation === 'create' || waiting.operation === 'insert';
  if (isNew && edit.operation === 'replace') return { ...edit, ...newness(waiting) };
  if (isNew && edit.operation === 'move') return { ...edit, operation: 'insert' };
  return edit;
}

function newness({ operation, after }: Edit): Pick<Edit, 'operation' | 'after'> {
  return { operation, after };
}

/** A move says nothing of what is inside. */
function isWhole(edit: Edit | undefined): boolean {
  return edit !== undefined && edit.operation !== 'move';
}
