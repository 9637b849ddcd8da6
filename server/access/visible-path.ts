/**
 * Paths in errors, cut where the user may not read on: an error must not tell of what is hidden (RFC 8341, sections
 * 3.2.5 and 3.4.3).
 */
import { keyProbe, pathStep } from '../../src/data/index.ts';
import type { Branch, PathStep } from '../../src/data/index.ts';
import type {
  DataSchemaNode,
  LeafValue,
  ListNode,
  RootNode,
  SchemaContext,
} from '../../src/yang/index.ts';
import type { InstanceState } from './instance-state.ts';
import type { Policy } from './policy.ts';

/** A node on the way down; for a list entry with as much of it as is known. */
export interface WayStep {
  readonly node: DataSchemaNode;
  readonly entry: Branch | undefined;
}

/** Follows a way from the root. */
export class Way {
  readonly #steps: PathStep[] = [];
  #state: InstanceState;
  #isVisible = true;

  constructor({ start }: Policy) {
    this.#state = start;
  }

  /** Of the last step: that of the entry, when it is one. */
  get state(): InstanceState {
    return this.#state;
  }

  /** Whether the user may read all nodes so far. */
  get isVisible(): boolean {
    return this.#isVisible;
  }

  /** The path as far as the user may read. */
  get visiblePath(): readonly PathStep[] {
    return this.#steps;
  }

  go({ node, entry }: WayStep): void {
    if (entry) this.#state = this.#state.enter(entry);
    const keys = node.kind === 'list' ? node.keys : [];
    this.#isVisible &&= [node, ...keys].every((it) => this.#state.allows(it, 'read'));
    if (this.#isVisible) this.#steps.push(pathStep(node, entry));
  }
}

/** Whether the user may read the node at a path that some error names; undefined when it is not in the data tree. */
export function mayReadPath(
  policy: Policy,
  path: readonly PathStep[],
  context: SchemaContext,
): boolean | undefined {
  const way = new Way(policy);
  let parent: DataSchemaNode | RootNode = context.root;
  for (const step of path) {
    const node: DataSchemaNode | undefined =
      'dataChildren' in parent ? parent.dataChild(step.namespace, step.name) : undefined;
    // What comes after the last node of the schema is a name that the schema does not have.
    if (!node) return parent.kind === 'root' ? undefined : way.isVisible;
    way.go({ node, entry: node.kind === 'list' ? entryOf(node, step, context) : undefined });
    parent = node;
  }
  return way.isVisible;
}

/** The entry that a step names, with its keys only. */
function entryOf(list: ListNode, { keys = [] }: PathStep, context: SchemaContext): Branch {
  const values = list.keys.map(({ name, type }) => {
    const text = keys.find(([key]) => key === name)?.[1];
    if (text === undefined) return undefined;
    try {
      return type.parse(text, (prefix) => context.modules.get(prefix)?.namespace);
    } catch {
      return undefined;
    }
  });
  return keyProbe(list, values as readonly LeafValue[]);
}
