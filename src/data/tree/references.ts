/** What leafrefs and instance-identifiers lead to (RFC 7950, sections 9.9 and 9.13). */
import type { NodeModel } from '../../xpath/index.ts';
import type {
  InstanceIdentifierValue,
  InstanceStep,
  LeafrefType,
  LeafValue,
  SchemaContext,
  UnionType,
  YangType,
} from '../../yang/index.ts';
import { Branch } from '../node.ts';
import type { NodeRef } from './node-ref.ts';

/** The leafref or instance-identifier type that the value belongs to. */
function referenceType(node: NodeRef): YangType | undefined {
  const { schema, value } = node;
  if ((schema.kind !== 'leaf' && schema.kind !== 'leaf-list') || node.isDummy) return undefined;
  let type: YangType = schema.type;
  while (type.base === 'union') type = (type as UnionType).memberOf(value as LeafValue);
  return type.base === 'leafref' || type.base === 'instance-identifier' ? type : undefined;
}

/** The nodes that `node` refers to; none for a node that is no reference. */
export function resolveReference(model: NodeModel<NodeRef>, node: NodeRef): readonly NodeRef[] {
  const type = referenceType(node);
  if (type?.base === 'leafref') {
    const text = model.stringValue(node);
    const { budget } = node.tree;
    const targets = (type as LeafrefType).path.nodes(model, node, { budget });
    return targets.filter((target) => model.stringValue(target) === text);
  }
  if (type?.base !== 'instance-identifier') return [];
  const found = resolveInstance(model, model.root(node), node.value as InstanceIdentifierValue);
  return found ? [found] : [];
}

/** Whether a leafref has its target; stops at the first. */
export function leafrefTargetExists(
  model: NodeModel<NodeRef>,
  node: NodeRef,
  type: LeafrefType,
): boolean {
  const text = model.stringValue(node);
  const { budget } = node.tree;
  // Texts with prefixes are those of the module of the path, and not ours.
  if (typeof node.value !== 'object') return type.path.hasText(model, node, text, { budget });
  return type.path.some(model, node, (target) => model.stringValue(target) === text, { budget });
}

/** The instance that an instance-identifier names. */
export function resolveInstance(
  model: NodeModel<NodeRef>,
  root: NodeRef,
  { steps }: InstanceIdentifierValue,
): NodeRef | undefined {
  let at: NodeRef | undefined = root;
  for (const step of steps) {
    if (!at) return undefined;
    at = resolveStep(model, at, step, root);
  }
  return at;
}

function resolveStep(
  model: NodeModel<NodeRef>,
  at: NodeRef,
  step: InstanceStep,
  root: NodeRef,
): NodeRef | undefined {
  if (!(at.value instanceof Branch)) return undefined;
  const context = contextOf(root);
  const namespace = context?.modules.get(step.module)?.namespace;
  if (namespace === undefined) return undefined;
  const keys = new Map(step.keys.map(({ name, value }) => [name, value]));
  const candidates =
    (keys.size > 0 ? model.childrenByKeys?.(at, namespace, step.name, keys) : undefined) ??
    model.children(at, namespace, step.name);
  let position = 0;
  for (const candidate of candidates) {
    position += 1;
    // Of a list with keys there is one candidate; all values of a leaf-list are.
    at.tree.budget.spend(1);
    if (step.position !== undefined && step.position !== position) continue;
    if (step.value !== undefined && model.stringValue(candidate) !== step.value) continue;
    if (matchesKeys(model, candidate, step)) return candidate;
  }
  return undefined;
}

function matchesKeys(model: NodeModel<NodeRef>, candidate: NodeRef, step: InstanceStep): boolean {
  const leaves = step.keys.length === 0 ? [] : [...model.children(candidate)];
  return step.keys.every(({ name, value }) =>
    leaves.some((leaf) => model.localName(leaf) === name && model.stringValue(leaf) === value),
  );
}

function contextOf(root: NodeRef): SchemaContext | undefined {
  return root.schema.kind === 'root' ? root.schema.context : undefined;
}
