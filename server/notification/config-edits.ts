/** The edits that a `netconf-config-change` lists (RFC 6470, section 2.2). */
import { DataList, diffTree, pathStep, placePath } from '../../src/data/index.ts';
import type { Branch, DiffPlace, PathStep } from '../../src/data/index.ts';
import { quoteXPath } from '../../src/error/index.ts';
import type { DataSchemaNode, LeafListNode, LeafValue } from '../../src/yang/index.ts';
import type { NetconfConfigChangeEdit } from '../generated/ietf-netconf-notifications.ts';

/** Edits that one notification lists; of more, only which parts of the configuration have changed. */
const MAX_EDITS = 256;
/** How far down these parts are: an entry of a list below a top container. */
const PART_DEPTH = 2;

type Operation = NonNullable<NetconfConfigChangeEdit['operation']>;

/** Every edit, or the parts that they are in; undefined when there are too many even of these. */
export function configEdits(
  before: Branch,
  after: Branch,
): readonly NetconfConfigChangeEdit[] | undefined {
  const collector = new EditCollector();
  diffTree(before, after, collector);
  return collector.result;
}

class EditCollector {
  readonly #edits: NetconfConfigChangeEdit[] = [];
  readonly #parts: NetconfConfigChangeEdit[] = [];
  #depth = 0;

  get result(): readonly NetconfConfigChangeEdit[] | undefined {
    return [this.#edits, this.#parts].find((it) => it.length <= MAX_EDITS);
  }

  created(node: DataSchemaNode, value: unknown, place: DiffPlace): void {
    for (const each of instancesOf(node, value)) this.#add(place, node, 'create', each);
  }

  deleted(node: DataSchemaNode, value: unknown, place: DiffPlace): void {
    for (const each of instancesOf(node, value)) this.#add(place, node, 'delete', each);
  }

  changed(node: DataSchemaNode, old: unknown, now: unknown, place: DiffPlace): void {
    if (node.kind !== 'leaf-list') {
      this.#add(place, node, 'replace');
      return;
    }
    for (const value of without(node, now, old)) this.#add(place, node, 'create', value);
    for (const value of without(node, old, now)) this.#add(place, node, 'delete', value);
  }

  enter(node: DataSchemaNode, _old: Branch, now: Branch, place: DiffPlace): boolean {
    const isPart = this.#depth + 1 === PART_DEPTH;
    if (isPart)
      push(this.#parts, () => ({ target: targetOf(place, node, now), operation: 'merge' }));
    // The rest is known to be too much.
    if (isPart && this.#edits.length > MAX_EDITS) return false;
    this.#depth += 1;
    return true;
  }

  leave(): void {
    this.#depth -= 1;
  }

  /** That entries have moved is told by the first of them. */
  reordered(node: DataSchemaNode, _old: DataList, now: DataList, place: DiffPlace): void {
    const [first] = now;
    if (first) this.#add(place, node, 'merge', first);
  }

  #add(place: DiffPlace, node: DataSchemaNode, operation: Operation, value?: unknown): void {
    const edit = (): NetconfConfigChangeEdit => ({
      target: targetOf(place, node, value),
      operation,
    });
    push(this.#edits, edit);
    if (this.#depth < PART_DEPTH) push(this.#parts, edit);
  }
}

/** One more than there may be shows that there are too many. */
function push(edits: NetconfConfigChangeEdit[], edit: () => NetconfConfigChangeEdit): void {
  if (edits.length <= MAX_EDITS) edits.push(edit());
}

function instancesOf(node: DataSchemaNode, value: unknown): Iterable<unknown> {
  if (node.kind === 'leaf-list') return value as readonly LeafValue[];
  return value instanceof DataList ? value : [value];
}

/** The values that the others lack. */
function without(node: LeafListNode, values: unknown, others: unknown): readonly LeafValue[] {
  const present = new Set((others as readonly LeafValue[]).map((it) => node.type.canonical(it)));
  return (values as readonly LeafValue[]).filter((it) => !present.has(node.type.canonical(it)));
}

/** With the name of the module as prefix of every node, as values of the type are (RFC 7950, section 9.13). */
function targetOf(place: DiffPlace, node: DataSchemaNode, value: unknown): string {
  const step = pathStep(node, value as { readonly slots: readonly unknown[] } | undefined);
  const last =
    node.kind === 'leaf-list' ? { ...step, value: node.type.canonical(value as LeafValue) } : step;
  return [...placePath(place), last].map(stepText).join('');
}

function stepText({ module, name, keys = [], value }: PathStep): string {
  const predicates = keys.map(([key, text]) => `[${module}:${key}=${quoteXPath(text)}]`);
  const own = value === undefined ? '' : `[.=${quoteXPath(value)}]`;
  return `/${module}:${name}${predicates.join('')}${own}`;
}
