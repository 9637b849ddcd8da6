/**
 * Subtree filters (RFC 6241, section 6).
 *
 * Data has no attributes, so a filter element with an attribute selects nothing (section 6.2.2). Content
 * match looks at what is set: a default that is in use but not set does not match.
 */
import { childElements, textContent } from '../../xml/index.ts';
import type { XmlElement } from '../../xml/index.ts';
import type {
  BranchSchemaNode,
  DataSchemaNode,
  LeafListNode,
  LeafNode,
  LeafValue,
  ListNode,
  SchemaContext,
} from '../../yang/index.ts';
import { sameValue } from '../list/compare.ts';
import type { Branch, Slot } from '../node.ts';
import { emptyRoot } from '../tree/defaults.ts';
import type { ListSelection, Selection } from './selection.ts';
import { SELECT_ALL, anyOf, selectionIn } from './selector.ts';
import type { BranchTest, ChildSelector, Selector } from './selector.ts';

/** `filter` is the element whose children are the filter. An empty one selects nothing (section 6.4.2). */
export function compileSubtreeFilter(filter: XmlElement, context: SchemaContext): Selection {
  const { root } = context;
  const groups = new Map<string, XmlElement[]>();
  for (const element of childElements(filter)) {
    const siblings = groups.get(element.namespace);
    if (siblings) siblings.push(element);
    else groups.set(element.namespace, [element]);
  }
  const selectors = [...groups].map(([namespace, elements]) =>
    compileTop(elements, namespace, root),
  );
  const isConditional = selectors.some(({ tests }) => tests.length > 0);
  const loose = unconditional(selectors, context);
  return isConditional ? new TopSelection(root, selectors, loose) : loose;
}

/**
 * Elements at the top have no common parent, yet those of a namespace are siblings (section 6.3): all that a
 * content match among them can select is of that namespace.
 */
function compileTop(
  elements: readonly XmlElement[],
  namespace: string,
  root: BranchSchemaNode,
): Selector {
  const selector = compileSiblings(elements, root);
  if (!selector.all) return selector;
  const siblings = root.dataChildren.filter(
    ({ module }) => namespace === '' || module.namespace === namespace,
  );
  return { ...selector, all: false, children: new Map(siblings.map((it) => [it, SELECT_ALL])) };
}

/** What is selected when every content match at the top holds. */
function unconditional(selectors: readonly Selector[], context: SchemaContext): Selection {
  const nothing: Selector = { tests: [], all: false, children: new Map(), keys: undefined };
  const alternatives = [nothing, ...selectors.map((it) => ({ ...it, tests: [] }))];
  return selectionIn(context.root, alternatives, emptyRoot(context)) as Selection;
}

/** Of a filter with content matches at the top: what they look at is known only with the whole tree. */
class TopSelection implements Selection {
  readonly all = false;
  readonly whole = true;
  readonly #root: BranchSchemaNode;
  readonly #selectors: readonly Selector[];
  readonly #loose: Selection;

  constructor(root: BranchSchemaNode, selectors: readonly Selector[], loose: Selection) {
    this.#root = root;
    this.#selectors = selectors;
    this.#loose = loose;
  }

  selects(child: DataSchemaNode): boolean {
    const isTested = this.#selectors.some(({ tests }) =>
      tests.some(({ output }) => output?.slot === child.slot),
    );
    return isTested || this.#loose.selects(child);
  }

  container(child: DataSchemaNode, instance?: Branch): Selection | undefined {
    return this.#loose.container(child, instance);
  }

  list(child: ListNode): ListSelection | undefined {
    return this.#loose.list(child);
  }

  prune(branch: Branch): Branch | undefined {
    return selectionIn(this.#root, this.#selectors, branch)?.prune(branch);
  }
}

/** The filter elements with the same parent, processed together (section 6.3). */
function compileSiblings(elements: readonly XmlElement[], schema: BranchSchemaNode): Selector {
  const tests: BranchTest[] = [];
  const found = new Map<DataSchemaNode, [ChildSelector, ...ChildSelector[]]>();
  let hasSelection = false;
  for (const element of elements) {
    const candidates = element.attributes.length > 0 ? [] : findChildren(element, schema);
    const text = childElements(element).length > 0 ? '' : textContent(element).trim();
    if (text !== '') {
      tests.push(contentMatch(candidates, text, element));
      continue;
    }
    hasSelection = true;
    for (const child of candidates) {
      const selector = compileChild(element, child);
      const others = found.get(child);
      if (selector && others) others.push(selector);
      else if (selector) found.set(child, [selector]);
    }
  }
  const all = !hasSelection && tests.length > 0;
  const children = new Map([...found].map(([child, selectors]) => [child, anyOf(selectors)]));
  return { tests, all, children, keys: keysIn(tests, schema) };
}

/** Undefined when the element can select nothing of this child. */
function compileChild(element: XmlElement, child: DataSchemaNode): ChildSelector | undefined {
  const inner = childElements(element);
  if (inner.length === 0) return SELECT_ALL;
  if (child.kind !== 'container' && child.kind !== 'list') return undefined;
  return { all: false, alternatives: [compileSiblings(inner, child)] };
}

/** An element without a namespace stands for one in any (section 6.2.1). */
function findChildren(element: XmlElement, schema: BranchSchemaNode): readonly DataSchemaNode[] {
  return schema.dataChildren.filter(
    (child) =>
      child.name === element.local &&
      (element.namespace === '' || child.module.namespace === element.namespace),
  );
}

class ContentMatch implements BranchTest {
  readonly node: LeafNode | LeafListNode;
  readonly value: LeafValue;
  readonly output: NonNullable<BranchTest['output']>;

  constructor(node: LeafNode | LeafListNode, value: LeafValue) {
    this.node = node;
    this.value = value;
    const of = (present: Slot): Slot =>
      this.#holds(present) ? this.#matching(present) : undefined;
    this.output = { slot: node.slot, of };
  }

  matches({ slots }: { readonly slots: readonly Slot[] }): boolean {
    return this.#holds(slots[this.node.slot]);
  }

  #holds(present: Slot): boolean {
    if (present === undefined) return false;
    if (this.node.kind === 'leaf') return sameValue(present as LeafValue, this.value);
    return (present as readonly LeafValue[]).some((item) => sameValue(item, this.value));
  }

  /** Of a leaf-list only the entry that matches. */
  #matching(present: Slot): Slot {
    return this.node.kind === 'leaf' ? present : [this.value];
  }
}

/** Holds when one of several tests does: a name without namespace may stand for several nodes. */
class AnyOf implements BranchTest {
  readonly #tests: readonly ContentMatch[];

  constructor(tests: readonly ContentMatch[]) {
    this.#tests = tests;
  }

  matches(branch: { readonly slots: readonly Slot[] }): boolean {
    return this.#tests.some((test) => test.matches(branch));
  }
}

function contentMatch(
  candidates: readonly DataSchemaNode[],
  text: string,
  { bindings }: XmlElement,
): BranchTest {
  const tests = candidates.flatMap((node) => {
    if (node.kind !== 'leaf' && node.kind !== 'leaf-list') return [];
    const value = parseValue(node, text, (prefix) => bindings.get(prefix));
    return value === undefined ? [] : [new ContentMatch(node, value)];
  });
  const [only] = tests;
  return tests.length === 1 && only ? only : new AnyOf(tests);
}

/** Undefined for a text that the type does not allow: no instance can match it. */
function parseValue(
  node: LeafNode | LeafListNode,
  text: string,
  resolve: (prefix: string) => string | undefined,
): LeafValue | undefined {
  try {
    return node.type.parse(text, resolve);
  } catch {
    return undefined;
  }
}

function keysIn(
  tests: readonly BranchTest[],
  schema: BranchSchemaNode,
): readonly LeafValue[] | undefined {
  if (schema.kind !== 'list' || schema.keys.length === 0) return undefined;
  const values: LeafValue[] = [];
  for (const key of schema.keys) {
    const test = tests.find((each) => each instanceof ContentMatch && each.node === key);
    if (!(test instanceof ContentMatch)) return undefined;
    values.push(test.value);
  }
  return values;
}
