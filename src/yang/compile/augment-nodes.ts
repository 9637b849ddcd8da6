/** Puts the nodes of an augment into its target (RFC 7950, section 7.17). */
import type { Statement } from '../syntax/statement.ts';
import type { Compilation, Module } from './compilation.ts';
import type { Draft, ExpandNodes, NodeKeyword } from './draft.ts';
import { findDescendant, parseSchemaPath } from './schema-path.ts';

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

/** An augment inside uses: its target is among the nodes that the uses brought in. */
export function addAugmentNodes(
  compilation: Compilation,
  expand: ExpandNodes,
  augment: Statement,
  scope: { readonly drafts: readonly Draft[]; readonly module: Module },
): void {
  if (augment.text.startsWith('/')) {
    const message = 'an augment in uses needs a descendant schema node identifier';
    compilation.sink.report('invalid-argument', augment.argumentAt, message);
    return;
  }
  const path = parseSchemaPath(compilation, augment);
  if (!path) return;
  const target = findDescendant(scope.drafts, path);
  if (target) augmentTarget(compilation, expand, augment, { target, module: scope.module });
  else reportNoTarget(compilation, augment);
}

export function reportNoTarget(compilation: Compilation, augment: Statement): void {
  const message = `there is no node "${augment.text}"`;
  compilation.sink.report('augment-target-not-found', augment.argumentAt, message);
}

/** Expands the nodes of `augment` into `target`. */
export function augmentTarget(
  compilation: Compilation,
  expand: ExpandNodes,
  augment: Statement,
  place: { readonly target: Draft; readonly module: Module },
): void {
  const { target, module } = place;
  const allowed = CHILDREN[target.keyword];
  if (!allowed) {
    const message = `"${target.keyword}" cannot be augmented`;
    compilation.sink.report('invalid-augment', augment.argumentAt, message);
    return;
  }
  const when = augment.find('when');
  const conditions = augment.all('if-feature');
  for (const draft of expand(augment, target, module)) {
    if (!allowed.includes(draft.keyword)) {
      const message = `"${target.keyword}" cannot contain "${draft.keyword}"`;
      compilation.sink.report('invalid-augment', draft.statement.at, message);
      continue;
    }
    draft.properties.push(...conditions);
    if (when) draft.outerWhens.push(when);
    if (!when) checkMandatory(compilation, draft);
    target.children.push(draft);
  }
}

/** Data that was valid before a module was added has to stay valid (section 7.17). */
function checkMandatory(compilation: Compilation, draft: Draft): void {
  if (draft.parent?.module === draft.module || draft.property('when')) return;
  const report = (node: Draft): void => {
    const message = `mandatory node "${node.name}" cannot be added to another module without when`;
    compilation.sink.report('augment-mandatory', node.statement.at, message);
  };
  const search = (node: Draft): void => {
    if (node.property('when') || node.argumentOf('config') === 'false') return;
    if (node.argumentOf('mandatory') === 'true') report(node);
    else if (Number(node.argumentOf('min-elements') ?? 0) > 0) report(node);
    else if (node.keyword === 'container' && !node.property('presence')) {
      for (const child of node.children) search(child);
    }
  };
  if (isConfiguration(draft.parent)) search(draft);
}

function isConfiguration(draft: Draft | undefined): boolean {
  for (let node = draft; node; node = node.parent) {
    if (node.argumentOf('config') === 'false') return false;
    if (node.keyword === 'input' || node.keyword === 'output') return false;
    if (node.keyword === 'notification') return false;
  }
  return true;
}
