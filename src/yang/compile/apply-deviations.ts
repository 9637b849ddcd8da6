/** Applies the deviations of all implemented modules (RFC 7950, section 7.20.3). */
import type { Statement } from '../syntax/statement.ts';
import type { Compilation, Module } from './compilation.ts';
import { removeFrom, type Draft, type NodeKeyword } from './draft.ts';
import { findAbsolute, parseSchemaPath, topLevel } from './schema-path.ts';
import { suggestPath } from './suggest-path.ts';

const CONFIGURABLE: readonly NodeKeyword[] = [
  'anydata',
  'anyxml',
  'choice',
  'container',
  'leaf',
  'leaf-list',
  'list',
];

/** Which kinds of node can have each property. */
const TARGETS: ReadonlyMap<string, readonly NodeKeyword[]> = new Map(
  Object.entries<readonly NodeKeyword[]>({
    config: CONFIGURABLE,
    default: ['choice', 'leaf', 'leaf-list'],
    mandatory: ['anydata', 'anyxml', 'choice', 'leaf'],
    'max-elements': ['leaf-list', 'list'],
    'min-elements': ['leaf-list', 'list'],
    must: [
      'anydata',
      'anyxml',
      'container',
      'input',
      'leaf',
      'leaf-list',
      'list',
      'notification',
      'output',
    ],
    type: ['leaf', 'leaf-list'],
    unique: ['list'],
    units: ['leaf', 'leaf-list'],
  }),
);

/** Properties of which a node can have several. */
function isRepeatable(keyword: string, target: Draft): boolean {
  return (
    keyword === 'must' ||
    keyword === 'unique' ||
    (keyword === 'default' && target.keyword === 'leaf-list')
  );
}

/** A deviation with the node it is about. */
interface Found {
  readonly deviation: Statement;
  readonly target: Draft;
}

/**
 * The order of deviations means nothing (section 7.20.3), so all targets are found before anything changes, and
 * nodes are removed when everything else is done.
 */
export function applyDeviations(compilation: Compilation): void {
  const all = compilation.implementedModules.flatMap((module) =>
    module.units.flatMap(({ statement }) =>
      statement
        .all('deviation')
        .flatMap((deviation) => findTarget(compilation, module, deviation) ?? []),
    ),
  );
  const removed = new Map<Draft, Statement>();
  for (const { deviation, target } of all) {
    const removal = deviation.all('deviate').find(({ argument }) => argument === 'not-supported');
    if (removal) removed.set(target, removal);
  }
  for (const { deviation, target } of all) {
    for (const deviate of deviation.all('deviate')) {
      if (deviate.argument === 'not-supported') continue;
      if (removed.has(target)) {
        report(compilation, deviate, `"${target.path}" is "not-supported" by another deviation`);
      }
      applyDeviate(compilation, deviate, target);
    }
  }
  removeNodes([...removed.keys()]);
}

function findTarget(
  compilation: Compilation,
  module: Module,
  deviation: Statement,
): Found | undefined {
  const path = parseSchemaPath(compilation, deviation);
  if (!path) return undefined;
  const target = findAbsolute(compilation, path);
  if (!target) {
    const message = `there is no node "${deviation.text}"`;
    compilation.sink.report('deviation-target-not-found', deviation.argumentAt, message, () =>
      suggestPath(topLevel(compilation, path), path, deviation.text),
    );
    return undefined;
  }
  const names = target.module.info.deviatedBy;
  if (target.module !== module && !names.includes(module.name)) names.push(module.name);
  return { deviation, target };
}

function applyDeviate(compilation: Compilation, deviate: Statement, target: Draft): void {
  for (const property of deviate.substatements) {
    if (!isApplicable(compilation, property, target)) continue;
    if (deviate.argument === 'add') addProperty(compilation, property, target);
    else if (deviate.argument === 'replace') replaceProperty(compilation, property, target);
    else if (deviate.argument === 'delete') deleteProperty(compilation, property, target);
  }
}

function isApplicable(compilation: Compilation, property: Statement, target: Draft): boolean {
  const { keyword } = property;
  const allowed = TARGETS.get(keyword);
  if (allowed && !allowed.includes(target.keyword)) {
    report(compilation, property, `"${target.keyword}" has no "${keyword}"`);
    return false;
  }
  if (keyword === 'default' && target.keyword === 'leaf-list' && isVersion1(compilation, target)) {
    report(compilation, property, 'a "leaf-list" of YANG version 1 has no "default"');
    return false;
  }
  return true;
}

function isVersion1(compilation: Compilation, target: Draft): boolean {
  return compilation.unitOf(target.statement).version === '1';
}

function report(compilation: Compilation, statement: Statement, message: string): void {
  compilation.sink.report('invalid-deviation', statement.at, message);
}

/** Input and output are there in any case: only what is in them goes (section 7.14). */
function removeNodes(targets: readonly Draft[]): void {
  const removed = new Set(targets);
  const levels = new Set<Draft[]>();
  for (const target of targets) {
    if (target.keyword === 'input' || target.keyword === 'output') {
      target.children.length = 0;
      target.remove('must');
    } else {
      levels.add(target.parent ? target.parent.children : target.module.nodes);
    }
  }
  for (const level of levels) removeFrom(level, removed);
}

function addProperty(compilation: Compilation, property: Statement, target: Draft): void {
  const { keyword } = property;
  if (target.property(keyword) && !property.isExtension && !isRepeatable(keyword, target)) {
    report(compilation, property, `"${target.path}" already has "${keyword}": replace it`);
    return;
  }
  target.add(property);
}

function replaceProperty(compilation: Compilation, property: Statement, target: Draft): void {
  const { keyword } = property;
  const present = target.property(keyword) !== undefined;
  // Every node has a value of config, inherited if not stated (section 7.21.1).
  if (!present && keyword !== 'config' && !property.isExtension) {
    report(compilation, property, `"${target.path}" has no "${keyword}" to replace: add it`);
    return;
  }
  if (target.all(keyword).length > 1 && !property.isExtension) {
    report(compilation, property, `"${target.path}" has several "${keyword}": delete and add them`);
    return;
  }
  target.replace(property);
}

function deleteProperty(compilation: Compilation, property: Statement, target: Draft): void {
  const index = target.properties.findIndex(
    ({ keyword, argument }) => keyword === property.keyword && argument === property.argument,
  );
  if (index < 0) {
    const text = `${property.keyword} "${property.text}"`;
    report(compilation, property, `"${target.path}" has no ${text} to delete`);
    return;
  }
  target.properties = target.properties.filter((_, at) => at !== index);
}
