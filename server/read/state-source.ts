/** State that a program which embeds the server adds: data that is not configuration, or not only (RFC 8342, section 5.3). */
import type { Branch } from '../../src/data/index.ts';
import type { DataSchemaNode, SchemaContext } from '../../src/yang/index.ts';

/**
 * Where the state of one container or list at the top of the schema comes from.
 *
 * What it gives is merged with what running has there: leaves of configuration keep the value of running, entries
 * of lists meet by their keys, everything else is added. So a source for a container of configuration gives only
 * the state inside, with the keys of the entries on the way. Several sources may be about one node.
 */
export interface StateSource {
  /** `/module:name`: a container or list at the top. */
  readonly path: string;
  /**
   * Called for each request that asks for something of it. The branch is that of the container; of a list the
   * entries. Undefined when there is nothing. What it throws is what the client is told: RpcErrorException, or
   * operation-failed for anything else.
   */
  read(): StateContent | Promise<StateContent>;
}

/** What a source has: the container, the entries of the list, or nothing. */
export type StateContent = Branch | readonly Branch[] | undefined;

/** The schema node that a source is about. Throws RangeError when there is none: whoever starts the server learns it. */
export function sourceNode({ path }: StateSource, context: SchemaContext): DataSchemaNode {
  const [, module = '', name = ''] = /^\/([^:/]+):([^:/]+)$/.exec(path) ?? [];
  const namespace = context.modules.get(module)?.namespace;
  const node = namespace === undefined ? undefined : context.root.dataChild(namespace, name);
  if (node?.kind === 'container' || node?.kind === 'list') return node;
  throw new RangeError(
    `state source "${path}": expected the path of a container or list at the top, /module:name`,
  );
}
