/**
 * Turns data definition statements into drafts, expanding uses in place (RFC 7950, sections 7.5 to 7.16).
 * Shorthand cases and the input and output of every operation are made explicit.
 */
import { NODE_KEYWORDS } from '../syntax/grammar.ts';
import type { Statement } from '../syntax/statement.ts';
import type { Compilation, Module } from './compilation.ts';
import { Draft, type ExpandNodes, type NodeKeyword } from './draft.ts';
import { applyRefine } from './apply-refine.ts';
import { addAugmentNodes } from './augment-nodes.ts';

/** Substatements that are neither nodes nor properties of a node. */
const NOT_PROPERTIES: ReadonlySet<string> = new Set(['augment', 'grouping', 'typedef', 'uses']);

export function expandNodes(compilation: Compilation): void {
  const expander = new NodeExpander(compilation);
  for (const module of compilation.implementedModules) {
    for (const unit of module.units) {
      module.nodes.push(...expander.expand(unit.statement, undefined, module));
    }
  }
}

export class NodeExpander {
  readonly #compilation: Compilation;
  /** Groupings being expanded, so that one inside itself ends. */
  readonly #active: Statement[] = [];

  constructor(compilation: Compilation) {
    this.#compilation = compilation;
  }

  /** Drafts for the nodes that `statement` defines; the caller puts them into their parent. */
  readonly expand: ExpandNodes = (statement, parent, module) => {
    const drafts: Draft[] = [];
    for (const substatement of statement.substatements) {
      const { keyword } = substatement;
      if (keyword === 'uses') drafts.push(...this.#expandUses(substatement, parent, module));
      else if (isNodeKeyword(keyword))
        drafts.push(this.#node(substatement, parent, module, keyword));
    }
    return drafts;
  };

  /** As {@link expand}, for children of a choice: a node that is no case gets one of its own. */
  #node(
    statement: Statement,
    parent: Draft | undefined,
    module: Module,
    keyword: NodeKeyword,
  ): Draft {
    if (parent?.keyword !== 'choice' || keyword === 'case') {
      return this.#draft(statement, parent, module, keyword);
    }
    const implicit = new Draft('case', statement.text, module, statement, parent);
    implicit.children.push(this.#draft(statement, implicit, module, keyword));
    return implicit;
  }

  #draft(
    statement: Statement,
    parent: Draft | undefined,
    module: Module,
    keyword: NodeKeyword,
  ): Draft {
    this.#compilation.nodeCount += 1;
    const name = keyword === 'input' || keyword === 'output' ? keyword : statement.text;
    const draft = new Draft(keyword, name, module, statement, parent);
    draft.properties = statement.substatements.filter(isProperty);
    draft.children.push(...this.expand(statement, draft, module));
    if (keyword === 'rpc' || keyword === 'action') completeOperation(draft);
    return draft;
  }

  #expandUses(uses: Statement, parent: Draft | undefined, module: Module): readonly Draft[] {
    if (this.#compilation.isExhausted(uses)) return [];
    const grouping = uses.argument && this.#compilation.findDefinition('grouping', uses);
    if (!grouping || this.#compilation.circular.has(grouping) || this.#active.includes(grouping)) {
      return [];
    }
    this.#active.push(grouping);
    const drafts = this.expand(grouping, parent, module);
    this.#active.pop();
    for (const refine of uses.all('refine')) applyRefine(this.#compilation, refine, drafts);
    for (const augment of uses.all('augment')) {
      addAugmentNodes(this.#compilation, this.expand, augment, { drafts, module });
    }
    const conditions = uses.all('if-feature');
    const when = uses.find('when');
    for (const draft of drafts) {
      draft.properties.push(...conditions);
      if (when) draft.outerWhens.push(when);
    }
    return drafts;
  }
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
