/** Nodes of running that a partial lock is on (RFC 5717, section 1.1), and whether a change touches what is below. */
import { Branch, DataList, compareValues, instancePath, sameTree } from '../../src/data/index.ts';
import type { LeafListValue, NodeRef, Slot } from '../../src/data/index.ts';
import { quoteXPath } from '../../src/error/index.ts';
import type { PathStep } from '../../src/error/index.ts';
import type { DataSchemaNode, LeafValue } from '../../src/yang/index.ts';

interface LockedStep {
  readonly node: DataSchemaNode;
  /** Of a list entry: one with its keys. */
  readonly row: Branch | undefined;
  /** Of an entry of a leaf-list. */
  readonly value: LeafValue | undefined;
}

export class LockedNode {
  /** As an instance-identifier with names of modules for prefixes, one for each step. */
  readonly path: string;
  readonly instance: readonly PathStep[];
  readonly #steps: readonly LockedStep[];
  readonly #texts: readonly string[];

  constructor(ref: NodeRef) {
    const steps: LockedStep[] = [];
    for (let at = ref; at.parent; at = at.parent) steps.push(stepOf(at));
    this.#steps = steps.reverse();
    this.instance = instancePath(ref);
    this.#texts = this.instance.map(printStep);
    this.path = this.#texts.join('');
  }

  /** Whether one is the other, or in what the other protects. */
  overlaps(other: LockedNode): boolean {
    const length = Math.min(this.#texts.length, other.#texts.length);
    for (let index = 0; index < length; index += 1) {
      if (this.#texts[index] !== other.#texts[index]) return false;
    }
    return true;
  }

  /** Containers without presence are there as long as what they are in is. */
  isIn(root: Branch): boolean {
    return this.#find(root) !== undefined;
  }

  /** Whether a change touches the node or what is below it. What both trees share costs nothing. */
  isTouched(before: Branch, after: Branch): boolean {
    const found = this.#find(before);
    const kept = this.#find(after);
    if (!found || !kept) return found !== kept;
    const [old, now] = [found.slot, kept.slot];
    if (old === now) return false;
    if (old instanceof Branch && now instanceof Branch) return !sameTree(old, now);
    const isLeaf = this.#steps.at(-1)?.node.kind === 'leaf';
    return !isLeaf || compareValues(old as LeafValue, now as LeafValue) !== 0;
  }

  /** Undefined when it is not there; without a value it is a container without presence with nothing in it. */
  #find(root: Branch): { readonly slot: Slot } | undefined {
    let at: Branch | undefined = root;
    let found: Slot = root;
    for (const { node, row, value } of this.#steps) {
      const slot: Slot = at?.get(node);
      if (row) found = slot instanceof DataList ? slot.get(row) : undefined;
      else if (value !== undefined) found = valueIn(node, slot, value);
      else found = slot;
      const isImplied = node.kind === 'container' && !node.presence;
      if (found === undefined && !isImplied) return undefined;
      at = found instanceof Branch ? found : undefined;
    }
    return { slot: found };
  }
}

function stepOf({ schema, value }: NodeRef): LockedStep {
  const node = schema as DataSchemaNode;
  return {
    node,
    row: node.kind === 'list' ? (value as Branch) : undefined,
    value: node.kind === 'leaf-list' ? (value as LeafValue) : undefined,
  };
}

function valueIn(node: DataSchemaNode, slot: Slot, value: LeafValue): LeafValue | undefined {
  if (node.kind !== 'leaf-list') return undefined;
  const values = (slot ?? []) as LeafListValue;
  return values.find((it) => compareValues(it, value) === 0);
}

function printStep(step: PathStep): string {
  const name = `/${step.module}:${step.name}`;
  if (step.value !== undefined) return `${name}[.=${quoteXPath(step.value)}]`;
  const keys = step.keys ?? [];
  return `${name}${keys.map(([key, it]) => `[${step.module}:${key}=${quoteXPath(it)}]`).join('')}`;
}
