/**
 * A node of the schema tree while it is being put together: uses expanded, but properties still as
 * statements, because refine and deviate change them (RFC 7950, sections 7.13.2 and 7.20.3).
 */
import type { Statement } from '../syntax/statement.ts';
import type { Module } from './compilation.ts';

export type NodeKeyword =
  | 'action'
  | 'anydata'
  | 'anyxml'
  | 'case'
  | 'choice'
  | 'container'
  | 'input'
  | 'leaf'
  | 'leaf-list'
  | 'list'
  | 'notification'
  | 'output'
  | 'rpc';

/** A when that uses or augment puts on the nodes it adds; its context is their parent. */
export type OuterWhen = Statement;

const NONE: readonly Statement[] = [];

export class Draft {
  readonly keyword: NodeKeyword;
  readonly name: string;
  /** Whose namespace the node has. */
  readonly module: Module;
  /** The statement that defines the node; for an implicit case, input or output the one that implies it. */
  readonly statement: Statement;
  readonly parent: Draft | undefined;
  /** Substatements other than nodes and scoped definitions, as refine and deviate leave them. */
  properties: readonly Statement[] = NONE;
  children: Draft[] = [];
  /** Defaults that a refine has put others in the place of; what they say has to fit all the same. */
  refinedDefaults: Statement[] | undefined;
  /** From uses and augment. */
  outerWhens: readonly OuterWhen[] = NONE;
  /** The uses that brought the node to its place, if one did: the outermost one. */
  uses: Statement | undefined;
  /** A feature that is not supported switches it off. */
  disabled = false;
  /** Number of ancestors. */
  readonly depth: number;
  /** The array of `properties`, once it is this node's own. */
  #own: Statement[] | undefined;

  constructor(
    keyword: NodeKeyword,
    name: string,
    module: Module,
    statement: Statement,
    parent: Draft | undefined,
  ) {
    this.keyword = keyword;
    this.name = name;
    this.module = module;
    this.statement = statement;
    this.parent = parent;
    this.depth = parent ? parent.depth + 1 : 0;
  }

  /** The property that counts, where there can be one only. */
  property(keyword: string): Statement | undefined {
    for (const statement of this.properties) {
      if (statement.keyword === keyword) return statement;
    }
    return undefined;
  }

  argumentOf(keyword: string): string | undefined {
    return this.property(keyword)?.argument;
  }

  all(keyword: string): readonly Statement[] {
    let found: Statement[] | undefined;
    for (const statement of this.properties) {
      if (statement.keyword === keyword) (found ??= []).push(statement);
    }
    return found ?? NONE;
  }

  /** Adds properties; the nodes that come from one statement share theirs until one of them is changed. */
  add(...statements: readonly Statement[]): void {
    if (statements.length === 0) return;
    if (this.#own === undefined || this.#own !== this.properties) this.#own = [...this.properties];
    for (const statement of statements) this.#own.push(statement);
    this.properties = this.#own;
  }

  /** Puts `statement` in the place of every property with its keyword. */
  replace(statement: Statement): void {
    this.remove(statement.keyword);
    this.add(statement);
  }

  addOuterWhen(when: OuterWhen): void {
    this.outerWhens = [...this.outerWhens, when];
  }

  remove(keyword: string): void {
    this.properties = this.properties.filter((property) => property.keyword !== keyword);
  }

  /** Names from the top, for messages. */
  get path(): string {
    const { parent, name, module } = this;
    const prefix = parent?.module === module ? '' : `${module.info.name}:`;
    return `${parent?.path ?? ''}/${prefix}${name}`;
  }
}

/** Below this number of siblings looking at each is as fast as a table. */
const FEW = 16;

/** Names of wide levels, as far as they have been looked at; nodes are added at the end. */
const tables = new WeakMap<
  readonly Draft[],
  { readonly byName: Map<string, Draft[]>; count: number }
>();

/** The nodes of one level that have a name: several where modules or cases share it. */
export function findNamed(level: readonly Draft[], name: string): readonly Draft[] {
  if (level.length <= FEW) return level.filter((draft) => draft.name === name);
  const table = tables.get(level) ?? { byName: new Map<string, Draft[]>(), count: 0 };
  tables.set(level, table);
  for (; table.count < level.length; table.count += 1) {
    const draft = level[table.count];
    if (!draft) continue;
    const same = table.byName.get(draft.name);
    if (same) same.push(draft);
    else table.byName.set(draft.name, [draft]);
  }
  return table.byName.get(name) ?? [];
}

/** Takes nodes out of a level. */
export function removeFrom(level: Draft[], removed: ReadonlySet<Draft>): void {
  tables.delete(level);
  const kept = level.filter((draft) => !removed.has(draft));
  level.length = 0;
  for (const draft of kept) level.push(draft);
}

/**
 * What puts a node into its ancestor `within`, or into the tree: the outermost uses that brought it there, else
 * what defines it, because a grouping that has both is wrong itself.
 */
export function placementOf(draft: Draft, within?: Draft): Statement {
  let placement = draft.statement;
  for (let at: Draft | undefined = draft; at && at !== within; at = at.parent) {
    placement = at.uses ?? placement;
  }
  return placement;
}

/** Visits drafts before their children. */
export function visitDrafts(drafts: readonly Draft[], visit: (draft: Draft) => void): void {
  for (const draft of drafts) {
    visit(draft);
    visitDrafts(draft.children, visit);
  }
}

/** What a grouping expands to by itself. */
export interface DraftedGrouping {
  readonly module: Module;
  readonly nodes: readonly Draft[];
}

/** An augment with the nodes it has added. */
export interface AppliedAugment {
  readonly module: Module;
  readonly target: Draft;
  readonly nodes: readonly Draft[];
}

/** A structure (RFC 8791) as one container, or a yang-data (RFC 8040) as its children. */
export interface DraftedStructure {
  readonly source: 'structure' | 'yang-data';
  readonly module: Module;
  readonly statement: Statement;
  readonly nodes: readonly Draft[];
}
