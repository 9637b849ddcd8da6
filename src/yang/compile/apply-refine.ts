/** Changes properties of nodes that a grouping brings in (RFC 7950, section 7.13.2). */
import type { Statement } from '../syntax/statement.ts';
import type { Compilation } from './compilation.ts';
import type { Draft, NodeKeyword } from './draft.ts';
import { findNode, parseSchemaPath } from './schema-path.ts';
import { suggestPath } from './suggest-path.ts';

const ANY: readonly NodeKeyword[] = [
  'anydata',
  'anyxml',
  'case',
  'choice',
  'container',
  'leaf',
  'leaf-list',
  'list',
  'action',
  'notification',
];

/** Which kinds of node a refinement is for. */
const TARGETS: ReadonlyMap<string, readonly NodeKeyword[]> = new Map(
  Object.entries<readonly NodeKeyword[]>({
    config: ['anydata', 'anyxml', 'choice', 'container', 'leaf', 'leaf-list', 'list'],
    default: ['choice', 'leaf', 'leaf-list'],
    description: ANY,
    'if-feature': ['anydata', 'anyxml', 'case', 'choice', 'container', 'leaf', 'leaf-list', 'list'],
    mandatory: ['anydata', 'anyxml', 'choice', 'leaf'],
    'max-elements': ['leaf-list', 'list'],
    'min-elements': ['leaf-list', 'list'],
    must: ['anydata', 'anyxml', 'container', 'leaf', 'leaf-list', 'list'],
    presence: ['container'],
    reference: ANY,
  }),
);

/** Refinements that are added to what is there; the others take its place. */
const ADDED: ReadonlySet<string> = new Set(['if-feature', 'must']);

export function applyRefine(
  compilation: Compilation,
  refine: Statement,
  drafts: readonly Draft[],
): void {
  const path = parseSchemaPath(compilation, refine);
  if (!path) return;
  const target = findNode(drafts, path);
  if (!target) {
    const message = `the grouping has no node "${refine.text}"`;
    compilation.sink.report('refine-target-not-found', refine.argumentAt, message, () =>
      suggestPath(drafts, path, refine.text),
    );
    return;
  }
  if (refine.find('default')) {
    (target.refinedDefaults ??= []).push(...target.all('default'));
    target.remove('default');
  }
  for (const property of refine.substatements) applyProperty(compilation, property, target);
}

function applyProperty(compilation: Compilation, property: Statement, target: Draft): void {
  const { keyword } = property;
  const allowed = TARGETS.get(keyword);
  if (allowed && !allowed.includes(target.keyword)) {
    const message = `"${target.keyword}" has no "${keyword}" to refine`;
    compilation.sink.report('invalid-refine', property.at, message);
  } else if (keyword === 'default' && isLeafListOfVersion1(compilation, target)) {
    const message = 'a "leaf-list" of YANG version 1 has no "default"';
    compilation.sink.report('invalid-refine', property.at, message);
  } else if (keyword === 'default' && target.property('default')) {
    addDefault(compilation, property, target);
  } else if (ADDED.has(keyword) || keyword === 'default' || property.isExtension) {
    target.add(property);
  } else if (allowed) {
    target.replace(property);
  }
}

function isLeafListOfVersion1(compilation: Compilation, target: Draft): boolean {
  return target.keyword === 'leaf-list' && compilation.unitOf(target.statement).version === '1';
}

function addDefault(compilation: Compilation, property: Statement, target: Draft): void {
  if (target.keyword === 'leaf-list') {
    target.add(property);
    return;
  }
  const message = `"${target.keyword}" can have only one default`;
  compilation.sink.report('invalid-refine', property.at, message);
}
