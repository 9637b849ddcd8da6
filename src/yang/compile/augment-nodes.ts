/** Puts the nodes of an augment into its target (RFC 7950, section 7.17). */
import type { Statement } from '../syntax/statement.ts';
import type { Compilation, Module } from './compilation.ts';
import type { Draft, NodeKeyword } from './draft.ts';
import type { NodeExpander } from './expand-nodes.ts';
import { findNode, parseSchemaPath, type SchemaPathStep } from './schema-path.ts';
import { suggestPath } from './suggest-path.ts';

const DATA: readonly NodeKeyword[] = [
  'anydata',
  'anyxml',
  'choice',
  'container',
  'leaf',
  'leaf-list',
  'list',
];

/** What may be added to each kind of node. A shorthand child of a choice has become a case by now. */
const CHILDREN: Partial<Readonly<Record<NodeKeyword, readonly NodeKeyword[]>>> = {
  case: DATA,
  choice: ['case'],
  container: [...DATA, 'action', 'notification'],
  input: DATA,
  list: [...DATA, 'action', 'notification'],
  notification: DATA,
  output: DATA,
};

/** An augment, and the way to its target. */
export interface AugmentPath {
  readonly statement: Statement;
  readonly path: readonly SchemaPathStep[];
}

/**
 * One augment may add to nodes of another, whatever their order. The way to a node is longer than that to its
 * parent, so the shortest first is the order that always works; those of one target stay as they are written.
 */
export function inOrder<T extends AugmentPath>(augments: readonly T[]): readonly T[] {
  return augments.toSorted((a, b) => a.path.length - b.path.length);
}

/** The augments inside a uses. */
export function parseUsesAugments(
  compilation: Compilation,
  uses: Statement,
): readonly AugmentPath[] {
  const augments = uses.all('augment').flatMap((statement) => {
    // The grammar check has reported the other form.
    if (statement.text.startsWith('/')) return [];
    const path = parseSchemaPath(compilation, statement);
    return path ? [{ statement, path }] : [];
  });
  return inOrder(augments);
}

/** An augment inside uses: its target is among the nodes that the uses brought in. */
export function addAugmentNodes(
  compilation: Compilation,
  expander: NodeExpander,
  { statement, path }: AugmentPath,
  scope: { readonly drafts: readonly Draft[]; readonly module: Module },
): void {
  const target = findNode(scope.drafts, path);
  if (target) augmentTarget(compilation, expander, statement, { target, module: scope.module });
  else reportNoTarget(compilation, { statement, path }, scope.drafts);
}

/** `level` is where the way to the target begins. */
export function reportNoTarget(
  compilation: Compilation,
  { statement, path }: AugmentPath,
  level: readonly Draft[],
): void {
  const { argumentAt, text } = statement;
  const message = `there is no node "${text}"`;
  compilation.sink.report('augment-target-not-found', argumentAt, message, () =>
    suggestPath(level, path, text),
  );
}

/** Expands the nodes of `augment` into `target`; returns them. */
export function augmentTarget(
  compilation: Compilation,
  expander: NodeExpander,
  augment: Statement,
  place: { readonly target: Draft; readonly module: Module },
): readonly Draft[] {
  const { target, module } = place;
  const allowed = CHILDREN[target.keyword];
  if (!allowed) {
    const message = `"${target.keyword}" cannot be augmented`;
    compilation.sink.report('invalid-augment', augment.argumentAt, message);
    return [];
  }
  const drafts: Draft[] = [];
  expander.expand(augment, { parent: target, module }, drafts);
  const fitting = drafts.filter((draft) => checkKind(compilation, draft, target, allowed));
  const when = augment.find('when');
  const conditions = augment.all('if-feature');
  for (const draft of fitting) {
    checkMandatory(compilation, augment, draft);
    draft.add(...conditions);
    if (when) draft.addOuterWhen(when);
    target.children.push(draft);
  }
  return fitting;
}

function checkKind(
  compilation: Compilation,
  draft: Draft,
  target: Draft,
  allowed: readonly NodeKeyword[],
): boolean {
  const { sink } = compilation;
  const { statement } = draft;
  if (!allowed.includes(draft.keyword)) {
    const message = `"${target.keyword}" cannot contain "${draft.keyword}"`;
    sink.report('invalid-augment', statement.at, message);
    return false;
  }
  // In version 1 a choice cannot stand for a case of its own (RFC 6020, section 7.9.2).
  const isShorthand = draft.keyword === 'case' && statement.keyword === 'choice';
  if (isShorthand && compilation.unitOf(statement).version === '1') {
    const message = 'a choice that is a case of its own needs yang-version 1.1';
    sink.report('needs-version-1.1', statement.at, message);
  }
  return true;
}

/**
 * Data that was valid before a module was added has to stay valid: a when makes it so (section 7.17). Version 1
 * does not say that (RFC 6020, section 7.15), but it is true there too.
 */
function checkMandatory(compilation: Compilation, augment: Statement, draft: Draft): void {
  if (draft.parent?.module.name === draft.module.name || augment.isExtension) return;
  const { version } = compilation.unitOf(augment);
  const report = (node: Draft, isConditional: boolean): void => {
    const code = isConditional ? 'later-augment' : 'augment-mandatory';
    const remedy = isConditional ? ' in YANG version 1' : ' without when';
    const message = `mandatory node "${node.name}" cannot be added to another module${remedy}`;
    compilation.sink.report(code, node.statement.at, message);
  };
  const search = (node: Draft, isOuterConditional: boolean): void => {
    const isConditional = isOuterConditional || node.property('when') !== undefined;
    if ((isConditional && version !== '1') || node.argumentOf('config') === 'false') return;
    if (node.argumentOf('mandatory') === 'true') report(node, isConditional);
    else if (Number(node.argumentOf('min-elements') ?? 0) > 0) report(node, isConditional);
    else if (node.keyword === 'container' && !node.property('presence')) {
      for (const child of node.children) search(child, isConditional);
    }
  };
  if (isConfiguration(draft.parent)) search(draft, augment.find('when') !== undefined);
}

function isConfiguration(draft: Draft | undefined): boolean {
  for (let node = draft; node; node = node.parent) {
    if (node.argumentOf('config') === 'false') return false;
    if (node.keyword === 'input' || node.keyword === 'output') return false;
    if (node.keyword === 'notification') return false;
  }
  return true;
}
