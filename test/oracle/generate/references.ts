/** Gives leafrefs and instance-identifiers something to refer to (RFC 7950, sections 9.9 and 9.13). */
import type { DataSchemaNode, LeafListNode, LeafNode } from '../../../src/yang/index.ts';
import { identityOf, type DocumentGenerator } from './documents.ts';
import type { Item } from './item.ts';
import { stepsTo } from './item.ts';

/**
 * Resolves all that is open below `root`. `targets` is where leafrefs look for what they refer to, the
 * root itself unless it is the content of an operation.
 */
export function resolveReferences(root: Item, generator: DocumentGenerator, targets = root): void {
  for (let round = 0; round < 6; round += 1) {
    const open = root.descendants().filter(isOpen);
    if (open.length === 0) break;
    for (const item of open) resolve(item, root, targets, generator, round);
  }
  for (const item of root.descendants().filter(isOpen)) drop(item);
  removeDoubles(root);
}

function isOpen({ value }: Item): boolean {
  return value?.kind === 'reference' || value?.kind === 'pointer';
}

function resolve(
  item: Item,
  root: Item,
  targets: Item,
  generator: DocumentGenerator,
  round: number,
): void {
  const { random } = generator.options;
  if (item.value?.kind === 'pointer') {
    const steps = targets
      .descendants()
      .filter(
        (it) => it.dataSchema && !isOpen(it) && (it.dataSchema.config || !item.leafSchema?.config),
      )
      .map(stepsTo)
      .filter((it) => it !== undefined);
    const picked = random.pick(steps);
    if (picked) item.value = { kind: 'path', steps: picked };
    return;
  }
  if (item.value?.kind !== 'reference') return;
  const { target } = item.value.type;
  const found = [...targets.descendants(), ...(root === targets ? [] : root.descendants())].filter(
    (it) => it.schema === target && it.value && it !== item,
  );
  const ready = nearest(
    item,
    found.filter((it) => !isOpen(it)),
  );
  const picked = random.pick(ready);
  if (picked) item.value = picked.value;
  else if (found.length === 0 && round < 3) create(target, targets, generator);
}

/** Those that share the most with the leaf: paths often lead to a sibling of it. */
function nearest(item: Item, candidates: readonly Item[]): readonly Item[] {
  const above = item.ancestors();
  const depth = (it: Item): number => it.ancestors().filter((one) => above.includes(one)).length;
  const most = Math.max(...candidates.map(depth));
  return candidates.filter((it) => depth(it) === most);
}

/** An instance of the target, with what it stands in. */
function create(target: LeafNode | LeafListNode, root: Item, generator: DocumentGenerator): void {
  const chain: DataSchemaNode[] = [];
  for (let node = target as DataSchemaNode; ; node = node.dataParent as DataSchemaNode) {
    chain.unshift(node);
    const parent = node.dataParent;
    if (parent.kind === 'root') break;
    if (parent.kind !== 'container' && parent.kind !== 'list') return;
  }
  let parent = root;
  for (const [index, node] of chain.entries()) {
    const present = parent.children.filter((child) => child.schema === node);
    const old = generator.options.random.pick(present);
    const child = old ?? generator.instance(node, 10 + index);
    if (!child) return;
    if (!old) parent.add(child);
    parent = child;
  }
}

/** Takes it away, with the entry that it is a key of. */
function drop(item: Item): void {
  const { leafSchema, parent } = item;
  if (leafSchema?.kind === 'leaf' && leafSchema.isKey) parent?.remove();
  else item.remove();
}

function removeDoubles(parent: Item): void {
  const seen = new Map<unknown, Set<string>>();
  for (const [index, child] of [...parent.children].entries()) {
    removeDoubles(child);
    if (child.schema?.kind !== 'list' && child.schema?.kind !== 'leaf-list') continue;
    const identities = seen.get(child.schema) ?? new Set();
    seen.set(child.schema, identities);
    const identity = identityOf(child, index);
    if (identities.has(identity)) child.remove();
    identities.add(identity);
  }
}
