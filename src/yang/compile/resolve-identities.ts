/** Builds the identities of all modules and links each to its bases (RFC 7950, section 7.18). */
import type { Identity, ModuleInfo } from '../schema.ts';
import type { Statement } from '../syntax/statement.ts';
import type { Compilation, Module } from './compilation.ts';
import { walkDepthFirst } from './depth-first.ts';
import { conditionsHold } from './resolve-features.ts';

class IdentityNode implements Identity {
  readonly module: ModuleInfo;
  readonly name: string;
  readonly bases: IdentityNode[] = [];
  readonly ancestors: ReadonlySet<Identity> = new Ancestors(this);
  readonly derived: IdentityNode[] = [];
  #descendants: ReadonlySet<Identity> | undefined;

  constructor(module: ModuleInfo, name: string) {
    this.module = module;
    this.name = name;
  }

  addBases(bases: readonly IdentityNode[]): void {
    const known = new Set(this.bases);
    for (const base of bases) {
      if (known.has(base)) continue;
      known.add(base);
      this.bases.push(base);
      base.derived.push(this);
    }
  }

  /** This identity and all that are derived from it. */
  get descendants(): ReadonlySet<Identity> {
    return (this.#descendants ??= reachable(this, ({ derived }) => derived));
  }
}

function reachable(
  start: IdentityNode,
  next: (identity: IdentityNode) => readonly IdentityNode[],
): ReadonlySet<IdentityNode> {
  const found = new Set([start]);
  // The set grows while it is walked.
  for (const identity of found) for (const it of next(identity)) found.add(it);
  return found;
}

/**
 * An identity and all it is derived from. Asked for a member, it looks among what is derived from that:
 * bases are few, and sets kept for each identity of a long chain would be its length squared.
 */
class Ancestors implements ReadonlySet<Identity> {
  readonly #identity: IdentityNode;

  constructor(identity: IdentityNode) {
    this.#identity = identity;
  }

  has(other: Identity): boolean {
    return other instanceof IdentityNode && other.descendants.has(this.#identity);
  }

  get #all(): ReadonlySet<Identity> {
    return reachable(this.#identity, ({ bases }) => bases);
  }

  get size(): number {
    return this.#all.size;
  }

  forEach(visit: (value: Identity, key: Identity, set: ReadonlySet<Identity>) => void): void {
    for (const identity of this.#all) visit(identity, identity, this);
  }

  entries(): SetIterator<[Identity, Identity]> {
    return this.#all.entries();
  }

  keys(): SetIterator<Identity> {
    return this.#all.keys();
  }

  values(): SetIterator<Identity> {
    return this.#all.values();
  }

  [Symbol.iterator](): SetIterator<Identity> {
    return this.#all.values();
  }
}

export function resolveIdentities(compilation: Compilation): void {
  const nodes = createNodes(compilation);
  walkDepthFirst({
    roots: nodes.keys(),
    next: (statement) => basesOf(compilation, statement),
    cycle: ([statement]) => {
      if (!statement) return;
      const message = `identity "${statement.text}" is derived from itself`;
      compilation.sink.report('circular-identity', statement.argumentAt, message);
    },
    leave: (statement) => {
      const bases = basesOf(compilation, statement).flatMap((base) => nodes.get(base) ?? []);
      nodes.get(statement)?.addBases(bases);
    },
  });
  const supported = new Set<IdentityNode>();
  for (const [statement, node] of nodes) {
    if (conditionsHold(compilation, statement.all('if-feature'))) supported.add(node);
  }
  for (const [statement, node] of nodes) {
    if (supported.has(node)) compilation.identities.set(statement, node);
  }
}

/**
 * A node for each identity. Revisions of a module share theirs: it is the same name in the same
 * namespace, whichever revision is imported.
 */
function createNodes(compilation: Compilation): ReadonlyMap<Statement, IdentityNode> {
  const nodes = new Map<Statement, IdentityNode>();
  const byName = new Map<string, IdentityNode>();
  for (const module of compilation.modules) {
    for (const [name, statement] of module.definitions.identity) {
      const key = `${module.name}:${name}`;
      const node = byName.get(key) ?? new IdentityNode(representing(compilation, module), name);
      byName.set(key, node);
      nodes.set(statement, node);
    }
  }
  return nodes;
}

/** The revision that stands for a module: the implemented or else the newest one. */
function representing(compilation: Compilation, module: Module): ModuleInfo {
  const effective = compilation.effectiveRevision(module);
  if (effective.implemented) return effective.info;
  const revisions = compilation.revisionsOf(module.name);
  return revisions.reduce((newest, it) =>
    (it.info.revision ?? '') > (newest.info.revision ?? '') ? it : newest,
  ).info;
}

function basesOf(compilation: Compilation, statement: Statement): readonly Statement[] {
  return statement
    .all('base')
    .flatMap((base) =>
      base.argument === undefined ? [] : (compilation.findDefinition('identity', base) ?? []),
    );
}
