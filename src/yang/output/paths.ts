/** All paths of a schema, one to a data node: what there is to ask for, or to complete when somebody types. */
import type { SchemaContext, SchemaNode } from '../schema.ts';

export interface SchemaPath {
  /**
   * Names from the top, with the name of the module where it changes, as in JSON (RFC 7951, section 4) and in
   * RESTCONF (RFC 8040, section 3.5.3); without choices and cases. The input and output of operations are steps.
   */
  readonly path: string;
  readonly node: SchemaNode;
}

/**
 * The data nodes, operations and notifications of a schema in its order, each before what is below it. With `module`
 * only nodes that this module defines, wherever they are.
 */
export function* schemaPaths(
  context: SchemaContext,
  { module }: { readonly module?: string | undefined } = {},
): Generator<SchemaPath, void, undefined> {
  const stack: Place[] = [];
  push(stack, context.root.children, { path: '', module: '' });
  for (let place = stack.pop(); place; place = stack.pop()) {
    const { node, path } = place;
    if (node.kind === 'root') continue;
    const isHidden = node.kind === 'choice' || node.kind === 'case';
    const below = isHidden ? place : { path, module: node.module.name };
    const isOwn = module === undefined || module === node.module.name;
    if (!isHidden && isOwn && !isEmptyMessage(node)) yield { path, node };
    push(stack, childrenOf(node), isHidden ? { path: place.outer, module: place.module } : below);
  }
}

interface Place {
  readonly node: SchemaNode;
  readonly path: string;
  /** Path of the parent, and the module of its last name. */
  readonly outer: string;
  readonly module: string;
}

/** The first child comes last, where it is taken first. */
function push(
  stack: Place[],
  children: readonly SchemaNode[],
  parent: { readonly path: string; readonly module: string },
): void {
  for (const node of children.toReversed()) {
    if (node.kind === 'root') continue;
    const prefix = node.module.name === parent.module ? '' : `${node.module.name}:`;
    const path = `${parent.path}/${prefix}${node.name}`;
    stack.push({ node, path, outer: parent.path, module: parent.module });
  }
}

function childrenOf(node: SchemaNode): readonly SchemaNode[] {
  if (node.kind === 'rpc' || node.kind === 'action') return [node.input, node.output];
  return 'children' in node ? node.children : [];
}

function isEmptyMessage(node: SchemaNode): boolean {
  return (node.kind === 'input' || node.kind === 'output') && node.children.length === 0;
}
