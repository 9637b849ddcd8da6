/** One step of a path down the schema, with or without a prefix. */
import type {
  BranchSchemaNode,
  InputOutputNode,
  OperationNode,
  SchemaContext,
  SchemaNode,
} from '../../../../src/yang/index.ts';
import { nearest } from '../../../../src/yang/suggestion.ts';
import { UsageError } from '../../exit-code.ts';
import type { Names } from '../schema/names.ts';
import type { PathName } from './parse-path.ts';

/** What a step leads to. */
export interface Step {
  readonly namespace: string;
  /** Undefined when the schema is not known, there or at all. */
  readonly schema: StepNode | undefined;
}

export type StepNode = BranchSchemaNode['dataChildren'][number] | OperationNode;

/** Where a step starts from. */
export interface StepPlace {
  /** Undefined when the schema is not known there. */
  readonly schema: BranchSchemaNode | undefined;
  /** `''` at the top. */
  readonly namespace: string;
  /** For messages. */
  readonly path: string;
  /** What else may follow: actions, or at the top rpcs. */
  readonly withOperations: boolean;
}

/**
 * Follows a step. Without a prefix the node is of the module of the node before, or else of the only other
 * module that has one of that name there. Throws {@link UsageError} for what is not there, or not clear.
 */
export function takeStep(names: Names, place: StepPlace, step: PathName): Step {
  if (step.prefix !== '') return prefixedStep(names, place, step);
  const { schema, namespace, path } = place;
  if (!schema) {
    if (namespace !== '') return { namespace, schema: undefined };
    throw new UsageError(
      `"${step.name}" needs a prefix: the device does not give its modules, so that its module is not known`,
    );
  }
  const found = childrenOf(schema, place.withOperations).filter(({ name }) => name === step.name);
  const own = found.find((node) => node.module.namespace === namespace);
  const [only, ...others] = own ? [own] : found;
  if (!only) throw unknownNode(schema, step.name, path, place.withOperations);
  if (others.length === 0) return { namespace: only.module.namespace, schema: only };
  const modules = found.map((node) => node.module.name).join(', ');
  throw new UsageError(
    `"${step.name}" in ${path} is ambiguous: these modules have it: ${modules}; write MODULE:${step.name}`,
  );
}

function prefixedStep(names: Names, place: StepPlace, { prefix, name }: PathName): Step {
  const namespace = names.resolve(prefix);
  const { schema, path } = place;
  if (!schema) return { namespace, schema: undefined };
  const found = childrenOf(schema, place.withOperations).find(
    (node) => node.name === name && node.module.namespace === namespace,
  );
  if (found) return { namespace, schema: found };
  // A module that did not compile is none that can be looked into.
  if (names.context?.moduleByNamespace.get(namespace)?.implemented !== true) {
    return { namespace, schema: undefined };
  }
  throw unknownNode(schema, name, path, place.withOperations);
}

function unknownNode(
  schema: BranchSchemaNode,
  name: string,
  path: string,
  withOperations: boolean,
): UsageError {
  const meant = nearest(
    name,
    childrenOf(schema, withOperations).map((node) => node.name),
  );
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
  return new UsageError(`there is no "${name}" in ${path === '' ? 'the schema' : path}${hint}`);
}

/** Data nodes, and operations where they are asked for. */
export function childrenOf(schema: BranchSchemaNode, withOperations: boolean): readonly StepNode[] {
  if (!withOperations) return schema.dataChildren;
  return [...schema.dataChildren, ...operationsIn(schema)];
}

function operationsIn(schema: BranchSchemaNode): readonly OperationNode[] {
  if (schema.kind === 'root') return [...rpcsOf(schema.context)];
  const found: OperationNode[] = [];
  const open: SchemaNode[] = [...schema.children];
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.kind === 'action') found.push(node);
    if (node.kind === 'choice' || node.kind === 'case') open.push(...node.children);
  }
  return found;
}

function rpcsOf(context: SchemaContext): Iterable<OperationNode> {
  return [...context.rpcs.values()].filter((rpc) => rpc.module.implemented);
}

/** What steps below a node start from. */
export function branchOf(
  node: StepNode | undefined,
): BranchSchemaNode | InputOutputNode | undefined {
  if (node?.kind === 'rpc' || node?.kind === 'action') return node.input;
  return node?.kind === 'container' || node?.kind === 'list' ? node : undefined;
}
