/**
 * The elements of a filter that stand for children of a branch, found by the keys of entries where they name them: a
 * filter may name thousands.
 */
import type { Branch } from '../../src/data/index.ts';
import type { ContainerNode, DataSchemaNode, ListNode } from '../../src/yang/index.ts';
import { keyText } from './asked-element.ts';
import type { AskedElement } from './asked-element.ts';

interface Candidates {
  /** Each stands for one entry. */
  readonly named: ReadonlyMap<string, readonly AskedElement[]>;
  readonly others: readonly AskedElement[];
}

export class AskedChildren {
  readonly #elements: readonly AskedElement[];
  readonly #candidates = new Map<DataSchemaNode, Candidates>();

  /** `parents` stand for the branch. */
  constructor(parents: readonly AskedElement[]) {
    this.#elements = parents.flatMap(({ children }) => children);
  }

  /** Those for a container in the branch, or for an entry of a list. */
  of(child: ContainerNode | ListNode, instance: Branch): readonly AskedElement[] {
    if (this.#elements.length === 0) return [];
    const { named, others } = this.#candidatesFor(child);
    const own = child.kind === 'list' && named.size > 0 ? named.get(keyText(child, instance)) : [];
    return [...(own ?? []), ...others].filter((element) => element.matches(instance));
  }

  ofLeaf(child: DataSchemaNode): readonly AskedElement[] {
    return this.#elements.length > 0 ? this.#candidatesFor(child).others : [];
  }

  #candidatesFor(child: DataSchemaNode): Candidates {
    let found = this.#candidates.get(child);
    if (!found) this.#candidates.set(child, (found = candidatesAmong(this.#elements, child)));
    return found;
  }
}

function candidatesAmong(elements: readonly AskedElement[], child: DataSchemaNode): Candidates {
  const named = new Map<string, AskedElement[]>();
  const others: AskedElement[] = [];
  for (const element of elements) {
    if (!element.isFor(child)) continue;
    const key = child.kind === 'list' ? element.keyTextIn(child) : undefined;
    const same = key === undefined ? others : (named.get(key) ?? []);
    same.push(element);
    if (key !== undefined) named.set(key, same);
  }
  return { named, others };
}
