/** Checks properties of nodes against each other; the groupings are checked too, used or not. */
import type { Compilation } from './compilation.ts';
import { nearest } from '../suggestion.ts';
import { splitPrefix } from '../syntax/statement.ts';
import { findNamed, placementOf, visitDrafts, type Draft } from './draft.ts';

export function checkNodes(compilation: Compilation): void {
  const check = (draft: Draft): void => {
    for (const rule of RULES[draft.keyword] ?? []) rule(compilation, draft);
  };
  for (const module of compilation.implementedModules) {
    for (const draft of module.nodes) checkTopLevel(compilation, draft);
    visitDrafts(module.nodes, check);
  }
  for (const { nodes } of compilation.groupings) visitDrafts(nodes, check);
  for (const { nodes } of compilation.structures) visitDrafts(nodes, check);
}

/** The module of mount points. */
export const SCHEMA_MOUNT = 'ietf-yang-schema-mount';

type Rule = (compilation: Compilation, draft: Draft) => void;

const RULES: Readonly<Partial<Record<Draft['keyword'], readonly Rule[]>>> = {
  action: [checkPlacement],
  choice: [checkDefaultCase, checkDefaultAndMandatory],
  container: [checkMountPoint],
  leaf: [checkDefaultAndMandatory],
  'leaf-list': [checkElementCount, checkDefaultAndMinimum],
  list: [checkElementCount, checkMountPoint],
  notification: [checkPlacement],
};

/** Section 7.15: not in another operation or notification, a case, or a list without key. */
function checkPlacement(compilation: Compilation, draft: Draft): void {
  const fault = misplacement(draft);
  if (fault === undefined) return;
  const message = `${draft.keyword} "${draft.name}" cannot be ${fault.place}`;
  compilation.sink.report('misplaced-node', placementOf(draft, fault.node).at, message);
}

/** The ancestor in which `draft` cannot be, and how to say so. */
function misplacement(draft: Draft): { readonly node: Draft; readonly place: string } | undefined {
  for (let node = draft.parent; node; node = node.parent) {
    const place = forbiddenPlace(node, draft);
    if (place !== undefined) return { node, place };
  }
  return undefined;
}

function forbiddenPlace(node: Draft, draft: Draft): string | undefined {
  switch (node.keyword) {
    case 'case':
      return node === draft.parent ? 'in a case' : undefined;
    case 'input':
    case 'output':
      return 'within an rpc or action';
    case 'notification':
      return 'within a notification';
    case 'list':
      return node.property('key') ? undefined : 'within a list without key';
    default:
      return undefined;
  }
}

/** A grouping with an action cannot be used at the top level; of an action written there the grammar speaks. */
function checkTopLevel(compilation: Compilation, draft: Draft): void {
  if (draft.keyword !== 'action' || draft.uses === undefined) return;
  const message = `action "${draft.name}" cannot be at the top level`;
  compilation.sink.report('misplaced-node', placementOf(draft).at, message);
}

/** Section 7.9.3. */
function checkDefaultCase(compilation: Compilation, draft: Draft): void {
  const statement = draft.property('default');
  if (!statement) return;
  const chosen = findDefaultCase(compilation, draft);
  if (!chosen) {
    const message = `choice "${draft.name}" has no case "${statement.text}"`;
    compilation.sink.report('invalid-default-case', statement.argumentAt, message, () =>
      nearest(
        statement.text,
        draft.children.map(({ name }) => name),
      ),
    );
    return;
  }
  const mandatory = chosen.children.find(isMandatory);
  if (!mandatory) return;
  const message = `default case "${chosen.name}" has the mandatory node "${mandatory.name}"`;
  compilation.sink.report('invalid-default-case', statement.argumentAt, message);
}

/** The case that is named as default; some give its name a prefix. */
export function findDefaultCase(compilation: Compilation, choice: Draft): Draft | undefined {
  const statement = choice.property('default');
  if (!statement) return undefined;
  const [prefix, name] = splitPrefix(statement.text);
  const module = compilation.moduleOf(prefix, statement);
  if (prefix !== undefined && module?.name !== choice.module.name) return undefined;
  return findNamed(choice.children, name).find((child) => child.module === choice.module);
}

/** Section 3, "mandatory node"; a container without presence is mandatory if a child is. */
function isMandatory(draft: Draft): boolean {
  if (draft.argumentOf('mandatory') === 'true') return true;
  if (Number(draft.argumentOf('min-elements') ?? 0) > 0) return true;
  if (draft.keyword !== 'container' || draft.property('presence')) return false;
  return draft.children.some(isMandatory);
}

/** Sections 7.6.4 and 7.9.3. */
function checkDefaultAndMandatory(compilation: Compilation, draft: Draft): void {
  const statement = draft.property('default');
  if (!statement || draft.argumentOf('mandatory') !== 'true') return;
  const message = `"${draft.name}" is mandatory and has a default`;
  compilation.sink.report('default-and-mandatory', statement.at, message);
}

/** Section 7.7.4. */
function checkDefaultAndMinimum(compilation: Compilation, draft: Draft): void {
  const statement = draft.property('default');
  if (!statement || Number(draft.argumentOf('min-elements') ?? 0) === 0) return;
  const message = `"${draft.name}" has min-elements and a default`;
  compilation.sink.report('default-and-mandatory', statement.at, message);
}

function checkElementCount(compilation: Compilation, draft: Draft): void {
  const min = draft.property('min-elements');
  const max = draft.argumentOf('max-elements');
  // What is no number is a matter of the grammar, which reports it.
  if (!min || max === undefined || !(Number(min.text) > Number(max))) return;
  const message = `min-elements ${min.text} is greater than max-elements ${max}`;
  compilation.sink.report('min-exceeds-max', min.argumentAt, message);
}

/** RFC 8528, section 4: a module of version 1 has no mount points, not even from a grouping. */
function checkMountPoint(compilation: Compilation, draft: Draft): void {
  const uses = draft.properties.filter(({ isExtension }) => isExtension);
  if (uses.length === 0 || draft.module.units[0]?.version !== '1') return;
  for (const use of uses) {
    const [prefix, name] = splitPrefix(use.keyword);
    if (name !== 'mount-point') continue;
    if (compilation.moduleOf(prefix, use)?.name !== SCHEMA_MOUNT) continue;
    const message = `"${use.keyword}" needs yang-version 1.1 in module "${draft.module.name}"`;
    compilation.sink.report('needs-version-1.1', use.at, message);
  }
}
