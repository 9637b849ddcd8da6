/** Where state data that the server itself knows comes from. */
import type { Branch } from '../../src/data/index.ts';
import type { ContainerNode, SchemaContext } from '../../src/yang/index.ts';

export interface StateProvider {
  /** A top-level container of state. */
  readonly node: ContainerNode;
  /** Called for each request that selects something of it. */
  read(): Branch;
}

/** Top-level container of the schema; undefined when the module is not there. */
export function topContainer(
  context: SchemaContext,
  namespace: string,
  name: string,
): ContainerNode | undefined {
  const node = context.root.dataChild(namespace, name);
  return node?.kind === 'container' ? node : undefined;
}
