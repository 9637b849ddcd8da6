/**
 * Turns data definition statements into drafts, expanding uses in place (RFC 7950, sections 7.5 to 7.16).
 * Shorthand cases and the input and output of every operation are made explicit.
 */
import { NODE_KEYWORDS } from '../syntax/grammar.ts';
import type { Statement } from '../syntax/statement.ts';
import { applyRefine } from './apply-refine.ts';
import { addAugmentNodes, parseUsesAugments } from './augment-nodes.ts';
import type { Compilation, Module } from './compilation.ts';
import { Draft, type NodeKeyword } from './draft.ts';

/** Substatements that are neither nodes nor properties of a node. */
const NOT_PROPERTIES: ReadonlySet<string> = new Set(['augment', 'grouping', 'typedef', 'uses']);

/** No model is anywhere near as deep; groupings in groupings could be, and every phase recurses. */
const MAX_DEPTH = 500;

export function expandNodes(compilation: Compilation): void {
  const expander = new NodeExpander(compilation);
  for (const module of compilation.implementedModules) {
    for (const unit of module.units) {
      expander.expand(unit.statement, { parent: undefined, module }, module.nodes);
    }
  }
}

/** Where nodes come to be. */
export interface DraftPlace {
  readonly parent: Draft | undefined;
  /** Whose namespace they get. */
  readonly module: Module;
}

export class NodeExpander {
  readonly #compilation: Compilation;
  /** Groupings being expanded, so that one inside itself ends. */
  readonly #active = new Set<Statement>();
  /** Of statements that have more than properties: the same for all nodes that come from one. */
  readonly #properties = new Map<Statement, readonly Statement[]>();

  constructor(compilation: Compilation) {
    this.#compilation = compilation;
  }

  /** Adds drafts for the nodes that `statement` defines to `drafts`. */
  expand(statement: Statement, place: DraftPlace, drafts: Draft[]): void {
    for (const substatement of statement.substatements) {
      const { keyword } = substatement;
      if (keyword === 'uses') this.#expandUses(substatement, place, drafts);
      else if (isRepeated(substatement, drafts)) continue;
      else if (isNodeKeyword(keyword)) this.#addNode(substatement, place, keyword, drafts);
    }
  }

  /** Adds one node. A child of a choice that is no case gets a case of its own. */
  #addNode(statement: Statement, place: DraftPlace, keyword: NodeKeyword, drafts: Draft[]): void {
    const { parent, module } = place;
    if (parent?.keyword !== 'choice' || keyword === 'case') {
      drafts.push(this.#draft(statement, place, keyword));
      return;
    }
    const implicit = new Draft('case', statement.text, module, statement, parent);
    implicit.children.push(this.#draft(statement, { parent: implicit, module }, keyword));
    drafts.push(implicit);
  }

  #draft(statement: Statement, { parent, module }: DraftPlace, keyword: NodeKeyword): Draft {
    this.#compilation.nodeCount += 1;
    const name = keyword === 'input' || keyword === 'output' ? keyword : statement.text;
    const draft = new Draft(keyword, name, module, statement, parent);
    draft.properties = this.#propertiesOf(statement);
    if (draft.depth < MAX_DEPTH) {
      this.expand(statement, { parent: draft, module }, draft.children);
    } else {
      reportDepth(this.#compilation, statement);
    }
    if (keyword === 'rpc' || keyword === 'action') completeOperation(draft);
    return draft;
  }

  #propertiesOf(statement: Statement): readonly Statement[] {
    const { substatements } = statement;
    if (substatements.every(isProperty)) return substatements;
    const known = this.#properties.get(statement);
    if (known) return known;
    const properties = substatements.filter(isProperty).slice();
    this.#properties.set(statement, properties);
    return properties;
  }

  #expandUses(uses: Statement, place: DraftPlace, drafts: Draft[]): void {
    const compilation = this.#compilation;
    if (compilation.isExhausted(uses)) return;
    const grouping = uses.argument && compilation.findDefinition('grouping', uses);
    if (!grouping || compilation.circular.has(grouping) || this.#active.has(grouping)) return;
    if (this.#active.size >= MAX_DEPTH) {
      reportDepth(compilation, uses);
      return;
    }
    // A use costs something even where the grouping has no nodes.
    compilation.nodeCount += 1;
    compilation.usedGroupings.add(grouping);
    this.#active.add(grouping);
    const nodes: Draft[] = [];
    this.expand(grouping, place, nodes);
    this.#active.delete(grouping);
    for (const refine of uses.all('refine')) applyRefine(compilation, refine, nodes);
    for (const augment of parseUsesAugments(compilation, uses)) {
      addAugmentNodes(compilation, this, augment, { drafts: nodes, module: place.module });
    }
    const conditions = uses.all('if-feature');
    const when = uses.find('when');
    for (const draft of nodes) {
      draft.add(...conditions);
      if (when) draft.addOuterWhen(when);
      draft.uses = uses;
      drafts.push(draft);
    }
  }
}

function reportDepth(compilation: Compilation, statement: Statement): void {
  const message = `groupings lead to more than ${String(MAX_DEPTH)} levels`;
  compilation.sink.report('nested-too-deep', statement.at, message);
}

/** A second input or output, which the grammar check has reported: what it uses is looked at by itself. */
function isRepeated({ keyword }: Statement, drafts: readonly Draft[]): boolean {
  if (keyword !== 'input' && keyword !== 'output') return false;
  return drafts.some((draft) => draft.keyword === keyword);
}

function isNodeKeyword(keyword: string): keyword is NodeKeyword {
  return NODE_KEYWORDS.has(keyword);
}

function isProperty(statement: Statement): boolean {
  return !NODE_KEYWORDS.has(statement.keyword) && !NOT_PROPERTIES.has(statement.keyword);
}

/** Every operation has input and output, so that augments can find them (section 7.14). */
function completeOperation(draft: Draft): void {
  const find = (keyword: 'input' | 'output'): Draft =>
    draft.children.find((child) => child.keyword === keyword) ??
    new Draft(keyword, keyword, draft.module, draft.statement, draft);
  draft.children = [find('input'), find('output')];
}
