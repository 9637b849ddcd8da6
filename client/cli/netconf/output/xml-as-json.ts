/** Replies and notifications as JSON (RFC 7951; RFC 8040, section 6.4 for notifications). */
import { DataDecoder, encodeJson } from '../../../../src/data/index.ts';
import { describeRpcError } from '../../../../src/error/index.ts';
import { NETCONF_BASE_NS, NETCONF_NMDA_NS } from '../../../../src/netconf/index.ts';
import { Annotations } from '../../../../src/data/index.ts';
import { replay } from '../../../../src/xml/index.ts';
import type { XmlElement } from '../../../../src/xml/index.ts';
import type { BranchSchemaNode, OperationNode, SchemaContext } from '../../../../src/yang/index.ts';
import { qnameKey } from '../../../../src/yang/index.ts';

/** What a reply is to: its output is decoded by that. */
export type FindOperation = (context: SchemaContext) => OperationNode | undefined;

/** Why something has no form in JSON; it is printed otherwise then. */
export class NoJsonError extends Error {}

type JsonObject = Readonly<Record<string, unknown>>;

/** The children of `<rpc-reply>`. Throws {@link NoJsonError}. */
export function replyAsJson(
  context: SchemaContext,
  elements: readonly XmlElement[],
  find: FindOperation,
): JsonObject {
  const [data] = elements;
  if (data && elements.length === 1 && isData(data)) {
    return decoded(context, context.root, data.children);
  }
  const operation = find(context);
  if (!operation) throw new NoJsonError('the operation is not in the schema');
  const output = decoded(context, operation.output, elements);
  return { [`${operation.module.name}:output`]: output };
}

export function notificationAsJson(
  context: SchemaContext,
  eventTime: string,
  element: XmlElement,
): JsonObject {
  const node = context.notifications.get(qnameKey(element.namespace, element.local));
  const content = node
    ? { [`${node.module.name}:${node.name}`]: decoded(context, node, element.children) }
    : decodedNested(context, element);
  return { 'ietf-restconf:notification': { eventTime, ...content } };
}

export function isData({ namespace, local }: XmlElement): boolean {
  return local === 'data' && (namespace === NETCONF_BASE_NS || namespace === NETCONF_NMDA_NS);
}

/** A notification within data nodes (RFC 7950, section 7.16.2). */
function decodedNested(context: SchemaContext, element: XmlElement): JsonObject {
  throw new NoJsonError(
    `<${element.local}> is no notification at the top of a module among ${context.modules.size}`,
  );
}

function decoded(
  context: SchemaContext,
  parent: BranchSchemaNode,
  children: XmlElement['children'],
): JsonObject {
  const annotations = new Annotations(context);
  const decoder = new DataDecoder(parent, { annotations, allowMissingKeys: true });
  for (const child of children) if (typeof child !== 'string') replay(child, decoder);
  const { content, errors } = decoder.finish();
  const [error] = errors;
  if (error) throw new NoJsonError(describeRpcError(error));
  let loss: string | undefined;
  const text = encodeJson(context, content, {
    annotations,
    onLoss: (_path, reason) => (loss ??= reason),
  });
  if (loss !== undefined) throw new NoJsonError(loss);
  return JSON.parse(text) as JsonObject;
}
