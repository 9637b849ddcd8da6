/** Where state data that the server itself knows comes from. */
import type { Branch, TypedBranch } from '../../src/data/index.ts';
import type { ContainerNode, SchemaContext } from '../../src/yang/index.ts';

export interface StateProvider {
  /** A top-level container of state. */
  readonly node: ContainerNode;
  /** Called for each request that selects something of it. */
  read(): Branch;
}

/** The provider of a container of state; undefined when the schema lacks the module. */
export function stateProvider<Value>(
  context: SchemaContext,
  type: TypedBranch<Value>,
  read: () => Value,
): StateProvider | undefined {
  const node = type.find(context);
  if (node?.kind !== 'container') return undefined;
  return { node, read: () => type.toTree(context, read()) };
}
