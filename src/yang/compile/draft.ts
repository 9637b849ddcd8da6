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

export class Draft {
  readonly keyword: NodeKeyword;
  readonly name: string;
  /** Whose namespace the node has. */
  readonly module: Module;
  /** The statement that defines the node; for an implicit case, input or output the one that implies it. */
  readonly statement: Statement;
  readonly parent: Draft | undefined;
  /** Substatements other than nodes and scoped definitions, as refine and deviate leave them. */
  properties: Statement[];
  children: Draft[] = [];
  /** From uses and augment. */
  readonly outerWhens: OuterWhen[] = [];
  /** A feature that is not supported switches it off. */
  disabled = false;

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
    this.properties = [];
  }

  /** The property that counts, where there can be one only. */
  property(keyword: string): Statement | undefined {
    return this.properties.find((statement) => statement.keyword === keyword);
  }

  argumentOf(keyword: string): string | undefined {
    return this.property(keyword)?.argument;
  }

  all(keyword: string): readonly Statement[] {
    return this.properties.filter((statement) => statement.keyword === keyword);
  }

  /** Puts `statement` in the place of every property with its keyword. */
  replace(statement: Statement): void {
    this.remove(statement.keyword);
    this.properties.push(statement);
  }

  remove(keyword: string): void {
    this.properties = this.properties.filter((property) => property.keyword !== keyword);
  }

  child(module: Module | undefined, name: string): Draft | undefined {
    return this.children.find((child) => child.name === name && isModule(child, module));
  }

  /** Names from the top, for messages. */
  get path(): string {
    const { parent, name, module } = this;
    const prefix = parent?.module === module ? '' : `${module.info.name}:`;
    return `${parent?.path ?? ''}/${prefix}${name}`;
  }
}

function isModule(draft: Draft, module: Module | undefined): boolean {
  return module === undefined || draft.module === module || draft.module.name === module.name;
}

/** Finds a top-level node of a module. */
export function findTopLevel(module: Module, name: string): Draft | undefined {
  return module.nodes.find((node) => node.name === name);
}

/** Visits drafts before their children. */
export function visitDrafts(drafts: readonly Draft[], visit: (draft: Draft) => void): void {
  for (const draft of drafts) {
    visit(draft);
    visitDrafts(draft.children, visit);
  }
}

/** Makes drafts for the nodes that a statement defines, as children of `parent`. */
export type ExpandNodes = (
  statement: Statement,
  parent: Draft | undefined,
  module: Module,
) => readonly Draft[];
