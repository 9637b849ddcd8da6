/**
 * Paths of access control rules, `node-instance-identifier` (RFC 8341, section 3.5.2): an instance-identifier whose
 * key predicates are optional, which may end at an action or a notification, and where `$USER` may stand for a value.
 * `/` is everything.
 */
import type {
  DataSchemaNode,
  LeafListNode,
  LeafNode,
  NotificationNode,
  OperationNode,
  SchemaContext,
  SchemaNode,
} from '../schema.ts';
import { Refusal, asTypeBase, quote } from './base.ts';
import { literal, parseInstancePath } from './instance-path-text.ts';
import type { TextPredicate, TextStep } from './instance-path-text.ts';
import type { LeafValue, PrefixFor, ResolvePrefix } from './type.ts';

/** What a predicate asks of a leaf, or of a leaf-list entry. */
export interface NodePathTest {
  readonly node: LeafNode | LeafListNode;
  /** `undefined` stands for the name of the user, `$USER`. */
  readonly value: LeafValue | undefined;
}

export interface NodePathStep {
  readonly node: DataSchemaNode | OperationNode | NotificationNode;
  /** Of a list: some of its keys, in the order of the `key` statement. Of a leaf-list: the value or nothing. */
  readonly tests: readonly NodePathTest[];
  /** Place of the entry in a list without keys, from 1. */
  readonly position: number | undefined;
}

/** Without steps it is everything. */
export type NodePath = readonly NodePathStep[];

export interface NodePathScope {
  /** The namespace of a name with `prefix` below a node of namespace `parent`. */
  readonly resolve: (prefix: string, parent: string | undefined) => string | undefined;
  /** For names inside values. */
  readonly prefixes: ResolvePrefix;
}

/** The steps, or what is wrong with the text. */
export function parseNodePath(
  text: string,
  { context, scope }: { readonly context: SchemaContext; readonly scope: NodePathScope },
): NodePath | Refusal {
  const trimmed = text.trim();
  if (trimmed === '/') return [];
  const parsed = parseInstancePath(trimmed, 'node');
  if (typeof parsed === 'string') return new Refusal(`${quote(text)} is not a path: ${parsed}`);
  const steps: NodePathStep[] = [];
  let parent: SchemaNode = context.root;
  for (const part of parsed) {
    const above: string | undefined = parent.kind === 'root' ? undefined : parent.module.namespace;
    const namespace = scope.resolve(part.prefix, above);
    const node: NodePathStep['node'] | undefined =
      namespace === undefined ? undefined : childOf(parent, namespace, part.name);
    if (!node) {
      const shown = part.prefix === '' ? part.name : `${part.prefix}:${part.name}`;
      return new Refusal(`${quote(text)}: the schema has no "${shown}" there`);
    }
    const step = readStep(node, part, scope);
    if (step instanceof Refusal) return new Refusal(`${quote(text)}: ${step.message}`);
    steps.push(step);
    parent = node;
  }
  return steps;
}

/** The path as it is printed for `parseNodePath` to read again. `nameOf` qualifies the names of nodes. */
export function printNodePath(
  path: NodePath,
  nameOf: (node: NodePathStep['node']) => string,
  textOf: (test: NodePathTest & { readonly value: LeafValue }) => string,
): string {
  const valueOf = ({ node, value }: NodePathTest): string =>
    value === undefined ? '$USER' : literal(textOf({ node, value }));
  const steps = path.map(({ node, tests, position }) => {
    const predicates = tests.map((test) =>
      test.node === node ? `[.=${valueOf(test)}]` : `[${nameOf(test.node)}=${valueOf(test)}]`,
    );
    const at = position === undefined ? '' : `[${String(position)}]`;
    return `/${nameOf(node)}${predicates.join('')}${at}`;
  });
  return steps.join('') || '/';
}

/** Names of modules stand for prefixes, as in the canonical form of a path. */
export function moduleScope(context: SchemaContext): NodePathScope {
  const prefixes: ResolvePrefix = (name) => context.modules.get(name)?.namespace;
  return { resolve: prefixes, prefixes };
}

/** Text of a value with the prefixes that `prefixFor` gives. */
export function printTest(
  { node, value }: NodePathTest & { readonly value: LeafValue },
  prefixFor: PrefixFor,
): string {
  return node.type.print(value, prefixFor);
}

/** Choices and cases are no steps. */
function childOf(
  parent: SchemaNode,
  namespace: string,
  name: string,
): NodePathStep['node'] | undefined {
  for (const child of 'children' in parent ? parent.children : []) {
    if (child.kind === 'choice' || child.kind === 'case') {
      const inner = childOf(child, namespace, name);
      if (inner) return inner;
    } else if (isStep(child) && child.name === name && child.module.namespace === namespace) {
      return child;
    }
  }
  return undefined;
}

/** Top-level operations and notifications are not in the data tree. */
function isStep(node: SchemaNode): node is NodePathStep['node'] {
  if (node.kind === 'notification') return node.parent.kind !== 'root';
  return 'slot' in node || node.kind === 'action';
}

function readStep(
  node: NodePathStep['node'],
  { predicates }: TextStep,
  scope: NodePathScope,
): NodePathStep | Refusal {
  if (predicates.length === 0) return { node, tests: [], position: undefined };
  if (node.kind === 'list' && node.keys.length > 0) {
    const tests: NodePathTest[] = [];
    for (const key of node.keys) {
      const given = predicates.find((it) => names(it, key, scope));
      const value = given && readValue(key, given, scope);
      if (value instanceof Refusal) return value;
      if (given) tests.push({ node: key, value });
    }
    return tests.length === predicates.length
      ? { node, tests, position: undefined }
      : new Refusal(`list "${node.name}" takes one predicate for each of its keys at most`);
  }
  const [predicate, ...more] = predicates;
  if (predicate && more.length === 0) {
    if (node.kind === 'leaf-list' && predicate.kind === 'value') {
      const value = readValue(node, predicate, scope);
      if (value instanceof Refusal) return value;
      return { node, tests: [{ node, value }], position: undefined };
    }
    if (node.kind === 'list' && predicate.kind === 'position') {
      return { node, tests: [], position: predicate.position };
    }
  }
  return new Refusal(`${node.kind} "${node.name}" cannot have this predicate`);
}

function names(predicate: TextPredicate, key: LeafNode, { resolve }: NodePathScope): boolean {
  return (
    predicate.kind === 'key' &&
    predicate.name === key.name &&
    resolve(predicate.prefix, key.module.namespace) === key.module.namespace
  );
}

/** Undefined for `$USER`. */
function readValue(
  node: LeafNode | LeafListNode,
  predicate: TextPredicate,
  { prefixes }: NodePathScope,
): LeafValue | undefined | Refusal {
  if (predicate.kind === 'position') return new Refusal(`"${node.name}" is no position`);
  if (predicate.isUser === true) return undefined;
  const value = asTypeBase(node.type).read(predicate.value, prefixes);
  return value instanceof Refusal ? new Refusal(`"${node.name}": ${value.message}`) : value;
}
