/** Where an edit is, for the paths of its errors. */
import type { PathStep } from '../../error/index.ts';
import type { DataSchemaNode } from '../../yang/index.ts';
import { pathStep } from '../tree/path.ts';

type Entry = { readonly slots: readonly unknown[] } | undefined;

export class EditPath {
  readonly #nodes: DataSchemaNode[] = [];
  /** For list entries the entry, or as much of it as is known. */
  readonly #entries: Entry[] = [];

  /** Runs `work` one level deeper. What it throws ends the edit. */
  inside<T>(node: DataSchemaNode, entry: Entry, work: () => T): T {
    this.#nodes.push(node);
    this.#entries.push(entry);
    const result = work();
    this.#nodes.pop();
    this.#entries.pop();
    return result;
  }

  /** To where we are, or to a child there. */
  steps(child?: DataSchemaNode): readonly PathStep[] {
    const steps = this.#nodes.map((node, index) => pathStep(node, this.#entries[index]));
    return child ? [...steps, pathStep(child)] : steps;
  }
}
