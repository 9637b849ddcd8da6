/**
 * Finds the leaf that the path of each leafref leads to (RFC 7950, section 9.9.2), in types of leafs and
 * in members of unions.
 */
import { qnameKey, type LeafListNode, type LeafNode, type SchemaNode } from '../schema.ts';
import type { Statement } from '../syntax/statement.ts';
import { bindLeafref, type LeafrefType } from '../types/index.ts';
import { checkLeafrefChains, type Referrer } from './check-leafref-chains.ts';
import type { Compilation, Module } from './compilation.ts';
import { placementOf, type Draft } from './draft.ts';
import { featuresOf } from './features-of.ts';
import { readLeafrefPath, type LeafrefPath, type NodeName, type PathStep } from './leafref-path.ts';
import { rootOf, walkStep } from './walk-path.ts';

/** A leafref whose path leads nowhere was asked for a value; the path has been reported. */
export class UnboundLeafrefError extends Error {
  constructor(path: string) {
    super(`leafref "${path}" has no target`);
    this.name = 'UnboundLeafrefError';
  }
}

export function resolveLeafrefs(compilation: Compilation): void {
  const drafts = new Map<SchemaNode, Draft>();
  for (const [draft, node] of compilation.frozen) drafts.set(node, draft);
  const referrers = new Map<SchemaNode, Referrer>();
  const referred = new Map<SchemaNode, SchemaNode | undefined>();
  for (const [draft, node] of compilation.frozen) {
    if (node.kind !== 'leaf' && node.kind !== 'leaf-list') continue;
    const leafrefs = compilation.types.leafrefsOf(node.type);
    if (leafrefs.length === 0) continue;
    const resolver = new LeafrefResolver(compilation, {
      draft,
      leaf: node,
      drafts,
      referred,
      depth: 0,
    });
    const paths: [Statement, SchemaNode][] = [];
    for (const [path, type] of leafrefs) {
      const target = resolver.resolve(path, type);
      bindLeafref(type, target);
      if (target) paths.push([path, target]);
    }
    referrers.set(node, { types: leafrefs.map(([, type]) => type), paths });
  }
  checkLeafrefChains(compilation, referrers);
}

interface Subject {
  readonly draft: Draft;
  readonly leaf: LeafNode | LeafListNode;
  readonly drafts: ReadonlyMap<SchemaNode, Draft>;
  /** What leafs refer to, of those that a deref() has led to. */
  readonly referred: Map<SchemaNode, SchemaNode | undefined>;
  /** How many deref() are on the way from the leaf that was asked about first. */
  readonly depth: number;
}

const MAX_DEREF = 100;

class LeafrefResolver {
  readonly #compilation: Compilation;
  readonly #subject: Subject;
  /** Of a grouping by itself nobody knows what is around it. */
  readonly #isOpen: boolean;

  constructor(compilation: Compilation, subject: Subject) {
    this.#compilation = compilation;
    this.#subject = subject;
    this.#isOpen = compilation.openRoots.has(rootOf(subject.leaf));
  }

  resolve(path: Statement, type: LeafrefType): LeafNode | LeafListNode | undefined {
    const target = this.#follow(path, type);
    if (!target) return undefined;
    if (target.kind !== 'leaf' && target.kind !== 'leaf-list') {
      const message = `"${path.text}" leads to a ${target.kind}, not to a leaf`;
      this.#compilation.sink.report('leafref-target-not-leaf', path.argumentAt, message);
      return undefined;
    }
    if (!this.#isOpen) this.#checkTarget(path, type, target);
    return target;
  }

  /** What the two leafs have to have in common (sections 7.21.2 and 9.9). */
  #checkTarget(path: Statement, type: LeafrefType, target: LeafNode | LeafListNode): void {
    const { sink } = this.#compilation;
    const { draft, leaf, drafts } = this.#subject;
    if (leaf.config && !target.config && type.requireInstance) {
      const message = `configuration "${leaf.name}" refers to state "${target.name}"`;
      sink.report('leafref-to-state', path.argumentAt, message);
    }
    const [from, to] = [statusRank(leaf), statusRank(target)];
    if (from < to && leaf.module === target.module) {
      const message = `"${leaf.name}" is ${STATUSES[from] ?? ''} and refers to "${target.name}", which is ${STATUSES[to] ?? ''}`;
      sink.report('status-reference', path.argumentAt, message);
    }
    const targetDraft = drafts.get(target);
    if (!targetDraft) return;
    const own = featuresOf(this.#compilation, draft);
    for (const feature of featuresOf(this.#compilation, targetDraft)) {
      if (own.has(feature)) continue;
      const message = `"${target.name}" depends on feature "${feature.text}", "${leaf.name}" does not`;
      sink.report('leafref-to-feature', path.argumentAt, message);
    }
  }

  #follow(path: Statement, { path: { ast } }: LeafrefType): SchemaNode | undefined {
    const plan = readLeafrefPath(ast);
    // The type would not have been built.
    if (typeof plan === 'string') return undefined;
    let node = this.#start(plan);
    for (const step of plan.down) {
      const parent: SchemaNode | undefined = node;
      node = parent && this.#descend(parent, step);
      if (parent && !node && this.#isFaulty(parent, step)) return undefined;
      if (node && !this.#checkKeys(path, node, step)) return undefined;
    }
    if (!node) this.#reportMissing(path, `there is no node "${path.text}"`);
    return node;
  }

  /** Whether there would be such a child if nothing was wrong with it, which has been reported. */
  #isFaulty(parent: SchemaNode, { name }: NodeName): boolean {
    const { frozen, implementedModules } = this.#compilation;
    const siblings =
      parent.kind === 'root'
        ? implementedModules.flatMap(({ nodes }) => nodes)
        : (this.#subject.drafts.get(parent)?.children ?? []);
    const isOne = (draft: Draft): boolean =>
      draft.keyword === 'choice' || draft.keyword === 'case'
        ? draft.children.some(isOne)
        : draft.name === name && !draft.disabled && !frozen.has(draft);
    return siblings.some(isOne);
  }

  #reportMissing(path: Statement, what: string): void {
    if (this.#isOpen) return;
    const message = `${what} for leafref "${this.#subject.draft.path}"`;
    const { argumentAt } = this.#userOf(path) ?? path;
    this.#compilation.sink.report('leafref-target-not-found', argumentAt, message);
  }

  /** What uses a typedef or grouping of another module, where its path may lead to a node (section 6.4.1). */
  #userOf(path: Statement): Statement | undefined {
    const { draft } = this.#subject;
    const moduleOf = (statement: Statement): Module => this.#compilation.unitOf(statement).module;
    const type = draft.property('type');
    if (type && moduleOf(type) !== moduleOf(path)) return type;
    const uses = placementOf(draft);
    const isInGrouping = moduleOf(draft.statement) === moduleOf(path);
    return isInGrouping && moduleOf(uses) !== moduleOf(path) ? uses : undefined;
  }

  /** Where the names of a path begin. */
  #start({ deref, absolute, up }: LeafrefPath): SchemaNode | undefined {
    if (absolute) return rootOf(this.#subject.leaf);
    return this.#climb(up, deref ? this.#referred(deref) : this.#subject.leaf);
  }

  /** What the leaf that a path leads to refers to, if it is a leafref. */
  #referred(path: LeafrefPath): SchemaNode | undefined {
    let node = this.#start(path);
    for (const step of path.down) node = node && this.#descend(node, step);
    const { drafts, referred, depth } = this.#subject;
    if (node?.kind !== 'leaf' && node?.kind !== 'leaf-list') return undefined;
    if (referred.has(node)) return referred.get(node);
    const draft = drafts.get(node);
    const [leafref] = this.#compilation.types.leafrefsOf(node.type);
    if (!draft || !leafref || node.type !== leafref[1] || depth === MAX_DEREF) return undefined;
    // On its way to itself it refers to nothing.
    referred.set(node, undefined);
    const subject = { ...this.#subject, draft, leaf: node, depth: depth + 1 };
    const target = new LeafrefResolver(this.#compilation, subject).#follow(...leafref);
    referred.set(node, target);
    return target;
  }

  #climb(levels: number, from: SchemaNode | undefined): SchemaNode | undefined {
    const { leaf } = this.#subject;
    let node = from;
    for (let level = 0; node && level < levels; level++) {
      node = walkStep(node, { axis: 'parent', namespace: undefined, name: undefined }, leaf);
    }
    return node;
  }

  #descend(node: SchemaNode, { namespace, name }: NodeName): SchemaNode | undefined {
    return walkStep(node, { axis: 'child', namespace, name }, this.#subject.leaf);
  }

  /** Predicates are for keys, one for each at most, and compare them with leafs that there are. */
  #checkKeys(path: Statement, node: SchemaNode, { keys }: PathStep): boolean {
    const given = new Set<string>();
    for (const { key, up, down } of keys) {
      const name = qnameKey(key.namespace ?? '', key.name);
      const listKeys = node.kind === 'list' ? node.keys : [];
      const isKey = listKeys.some((it) => qnameKey(it.module.namespace, it.name) === name);
      if (!isKey || given.has(name)) {
        const fault = isKey ? 'has two predicates' : 'is no key there';
        const message = `"${path.text}" is not the path of a leafref: "${key.name}" ${fault}`;
        this.#compilation.sink.report('invalid-path', path.argumentAt, message);
        return false;
      }
      given.add(name);
      let value = this.#climb(up, this.#subject.leaf);
      for (const step of down) value = value && this.#descend(value, step);
      if (value?.kind !== 'leaf' && value?.kind !== 'leaf-list') {
        this.#reportMissing(path, `there is no leaf to compare key "${key.name}" with`);
        if (!this.#isOpen) return false;
      }
    }
    return true;
  }
}

const STATUSES = ['current', 'deprecated', 'obsolete'] as const;

/** A part of something obsolete is obsolete too. */
function statusRank(node: SchemaNode): number {
  let rank = 0;
  for (let at: SchemaNode = node; at.kind !== 'root'; at = at.parent) {
    if ('status' in at) rank = Math.max(rank, STATUSES.indexOf(at.status));
  }
  return rank;
}
