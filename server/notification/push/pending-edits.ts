/**
 * Changes that wait for an update: the latest of each node only, so a slow reader costs no more than what changes is
 * large, and what it gets at last is true (RFC 8641, section 3.3).
 */
import type { Branch } from '../../../src/data/index.ts';
import type { Change, Edit } from './edit.ts';

export class PendingEdits {
  #changes = new Map<string, Change>();

  get size(): number {
    return this.#changes.size;
  }

  add(change: Change): void {
    const { target } = change;
    const waiting = this.#changes.get(target);
    // The last change comes last.
    if (waiting) this.#changes.delete(target);
    this.#changes.set(target, waiting ? combined(waiting, change) : change);
  }

  /**
   * Everything that waits, with the values that it has in `root`. What is inside something else that has come or
   * gone is told with that.
   */
  take(root: Branch): readonly Edit[] {
    const changes = this.#changes;
    this.#changes = new Map();
    const told = [...changes.values()].filter(
      ({ ancestors }) => !ancestors.some((ancestor) => isWhole(changes.get(ancestor))),
    );
    const free = told.filter(({ list }) => !list);
    return [...free.map((change) => editOf(change, root)), ...placed(told, root)];
  }

  clear(): void {
    this.#changes = new Map();
  }
}

/** Of a node that has come and then changed it is told that it has come. */
function combined(waiting: Change, change: Change): Change {
  const isNew = waiting.operation === 'create' || waiting.operation === 'insert';
  if (!isNew || change.operation === 'delete' || change.operation === 'create') return change;
  return { ...change, operation: waiting.operation, list: waiting.list ?? change.list };
}

/** A move says nothing of what is inside. */
function isWhole(change: Change | undefined): boolean {
  return change !== undefined && change.operation !== 'move';
}

function editOf(change: Change, root: Branch): Edit {
  const { operation, target, node } = change;
  return { operation, target, node, value: change.value(root) };
}

/**
 * Entries of lists ordered by user, each after the one before it as it is now, in that order: so whoever carries them
 * out one after the other has the list as it is, whatever has happened in between.
 */
function placed(changes: readonly Change[], root: Branch): readonly Edit[] {
  const byList = new Map<string, Map<string, Change>>();
  for (const change of changes) {
    if (!change.list) continue;
    const ofList = byList.get(change.list.target) ?? new Map<string, Change>();
    byList.set(change.list.target, ofList.set(change.target, change));
  }
  return [...byList.values()].flatMap((ofList) => {
    const [first] = ofList.values();
    const edits: Edit[] = [];
    let after: string | undefined;
    for (const target of first?.list?.entries(root) ?? []) {
      const change = ofList.get(target);
      if (change) edits.push({ ...editOf(change, root), after });
      after = target;
    }
    return edits;
  });
}
