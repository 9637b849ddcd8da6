/** Applies the deviations of all implemented modules (RFC 7950, section 7.20.3). */
import type { Statement } from '../syntax/statement.ts';
import type { Compilation, Module } from './compilation.ts';
import type { Draft, NodeKeyword } from './draft.ts';
import { findAbsolute, parseSchemaPath } from './schema-path.ts';

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
const TARGETS: Readonly<Record<string, readonly NodeKeyword[]>> = {
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
};

/** Properties of which a node can have several. */
function isRepeatable(keyword: string, target: Draft): boolean {
  return (
    keyword === 'must' ||
    keyword === 'unique' ||
    (keyword === 'default' && target.keyword === 'leaf-list')
  );
}

export function applyDeviations(compilation: Compilation): void {
  for (const module of compilation.implementedModules) {
    for (const unit of module.units) {
      for (const deviation of unit.statement.all('deviation')) {
        applyDeviation(compilation, module, deviation);
      }
    }
  }
}

function applyDeviation(compilation: Compilation, module: Module, deviation: Statement): void {
  const path = parseSchemaPath(compilation, deviation);
  const target = path && findAbsolute(path);
  const owner = path?.at(-1)?.module;
  if (!target || !owner) {
    if (!path) return;
    const message = `there is no node "${deviation.text}"`;
    compilation.sink.report('deviation-target-not-found', deviation.argumentAt, message);
    return;
  }
  if (owner === module) {
    const message = 'a module cannot deviate from itself';
    compilation.sink.report('invalid-deviation', deviation.argumentAt, message);
    return;
  }
  const names = owner.info.deviatedBy;
  if (!names.includes(module.name)) names.push(module.name);
  for (const deviate of deviation.all('deviate')) applyDeviate(compilation, deviate, target);
}

function applyDeviate(compilation: Compilation, deviate: Statement, target: Draft): void {
  if (deviate.argument === 'not-supported') {
    if (deviate.parent && deviate.parent.all('deviate').length > 1) {
      report(compilation, deviate, '"not-supported" excludes other deviations');
    }
    removeNode(target);
    return;
  }
  for (const property of deviate.substatements) {
    const allowed = TARGETS[property.keyword];
    if (allowed && !allowed.includes(target.keyword)) {
      report(compilation, property, `"${target.keyword}" has no "${property.keyword}"`);
    } else if (deviate.argument === 'add') {
      addProperty(compilation, property, target);
    } else if (deviate.argument === 'replace') {
      replaceProperty(compilation, property, target);
    } else if (deviate.argument === 'delete') {
      deleteProperty(compilation, property, target);
    }
  }
}

function report(compilation: Compilation, statement: Statement, message: string): void {
  compilation.sink.report('invalid-deviation', statement.at, message);
}

function removeNode(target: Draft): void {
  const siblings = target.parent ? target.parent.children : target.module.nodes;
  const index = siblings.indexOf(target);
  if (index >= 0) siblings.splice(index, 1);
}

function addProperty(compilation: Compilation, property: Statement, target: Draft): void {
  const { keyword } = property;
  if (target.property(keyword) && !property.isExtension && !isRepeatable(keyword, target)) {
    report(compilation, property, `"${target.path}" already has "${keyword}": replace it`);
    return;
  }
  target.properties.push(property);
}

function replaceProperty(compilation: Compilation, property: Statement, target: Draft): void {
  const { keyword } = property;
  const present = target.property(keyword) !== undefined;
  // config has a value everywhere, inherited if not stated (section 7.21.1).
  if (!present && keyword !== 'config' && !property.isExtension) {
    report(compilation, property, `"${target.path}" has no "${keyword}" to replace: add it`);
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
