/**
 * Paths in errors, cut where the user may not read on: an error must not tell of what is hidden (RFC 8341, sections
 * 3.2.5 and 3.4.3).
 */
import { keyProbe, pathStep } from '../../src/data/index.ts';
import type { Branch, PathStep } from '../../src/data/index.ts';
import { accessDenied } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import type {
  DataSchemaNode,
  LeafListNode,
  LeafNode,
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
  readonly entry?: Branch | undefined;
  /** Of an entry of a leaf-list. */
  readonly value?: LeafValue | undefined;
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

  go({ node, entry, value }: WayStep): void {
    if (entry) this.#state = this.#state.enter(entry);
    const isItem = node.kind === 'leaf-list' && value !== undefined;
    if (isItem) this.#state = this.#state.enterValue(node, value);
    const keys = node.kind === 'list' ? node.keys : [];
    this.#isVisible &&= [node, ...keys].every((it) => this.#state.allows(it, 'read'));
    if (!this.#isVisible) return;
    const step = pathStep(node, entry);
    this.#steps.push(isItem ? { ...step, value: node.type.canonical(value) } : step);
  }
}

/**
 * The error of a denied access to data at the end of a way. It is the same for all that is hidden, so that it does not
 * tell what is there and what is not.
 */
export function deniedAt({ visiblePath: path }: Way): RpcError {
  return accessDenied('the user may not access this data', {
    path: path.length > 0 ? path : undefined,
  });
}

/** The way along a path that some error names; undefined when it is not in the data tree. */
export function wayAlong(
  policy: Policy,
  path: readonly PathStep[],
  context: SchemaContext,
): Way | undefined {
  const way = new Way(policy);
  let parent: DataSchemaNode | RootNode = context.root;
  for (const step of path) {
    const node: DataSchemaNode | undefined =
      'dataChildren' in parent ? parent.dataChild(step.namespace, step.name) : undefined;
    // What comes after the last node of the schema is a name that the schema does not have.
    if (!node) return parent.kind === 'root' ? undefined : way;
    way.go({
      node,
      entry: node.kind === 'list' ? entryOf(node, step, context) : undefined,
      value: node.kind === 'leaf-list' ? valueOf(node, step.value, context) : undefined,
    });
    parent = node;
  }
  return way;
}

/** The entry that a step names, with its keys only. */
function entryOf(list: ListNode, { keys = [] }: PathStep, context: SchemaContext): Branch {
  const values = list.keys.map((key) =>
    valueOf(key, keys.find(([name]) => name === key.name)?.[1], context),
  );
  return keyProbe(list, values as readonly LeafValue[]);
}

/** Undefined when the text is no value: then no rule is about it. */
function valueOf(
  { type }: LeafNode | LeafListNode,
  text: string | undefined,
  context: SchemaContext,
): LeafValue | undefined {
  try {
    return text === undefined
      ? undefined
      : type.parse(text, (prefix) => context.modules.get(prefix)?.namespace);
  } catch {
    return undefined;
  }
}
