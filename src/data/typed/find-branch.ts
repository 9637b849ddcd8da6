/** Branch schema nodes by paths such as `/sami:sami/vm` or `/ietf-netconf:get-config/input`. */
import { qnameKey } from '../../yang/index.ts';
import type { BranchSchemaNode, ModuleInfo, SchemaContext, SchemaNode } from '../../yang/index.ts';

/** What stands before the path of a structure (RFC 8791) or yang-data (RFC 8040, section 8). */
const STRUCTURE = 'structure ';

/**
 * The node at a path: names of data nodes, of operations and notifications, and `input` or `output`; a module
 * name stands where the module changes. `/` is the root. `structure /module:name` is a structure: the
 * container that its documents have, or their root where its name is nowhere in data.
 */
export function findBranch(context: SchemaContext, path: string): BranchSchemaNode | undefined {
  const [step = '', ...rest] = path.replace(STRUCTURE, '').slice(1).split('/');
  if (step === '') return context.root;
  const module = moduleOf(context, step);
  if (!module) return undefined;
  let found: SchemaNode | undefined = path.startsWith(STRUCTURE)
    ? findStructure(context, module, localName(step))
    : childOf(context.root, module, localName(step));
  let current: ModuleInfo = module;
  for (const inner of rest) {
    const next = inner.includes(':') ? moduleOf(context, inner) : current;
    if (!found || !next) return undefined;
    found = childOf(found, next, localName(inner));
    current = next;
  }
  return found && 'dataChildren' in found ? found : undefined;
}

/** The context that a node is of. */
export function contextOf(schema: BranchSchemaNode): SchemaContext {
  let node: SchemaNode = schema;
  while (node.kind !== 'root') node = node.parent;
  return node.context;
}

function findStructure(
  context: SchemaContext,
  { namespace }: ModuleInfo,
  name: string,
): BranchSchemaNode | undefined {
  const structure = context.structures.get(qnameKey(namespace, name));
  if (structure?.source !== 'structure') return structure?.root;
  return childOf(structure.root, structure.module, name) as BranchSchemaNode | undefined;
}

/** Choices and cases are not part of the path. */
function childOf(parent: SchemaNode, module: ModuleInfo, name: string): SchemaNode | undefined {
  if (parent.kind === 'rpc' || parent.kind === 'action') {
    return name === 'input' ? parent.input : name === 'output' ? parent.output : undefined;
  }
  for (const child of 'children' in parent ? parent.children : []) {
    if (child.kind === 'choice' || child.kind === 'case') {
      const inner = childOf(child, module, name);
      if (inner) return inner;
    } else if ('name' in child && child.name === name && child.module === module) return child;
  }
  return undefined;
}

function moduleOf(context: SchemaContext, step: string): ModuleInfo | undefined {
  return context.modules.get(step.slice(0, step.indexOf(':')));
}

function localName(step: string): string {
  return step.slice(step.indexOf(':') + 1);
}
