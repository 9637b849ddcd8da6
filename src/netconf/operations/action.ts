/** Operations of any YANG module: rpc (RFC 7950, section 7.14) and action (section 7.15). */
import type { XmlElement } from '../../xml/index.ts';
import { YANG_NS } from '../constants.ts';
import { renderBody, renderEmpty, streamBody } from './body.ts';
import type { RpcBody, XmlContent } from './body.ts';

/** An rpc by its qualified name. */
export interface OperationRequest {
  readonly namespace: string;
  readonly name: string;
  /** The input parameters: elements that declare their namespaces. */
  readonly input?: XmlContent | undefined;
}

/** An rpc of a module. */
export function encodeOperation({ namespace, name, input }: OperationRequest): RpcBody {
  if (input === undefined) return renderEmpty(name, namespace);
  return streamBody((writer) => {
    writer.open(namespace, name);
  }, input);
}

/**
 * An action: `content` is the data from the root down to the node that has the action, keys of list
 * entries included, and in it the element of the action with its input.
 */
export function encodeAction(content: XmlContent | XmlElement): RpcBody {
  if (typeof content === 'object' && 'local' in content) {
    return renderBody((writer) => {
      writer.open(YANG_NS, 'action');
      writer.element(content);
      writer.close();
    });
  }
  return streamBody((writer) => {
    writer.open(YANG_NS, 'action');
  }, content);
}
