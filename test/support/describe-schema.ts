/**
 * A compiled schema as lines of text with every property of every node, for comparing two schemas. What
 * a property is called is read from the objects themselves, so that a new one is not forgotten. Prose is
 * left out, and so is white space within expressions and patterns, where it means nothing.
 */
import type {
  Identity,
  ModuleInfo,
  SchemaContext,
  SchemaNode,
  Statement,
} from '../../src/yang/index.ts';
import { printStatement } from '../../src/yang/index.ts';

/** And the history of a module. */
const PROSE: ReadonlySet<string> = new Set([
  'description',
  'reference',
  'contact',
  'organization',
  'revisions',
]);
/** Ways to other nodes, which have lines of their own. */
const LINKS: ReadonlySet<string> = new Set([
  // What types share with the compiler.
  'common',
  'parent',
  'dataParent',
  'children',
  'dataChildren',
  'cases',
  'input',
  'output',
  'context',
]);
/** Texts in which line breaks mean nothing. */
const EXPRESSIONS: ReadonlySet<string> = new Set(['path', 'expression']);

/** One line for each node, identity, annotation and structure of the modules that `wanted` accepts. */
export function describeSchema(
  context: SchemaContext,
  wanted: (module: ModuleInfo) => boolean,
): readonly string[] {
  const lines: string[] = [];
  for (const module of context.modules.values()) {
    if (wanted(module)) lines.push(`module ${module.name} ${describeProperties(module)}`);
  }
  for (const identity of context.identities) {
    if (!wanted(identity.module)) continue;
    const ancestors = [...identity.ancestors].map(identityName).toSorted();
    const bases = identity.bases.map(identityName);
    lines.push(`identity ${identityName(identity)} ${JSON.stringify({ bases, ancestors })}`);
  }
  for (const annotation of context.annotations.values()) {
    if (wanted(annotation.module))
      lines.push(`annotation ${annotation.name} ${describeProperties(annotation)}`);
  }
  const visit = (node: SchemaNode): void => {
    if (node.kind !== 'root' && wanted(node.module)) {
      lines.push(`${pathOf(node)} ${describeProperties(node)}`);
    }
    if (node.kind === 'rpc' || node.kind === 'action') [node.input, node.output].forEach(visit);
    else if ('children' in node) node.children.forEach(visit);
  };
  visit(context.root);
  for (const structure of context.structures.values()) visit(structure.root);
  return lines;
}

function pathOf(node: SchemaNode): string {
  if (node.kind === 'root') return '';
  return `${pathOf(node.parent)}/${node.module.name}:${node.name}`;
}

function identityName({ module, name }: Identity): string {
  return `${module.name}:${name}`;
}

function describeProperties(object: object): string {
  return JSON.stringify(plainProperties(object));
}

function plainProperties(object: object): Readonly<Record<string, unknown>> {
  const entries = propertyNames(object).flatMap((name) => {
    if (PROSE.has(name) || LINKS.has(name)) return [];
    const value: unknown = Reflect.get(object, name);
    return typeof value === 'function' ? [] : [[name, plain(value, name)] as const];
  });
  return Object.fromEntries(entries);
}

/** Own properties and what classes compute. */
function propertyNames(object: object): readonly string[] {
  const names = new Set<string>();
  for (let it: unknown = object; it && it !== Object.prototype; it = Object.getPrototypeOf(it)) {
    const descriptors = Object.getOwnPropertyDescriptors(it);
    for (const [name, descriptor] of Object.entries(descriptors)) {
      if (descriptor.enumerable === true || 'get' in descriptor) names.add(name);
    }
  }
  return [...names].filter((name) => name !== '__proto__').toSorted();
}

function plain(value: unknown, name: string): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return name === 'text' ? value.replaceAll(/\s+/g, '') : value;
  if (typeof value !== 'object' || value === null) return value;
  if (EXPRESSIONS.has(name) && 'text' in value) return String(value.text).replaceAll(/\s+/g, '');
  if (value instanceof Map) return [...value].map((it) => plain(it, ''));
  if (value instanceof Set || Array.isArray(value))
    return [...(value as Iterable<unknown>)]
      .filter((it) => !isProse(it))
      .map((it) => plain(it, name));
  if (isModule(value)) return `${value.name}@${value.revision ?? ''}`;
  if (isIdentity(value)) return identityName(value);
  if (isNode(value)) return pathOf(value);
  if (isStatement(value)) return printStatement(value);
  return plainProperties(value);
}

function isModule(value: object): value is ModuleInfo {
  return 'namespace' in value && 'yangVersion' in value;
}

function isIdentity(value: object): value is Identity {
  return 'ancestors' in value && 'bases' in value;
}

function isNode(value: object): value is SchemaNode {
  return 'kind' in value && 'parent' in value && 'module' in value;
}

/** Substatements of extensions; those of YANG's own statements have no place here. */
function isProse(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !isStatement(value)) return false;
  return value.keyword === 'description' || value.keyword === 'reference';
}

function isStatement(value: object): value is Statement {
  return 'keyword' in value && 'substatements' in value;
}
